package token

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"

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

// ReadEnv reads the key in an environment variable: Reason "env-unset" where
// there is none, else those of Parse.
func ReadEnv(name string) (services.Secret, error) {
	text, ok := os.LookupEnv(name)
	if !ok {
		return services.Secret{}, named("env-unset", name, nil)
	}
	return parsed(name, text)
}

// ReadFile reads the key in a file that nobody but its owner may read or write:
// Reason "file-missing", "file-unreadable", "file-open-to-others", else those
// of Parse. The open file is looked at, so that it cannot be swapped in between.
func ReadFile(path string) (services.Secret, error) {
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
	return parsed(path, string(text))
}

// parsed is Parse, with where the text came from in the error.
func parsed(where, text string) (services.Secret, error) {
	key, err := Parse(text)
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
