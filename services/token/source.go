package token

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// MaxLength is the longest key taken, in bytes: the Windows keyring takes
// 2,560 and macOS about 2,950, and a key must not stop fitting on another
// computer.
const MaxLength = 2400

// Parse turns what was pasted into a key: white space around it and a leading
// "Bearer " go. What is left must be 1 to MaxLength bytes of printable ASCII
// without a space, or it is refused with Reason "empty-key", "key-too-long" or
// "key-characters".
func Parse(text string) (services.Secret, error) {
	text = strings.TrimSpace(text)
	if word, rest, ok := strings.Cut(text, " "); ok && strings.EqualFold(word, "Bearer") {
		text = strings.TrimSpace(rest)
	} else if strings.EqualFold(text, "Bearer") {
		text = ""
	}
	switch {
	case text == "":
		return services.Secret{}, fail("empty-key", nil)
	case len(text) > MaxLength:
		return services.Secret{}, fail("key-too-long", nil)
	}
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return services.Secret{}, fail("key-characters", nil)
		}
	}
	return services.NewSecret(text), nil
}

// ParsePassword takes a password as it stands, without the end of its line. It
// must be 1 to MaxLength bytes of UTF-8 without control characters, or it is
// refused with Reason "empty-key", "key-too-long" or "password-characters".
func ParsePassword(text string) (services.Secret, error) {
	text = strings.TrimRight(text, "\r\n")
	switch {
	case text == "":
		return services.Secret{}, fail("empty-key", nil)
	case len(text) > MaxLength:
		return services.Secret{}, fail("key-too-long", nil)
	case !utf8.ValidString(text), strings.ContainsFunc(text, unicode.IsControl):
		return services.Secret{}, fail("password-characters", nil)
	}
	return services.NewPassword(text), nil
}

// parse is how a text becomes a secret: Parse or ParsePassword.
type parse func(text string) (services.Secret, error)

// parserOf is the one a secret was meant for.
func parserOf(s services.Secret) parse {
	if s.Password() {
		return ParsePassword
	}
	return Parse
}

// ReadEnv reads the key in an environment variable: Reason "env-unset" where
// there is none, else those of Parse.
func ReadEnv(name string) (services.Secret, error) { return readEnv(name, Parse) }

func readEnv(name string, as parse) (services.Secret, error) {
	text, ok := os.LookupEnv(name)
	if !ok {
		return services.Secret{}, named("env-unset", name, nil)
	}
	return parsed(name, text, as)
}

// ReadFile reads the key in a file that nobody but its owner may read or write:
// Reason "file-missing", "file-unreadable", "file-open-to-others", else those
// of Parse. The open file is looked at, so that it cannot be swapped in between.
func ReadFile(path string) (services.Secret, error) { return readFile(path, Parse) }

// ReadPasswordFile is ReadFile of a password: its Reasons are those of
// ParsePassword.
func ReadPasswordFile(path string) (services.Secret, error) { return readFile(path, ParsePassword) }

func readFile(path string, as parse) (services.Secret, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe must not hold us up
	if errors.Is(err, fs.ErrNotExist) {
		return services.Secret{}, named("file-missing", path, nil)
	}
	if err != nil {
		return services.Secret{}, named("file-unreadable", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return services.Secret{}, named("file-unreadable", path, err)
	case !info.Mode().IsRegular():
		return services.Secret{}, named("file-unreadable", path, errors.New("not a regular file"))
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return services.Secret{}, named("file-open-to-others", path, nil)
	}
	text, err := io.ReadAll(io.LimitReader(f, 2*MaxLength))
	if err != nil {
		return services.Secret{}, named("file-unreadable", path, err)
	}
	return parsed(path, string(text), as)
}

// parsed is as(text), with where the text came from in the error.
func parsed(where, text string, as parse) (services.Secret, error) {
	key, err := as(text)
	if err != nil {
		return services.Secret{}, named(reasonOf(err), where, nil)
	}
	return key, nil
}

func named(reason, where string, err error) *services.Error {
	e := fail(reason, err)
	e.Details = services.Clean(where)
	return e
}
