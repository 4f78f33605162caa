package services_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

func containsAny(text string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

func TestClean_MakesTextFitToBeShown(t *testing.T) {
	for in, want := range map[string]string{
		"":                                      "",
		"Grüße, 写真 🎨 שלום":                      "Grüße, 写真 🎨 שלום",
		"a\nb\tc\rd":                            "a b c d",
		"a\x00b\x1b[31mc\u0085":                 "a\ufffdb\ufffd[31mc\ufffd",
		"photo\u202egpj.exe":                    "photo\ufffdgpj.exe",
		"a\u200b\u2066b\ufeff":                  "a\ufffd\ufffdb\ufffd",
		"a\U000e0041":                           "a\ufffd",
		"bad \xff utf8":                         "bad \ufffd utf8",
		"o" + strings.Repeat("\u0301", 9) + "p": "o" + strings.Repeat("\u0301", 4) + "p",
	} {
		if got := services.Clean(in); got != want {
			t.Errorf("Clean(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestClean_CutsBetweenCharacters(t *testing.T) {
	got := services.Clean(strings.Repeat("写", 1000))
	if len(got) > 1024+len("…") || !strings.HasSuffix(got, "写…") || !utf8.ValidString(got) {
		t.Errorf("got %d bytes ending in %q", len(got), got[len(got)-12:])
	}
	if exact := strings.Repeat("x", 1024); services.Clean(exact) != exact {
		t.Error("1 KiB does not fit")
	}
}

func FuzzClean_LeavesNothingHostile(f *testing.F) {
	for _, s := range []string{"", "a\u202eb", "\xff\xfe", "e\u0301\u0301\u0301\u0301\u0301\u0301", strings.Repeat("写", 400)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := services.Clean(in)
		if !utf8.ValidString(out) || len(out) > 1024+len("…") {
			t.Fatalf("%q gave %d bytes", in, len(out))
		}
		marks := 0
		for _, r := range out {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == 0x2028 || r == 0x2029 {
				t.Errorf("%q left %U", in, r)
			}
			if marks++; !unicode.Is(unicode.Mn, r) {
				marks = 0
			}
			if marks > 4 {
				t.Errorf("%q left %d marks in a row", in, marks)
			}
		}
		if again := services.Clean(out); len(out) <= 1024 && again != out {
			t.Errorf("%q gave %q, and that gives %q", in, out, again)
		}
	})
}
