package main

import (
	"strings"
	"testing"
)

func TestAccountName_IsOneThatCanBeShownAndWrittenAgain(t *testing.T) {
	for text, want := range map[string]string{
		" mine ": "mine", "Übersee 2": "Übersee 2", strings.Repeat("ä", longestName): strings.Repeat("ä", longestName),
		"": "", " \t": "", strings.Repeat("a", longestName+1): "", "a\nb": "", "a\x1b[31mb": "", "a\u202eb": "",
	} {
		if got, err := accountName(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}
