// Package fold makes the form of a name in which it is searched and sorted:
// two names a person would call the same have the same form.
package fold

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Name folds case and the ways a character can be written (NFKC), so that
// MÜNCHEN, München and a München typed with a combining mark are one.
// It may be called from any goroutine.
func Name(s string) string {
	if plain(s) {
		return strings.ToLower(s)
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	// Folding can undo the normal form and the other way round, so both twice.
	f := cases.Fold()
	return norm.NFKC.String(f.String(norm.NFKC.String(f.String(s))))
}

// plain reports whether s is ASCII, which most names are.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Words are the words of a search, folded: what is looked for has each of them,
// in any order.
func Words(search string) []string { return strings.Fields(Name(search)) }
