package token_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/token"
)

const key = "eyJhbGciOiJIUzI1NiJ9.bWFkZSB1cA.c2lnbmVk"

func reason(err error) string {
	if err == nil {
		return ""
	}
	e := services.AsError(err)
	if e.Code != services.CodeKeyring || e.Op != "key" {
		return "not a keyring error: " + err.Error()
	}
	return e.Reason
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		key:                         key,
		"  " + key + "\r\n":         key,
		"Bearer " + key:             key,
		"bearer   " + key + "\n":    key,
		"":                          "empty-key",
		" \t\n":                     "empty-key",
		"Bearer ":                   "empty-key",
		"two words":                 "key-characters",
		"tab\tinside":               "key-characters",
		"schlüssel":                 "key-characters",
		"null\x00byte":              "key-characters",
		strings.Repeat("k", 2400):   strings.Repeat("k", 2400),
		strings.Repeat("k", 2401):   "key-too-long",
		strings.Repeat(" ", 5000):   "empty-key",
		" Bearer Bearer  " + key:    "key-characters",
		"Bearer\t" + key:            "key-characters",
		"Basic dXNlcjpwYXNzd29yZA":  "key-characters",
		"Bearerless-" + key:         "Bearerless-" + key,
		"line one\nline two of key": "key-characters",
	} {
		got, err := token.Parse(text)
		if found := got.Reveal() + reason(err); found != want {
			t.Errorf("Parse(%.30q) = %.60q, want %.60q", text, found, want)
		}
	}
}

func TestGet_ReadsVariablesAndFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return "file:" + path
	}
	t.Setenv("PINTRAY_TEST_KEY", key+"\n")
	t.Setenv("PINTRAY_TEST_EMPTY", "")
	for source, want := range map[string]string{
		"env:PINTRAY_TEST_KEY":                              key,
		"env:PINTRAY_TEST_EMPTY":                            "empty-key",
		"env:PINTRAY_TEST_NOT_SET":                          "env-unset",
		write("mine", key+"\n", 0o600):                      key,
		write("readonly", key, 0o400):                       key,
		write("group", key, 0o640):                          "file-open-to-others",
		write("others", key, 0o604):                         "file-open-to-others",
		write("empty", "\n", 0o600):                         "empty-key",
		write("two", "a b", 0o600):                          "key-characters",
		write("long", key+strings.Repeat("k", 9000), 0o600): "key-too-long",
		"file:" + filepath.Join(dir, "no"):                  "file-missing",
		"file:" + dir:                                       "file-unreadable",
		"none":                                              "",
		"session":                                           "session-ended",
		"session:from-an-earlier-start":                     "session-ended",
		"clipboard:now":                                     "unknown-source",
	} {
		got, err := token.New(token.Config{}).Get(t.Context(), services.KeySource(source))
		if found := got.Reveal() + reason(err); found != want {
			t.Errorf("Get(%s) = %.60q, want %q", source, found, want)
		}
	}
}

func TestGet_ReadsAVariableAnew(t *testing.T) {
	keys := token.New(token.Config{})
	for _, want := range []string{"first-key", "second-key"} {
		t.Setenv("PINTRAY_TEST_KEY", want)
		got, err := keys.Get(t.Context(), "env:PINTRAY_TEST_KEY")
		if err != nil || got.Reveal() != want {
			t.Errorf("Get = %q, %v; want %q", got.Reveal(), err, want)
		}
	}
}

func TestHold_KeepsAKeyInMemoryUntilDeleted(t *testing.T) {
	keys := token.New(token.Config{})
	one, err := keys.Hold(services.NewSecret("Bearer " + key))
	if err != nil {
		t.Fatal(err)
	}
	two, err := keys.Hold(services.NewSecret("another-key"))
	if err != nil {
		t.Fatal(err)
	}
	if one.Kind() != services.KeySession || one == two {
		t.Errorf("sources are %q and %q, want two of kind session", one, two)
	}
	if got, err := keys.Get(t.Context(), one); err != nil || got.Reveal() != key {
		t.Errorf("Get = %q, %v", got.Reveal(), err)
	}
	if err := keys.Delete(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Get(t.Context(), one); reason(err) != "session-ended" {
		t.Errorf("after Delete: %v", err)
	}
	if _, err := keys.Hold(services.NewSecret("  ")); reason(err) != "empty-key" {
		t.Errorf("an empty key: %v", err)
	}
}

func TestScrub_HidesEveryKeySeen(t *testing.T) {
	keys := token.New(token.Config{})
	t.Setenv("PINTRAY_TEST_KEY", "from-the-environment")
	if _, err := keys.Get(t.Context(), "env:PINTRAY_TEST_KEY"); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Hold(services.NewSecret("in-memory-only")); err != nil {
		t.Fatal(err)
	}
	got := keys.Scrub("got from-the-environment, in-memory-only and something else")
	if want := "got ••••, •••• and something else"; got != want {
		t.Errorf("Scrub = %q, want %q", got, want)
	}
}

func TestErrors_NeverHoldTheKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(key+" "+key), 0o600); err != nil {
		t.Fatal(err)
	}
	_, parse := token.Parse(key + " " + key)
	_, file := token.New(token.Config{}).Get(context.Background(), services.KeySource("file:"+path))
	for _, err := range []error{parse, file} {
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "eyJ") {
			t.Errorf("error is %#v", err)
		}
	}
}
