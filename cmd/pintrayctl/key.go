package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/token"
	pinsync "github.com/pintray/pintray/sync"
)

// keyFlags say where an access key comes from, or the password keys are made of.
type keyFlags struct{ file, env, user, passwordFile string }

func (k *keyFlags) register(f *pflag.FlagSet) {
	f.Var((*filled)(&k.file), "token-file", "read the access key from this file, or from stdin with -")
	f.Var((*filled)(&k.env), "token-env", "read the access key from this environment variable, each time it is needed")
}

// filled is a flag that is a word: given and empty, a variable of a script was not
// set, and without a key is not what was meant.
type filled string

func (w *filled) String() string { return string(*w) }
func (w *filled) Type() string   { return "string" }

func (w *filled) Set(text string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("it is empty")
	}
	*w = filled(text)
	return nil
}

// registerLogin adds the flags of a service that makes keys of a password.
func (k *keyFlags) registerLogin(f *pflag.FlagSet) {
	f.Var((*filled)(&k.user), "user", "log in as this user (IPFS Cluster), with the password of --password-file")
	f.Var((*filled)(&k.passwordFile), "password-file", "read the password from this file, or from stdin with -")
}

// givenKey is a key or a password, and where it was found. The zero givenKey is
// none.
type givenKey struct {
	secret services.Secret
	path   string // absolute, of --token-file FILE or --password-file FILE
	env    string
}

func (k givenKey) isZero() bool { return k.secret.IsZero() && k.env == "" }

// readKey reads the key the flags name; without a flag there is none. Stdin is
// read only when asked for with -, so that a loop around a call keeps its own.
func (c *cli) readKey(flags keyFlags) (givenKey, error) {
	switch {
	case flags.passwordFile != "" && (flags.file != "" || flags.env != ""):
		return givenKey{}, wrong("choose one of them", "both an access key and a password were given")
	case flags.passwordFile != "":
		return c.readPassword(flags.passwordFile)
	case flags.file != "" && flags.env != "":
		return givenKey{}, wrong("choose one of them", "both --token-file and --token-env were given")
	case flags.env != "":
		_, err := token.ReadEnv(flags.env)
		return givenKey{env: flags.env}, err
	case flags.file == "-":
		return c.typed("paste the access key", token.Parse)
	case flags.file != "":
		return inFile(flags.file, token.ReadFile)
	}
	return givenKey{}, nil
}

func (c *cli) readPassword(file string) (givenKey, error) {
	if file == "-" {
		return c.typed("type the password", token.ParsePassword)
	}
	return inFile(file, token.ReadPasswordFile)
}

// typed reads a key from stdin.
func (c *cli) typed(what string, parse func(string) (services.Secret, error)) (givenKey, error) {
	if terminal(c.in) {
		c.note("%s, then press Enter and Ctrl-D", what)
	}
	raw, err := io.ReadAll(io.LimitReader(c.in, 2*token.MaxLength))
	if err != nil {
		return givenKey{}, fmt.Errorf("read the key: %w", err)
	}
	key, err := parse(string(raw))
	return givenKey{secret: key}, err
}

func inFile(file string, read func(path string) (services.Secret, error)) (givenKey, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return givenKey{}, fmt.Errorf("key file: %w", err)
	}
	key, err := read(path)
	return givenKey{secret: key, path: path}, err
}

// terminal reports whether r is a keyboard.
func terminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Mode()&os.ModeDevice != 0 && f.Name() != os.DevNull
}

// into puts the key where the new account will find it again: the keyring, or
// where there is none the file it came from, which outlives this process.
func (k givenKey) into(ctx context.Context, e boot.Engine, n *pinsync.NewAccount) error {
	switch {
	case k.env != "":
		n.Source = services.KeySource(services.KeyInEnv + ":" + k.env)
		return nil
	case k.isZero():
		n.Source = services.KeyNone
		return nil
	}
	reason, err := e.KeyringState(ctx)
	switch {
	case err != nil:
		return err
	case reason == "no-keyring" && k.path != "":
		n.Source = services.KeySource(services.KeyInFile + ":" + k.path)
	case reason == "no-keyring" && k.secret.Password():
		return &problem{
			code: services.CodeKeyring, text: "there is no keyring here to keep the password in",
			hint: "use --password-file FILE (the file is then read each time)",
		}
	case reason != "" && reason != "locked":
		return &services.Error{Code: services.CodeKeyring, Op: "key", Reason: reason}
	default:
		n.Key = k.secret
	}
	return nil
}
