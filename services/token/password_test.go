package token_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/token"
)

func TestParsePassword_TakesWhatNoKeyMayHold(t *testing.T) {
	for text, want := range map[string]string{
		"two words":               "two words",
		" Bearer of the pässword": " Bearer of the pässword",
		"ends\r\n":                "ends",
		"":                        "empty-key",
		"\n":                      "empty-key",
		"two\nlines":              "password-characters",
		"a\x00b":                  "password-characters",
		"\xff":                    "password-characters",
		strings.Repeat("k", 2401): "key-too-long",
	} {
		got, err := token.ParsePassword(text)
		if found := got.Reveal() + reason(err); found != want {
			t.Errorf("ParsePassword(%.30q) = %.60q, want %.60q", text, found, want)
		}
	}
}

func TestPassword_IsKeptAsItStands(t *testing.T) {
	k := token.New(token.Config{})
	const text = "Bearer of the pässword"
	source, err := k.Hold(services.NewPassword(text))
	if err != nil {
		t.Fatal(err)
	}
	got, err := k.Password(t.Context(), source)
	if err != nil || got.Reveal() != text {
		t.Errorf("got %q, %v, want %q", got.Reveal(), err, text)
	}
	if line := k.Scrub("it is " + text + "."); strings.Contains(line, text) {
		t.Errorf("the log shows it: %s", line)
	}
	path := filepath.Join(t.TempDir(), "p")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err = k.Password(t.Context(), services.KeySource(services.KeyInFile+":"+path))
	if err != nil || got.Reveal() != text {
		t.Errorf("of a file: got %q, %v, want %q", got.Reveal(), err, text)
	}
}
