package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// stamp is a time in JSON: RFC 3339 in UTC, null where there is none.
type stamp time.Time

func (s stamp) MarshalJSON() ([]byte, error) {
	t := time.Time(s)
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + t.UTC().Format(time.RFC3339Nano) + `"`), nil
}

// when is a time as people here read it.
func when(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04")
}

// printJSON writes v as one line.
func (c *cli) printJSON(v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("bug: encode the answer: %w", err)
	}
	_, err := c.out.Write(escapeHidden(b.Bytes()))
	return err
}

// escapeHidden writes characters that could fool a terminal as \u escapes: to
// a JSON reader the text stays what the service sent.
func escapeHidden(line []byte) []byte {
	if bytes.IndexFunc(line, hidden) < 0 {
		return line
	}
	var b bytes.Buffer
	for _, r := range string(line) {
		switch {
		case !hidden(r):
			b.WriteRune(r)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}

func hidden(r rune) bool {
	return r >= 0x7f && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)) && r != utf8.RuneError
}

// widthSample is how many rows a table looks at before it settles its widths:
// enough for a screen, so that a million rows stream in constant memory.
const widthSample = 256

// table writes aligned columns for people. Cells are cleaned; the last column
// may be as wide as it likes.
type table struct {
	w      io.Writer
	held   [][]string
	widths []int
	err    error
}

func (c *cli) table(head ...string) *table {
	return &table{w: c.out, held: [][]string{head}, widths: make([]int, len(head))}
}

// row adds one line of as many cells as the head has.
func (t *table) row(cells ...string) error {
	for i, s := range cells {
		if cells[i] = services.Clean(s); cells[i] == "" {
			cells[i] = "-"
		}
	}
	if t.held == nil {
		t.print(cells)
		return t.err
	}
	if t.held = append(t.held, cells); len(t.held) > widthSample {
		t.settle()
	}
	return t.err
}

// end prints what is still held back.
func (t *table) end() error {
	t.settle()
	return t.err
}

func (t *table) settle() {
	for _, cells := range t.held {
		for i, s := range cells {
			t.widths[i] = max(t.widths[i], utf8.RuneCountInString(s))
		}
	}
	for _, cells := range t.held {
		t.print(cells)
	}
	t.held = nil
}

func (t *table) print(cells []string) {
	if t.err != nil {
		return
	}
	var b strings.Builder
	for i, s := range cells {
		b.WriteString(s)
		if i < len(cells)-1 {
			pad := max(0, t.widths[i]-utf8.RuneCountInString(s))
			b.WriteString(strings.Repeat(" ", pad+2))
		}
	}
	b.WriteByte('\n')
	_, t.err = io.WriteString(t.w, b.String())
}

// number is n of a thing whose plural ends in s.
func number(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}
