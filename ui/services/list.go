// Package services is the screen of the connected services: a card for each, in
// words, and the sheets that connect, edit, re-key and forget one.
//
// ui shows it. It starts no goroutine but through kit.Go, holds no key longer
// than its sheet is open, and asks services only through the engine.
package services

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// The formats of an exported list, each exactly what `pintrayctl export` writes:
// JSON is one object a line, CSV has the same columns with names cleaned for
// spreadsheets, text is one ID a line, each once.
const (
	formatJSON = "json"
	formatCSV  = "csv"
	formatText = "text"
)

// listing is what a list is made of: pins for JSON and CSV, items for text.
type listing struct {
	names map[services.AccountID]string
	pins  iter.Seq2[store.Pin, error]
	items iter.Seq2[store.Item, error]
}

// entry is one line of a JSON list.
type entry struct {
	Account   string            `json:"account"`
	RequestID string            `json:"requestid"`
	CID       string            `json:"cid"`
	Name      string            `json:"name"`
	Status    string            `json:"status"`
	Created   *time.Time        `json:"created"`
	Meta      map[string]string `json:"meta"`
	Info      map[string]string `json:"info"`
	SeenAt    *time.Time        `json:"seen_at"`
}

// writeList writes l to w and returns how many lines it wrote. It holds one pin
// at a time and tells progress about every ten thousandth.
func writeList(ctx context.Context, w io.Writer, format string, l listing, progress func(int64)) (n int64, err error) {
	buf := bufio.NewWriterSize(w, 64<<10)
	count := func(err error) error {
		if n++; n%10000 == 0 {
			progress(n)
		}
		return errors.Join(err, ctx.Err())
	}
	switch format {
	case formatCSV:
		err = l.csv(ctx, buf, count)
	case formatText:
		err = l.text(ctx, buf, count)
	default:
		err = l.json(ctx, buf, count)
	}
	return n, errors.Join(err, buf.Flush())
}

func (l listing) csv(ctx context.Context, w io.Writer, count func(error) error) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"account", "requestid", "cid", "name", "status", "created", "meta", "info", "seen_at"}); err != nil {
		return err
	}
	for p, err := range l.pins {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		row := []string{
			cell(l.names[p.Account]), cell(p.RequestID), cell(p.Pin.CID.Text), cell(p.Pin.Name), p.Status.String(),
			csvTime(p.Created), cell(csvMap(p.Pin.Meta)), cell(csvMap(p.Info)), csvTime(p.SeenAt),
		}
		if err := count(c.Write(row)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func (l listing) text(ctx context.Context, w io.Writer, count func(error) error) error {
	for it, err := range l.items {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if !it.CID.Valid() {
			continue
		}
		_, err := io.WriteString(w, it.CID.Text+"\n")
		if err := count(err); err != nil {
			return err
		}
	}
	return nil
}

func (l listing) json(ctx context.Context, w io.Writer, count func(error) error) error {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	for p, err := range l.pins {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		line.Reset()
		err := enc.Encode(entry{
			Account: l.names[p.Account], RequestID: p.RequestID, CID: p.Pin.CID.Text, Name: p.Pin.Name, Status: p.Status.String(),
			Created: jsonTime(p.Created), Meta: orEmpty(p.Pin.Meta), Info: orEmpty(p.Info), SeenAt: jsonTime(p.SeenAt),
		})
		if err == nil {
			_, err = w.Write(escapeHidden(line.Bytes()))
		}
		if err := count(err); err != nil {
			return err
		}
	}
	return nil
}

// escapeHidden writes characters that could fool a terminal as \u escapes: to a
// JSON reader the text stays what the service sent.
func escapeHidden(line []byte) []byte {
	hidden := func(r rune) bool { return r >= 0x7f && unicode.In(r, unicode.Cc, unicode.Cf) && r != utf8.RuneError }
	if bytes.IndexFunc(line, hidden) < 0 {
		return line
	}
	var b bytes.Buffer
	for _, r := range string(line) {
		if !hidden(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.Bytes()
}

func jsonTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func csvTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func csvMap(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return string(b)
}

// cell keeps a spreadsheet from running a name as a formula: names come from
// anybody.
func cell(s string) string {
	if s = services.Clean(s); strings.IndexAny(s, "=+-@") == 0 {
		return "'" + s
	}
	return s
}
