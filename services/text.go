package services

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxShown is the longest text shown of a service, in bytes.
const maxShown = 1024

// Clean makes text that came from outside fit to be shown or logged on one
// line: control, direction and invisible characters become U+FFFD, at most
// four combining marks follow each other, and it is cut to 1 KiB. Stored text
// stays raw; this is for the border to people.
func Clean(s string) string {
	var b strings.Builder
	marks := 0
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			r = ' '
		case hostile(r):
			r = utf8.RuneError
		}
		if unicode.Is(unicode.Mn, r) {
			if marks++; marks > 4 {
				continue
			}
		} else {
			marks = 0
		}
		if b.Len()+utf8.RuneLen(r) > maxShown {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

func hostile(r rune) bool {
	switch {
	case unicode.IsControl(r),
		r == '\u2028', r == '\u2029', // line and paragraph separators
		r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f', r == '\u061c', // direction
		r >= '\u200b' && r <= '\u200d', r == '\u2060', r == '\ufeff', // zero width
		r >= 0xe0000 && r <= 0xe007f: // tags
		return true
	}
	return false
}
