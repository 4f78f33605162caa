package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	pinsync "github.com/pintray/pintray/sync"
)

// maxKey is the longest access key taken, in bytes.
const maxKey = 16 << 10

// keyFlags say where an access key comes from.
type keyFlags struct{ file, env string }

func (k *keyFlags) register(f *pflag.FlagSet) {
	f.StringVar(&k.file, "token-file", "", "read the access key from this file, or from stdin with -")
	f.StringVar(&k.env, "token-env", "", "read the access key from this environment variable, each time it is needed")
}

// givenKey is a key and where it was found. The zero givenKey is none.
type givenKey struct {
	secret services.Secret
	path   string // absolute, of --token-file FILE
	env    string
}

func (k givenKey) isZero() bool { return k.secret.IsZero() && k.env == "" }

// readKey reads the key the flags name; without a flag there is none. Stdin is
// read only when asked for with -, so that a loop around a call keeps its own.
func (c *cli) readKey(flags keyFlags) (givenKey, error) {
	switch {
	case flags.file != "" && flags.env != "":
		return givenKey{}, wrong("choose one of them", "both --token-file and --token-env were given")
	case flags.env != "":
		if _, err := cleanKey(os.Getenv(flags.env)); err != nil {
			if os.Getenv(flags.env) == "" {
				return givenKey{}, &services.Error{Code: services.CodeKeyring, Op: "key", Reason: "no-variable", Details: flags.env}
			}
			return givenKey{}, err
		}
		return givenKey{env: flags.env}, nil
	case flags.file == "-":
		if terminal(c.in) {
			c.note("paste the access key, then press Enter and Ctrl-D")
		}
		key, err := readLimited(c.in)
		return givenKey{secret: key}, err
	case flags.file != "":
		return readKeyFile(flags.file)
	}
	return givenKey{}, nil
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

// readKeyFile reads a key file only its owner can read.
func readKeyFile(path string) (givenKey, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return givenKey{}, fmt.Errorf("key file: %w", err)
	}
	f, err := os.Open(abs)
	if err != nil {
		return givenKey{}, &services.Error{Code: services.CodeKeyring, Op: "key", Reason: "no-file", Details: reasonOf(err, path)}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return givenKey{}, &services.Error{Code: services.CodeKeyring, Op: "key", Reason: "no-file", Details: path}
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return givenKey{}, &services.Error{Code: services.CodeKeyring, Op: "key", Reason: "file-open", Details: path}
	}
	key, err := readLimited(f)
	return givenKey{secret: key, path: abs}, err
}

func reasonOf(err error, path string) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return path + ": " + pe.Err.Error()
	}
	return path
}

func readLimited(r io.Reader) (services.Secret, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxKey+1))
	if err != nil {
		return services.Secret{}, fmt.Errorf("read the key: %w", err)
	}
	if len(raw) > maxKey {
		return services.Secret{}, &services.Error{Code: services.CodeInvalid, Op: "key", Reason: "bad-key"}
	}
	return cleanKey(string(raw))
}

// cleanKey drops what people paste along: space, line ends and "Bearer".
func cleanKey(text string) (services.Secret, error) {
	text = strings.TrimSpace(text)
	if word, rest, ok := strings.Cut(text, " "); ok && strings.EqualFold(word, "bearer") {
		text = strings.TrimSpace(rest)
	}
	if text == "" {
		return services.Secret{}, &services.Error{Code: services.CodeInvalid, Op: "key", Reason: "empty-key"}
	}
	if strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) >= 0 {
		return services.Secret{}, &services.Error{Code: services.CodeInvalid, Op: "key", Reason: "bad-key"}
	}
	return services.NewSecret(text), nil
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
	case reason != "" && reason != "locked":
		return &services.Error{Code: services.CodeKeyring, Op: "key", Reason: reason}
	default:
		n.Key = k.secret
	}
	return nil
}
