// Package services is the screen of the connected services: a card for each, in
// words, and the sheets that connect, edit, re-key and forget one.
//
// ui shows it. It starts no goroutine but through kit.Go, holds no key longer
// than its sheet is open, and asks services only through the engine.
package services

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// The formats of an exported list. JSON is one object a line under the keys
// `pintrayctl ls --json` uses; CSV has the same columns but for the maps; text
// is one ID a line, each once.
const (
	formatJSON = "json"
	formatCSV  = "csv"
	formatText = "text"
)

// entry is one line of a JSON list.
type entry struct {
	Account   string            `json:"account"`
	RequestID string            `json:"requestid"`
	CID       string            `json:"cid"`
	Name      string            `json:"name"`
	Status    string            `json:"status"`
	Created   string            `json:"created,omitempty"`
	Meta      map[string]string `json:"meta,omitempty"`
	Info      map[string]string `json:"info,omitempty"`
	SeenAt    string            `json:"seen_at,omitempty"`
}

// writeList writes pins to w and returns how many lines it wrote. It holds one
// pin at a time (text also the keys it has written) and tells progress about
// every ten thousandth.
func writeList(ctx context.Context, w io.Writer, format string, names map[services.AccountID]string, pins iter.Seq2[store.Pin, error], progress func(int64)) (int64, error) {
	buf := bufio.NewWriterSize(w, 64<<10)
	put, flush := lineWriter(buf, format, names)
	var n int64
	for p, err := range pins {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return n, err
		}
		wrote, err := put(p)
		if err != nil {
			return n, err
		}
		if wrote {
			if n++; n%10000 == 0 {
				progress(n)
			}
		}
	}
	if err := flush(); err != nil {
		return n, err
	}
	return n, buf.Flush()
}

func lineWriter(w *bufio.Writer, format string, names map[services.AccountID]string) (put func(store.Pin) (bool, error), flush func() error) {
	nothing := func() error { return nil }
	switch format {
	case formatCSV:
		c := csv.NewWriter(w)
		head := c.Write([]string{"account", "requestid", "cid", "name", "status", "created", "seen_at"})
		return func(p store.Pin) (bool, error) {
			e := entryOf(p, names)
			return true, c.Write([]string{cell(e.Account), cell(e.RequestID), cell(e.CID), cell(e.Name), e.Status, e.Created, e.SeenAt})
		}, func() error { c.Flush(); return errors.Join(head, c.Error()) }
	case formatText:
		seen := map[string]bool{}
		return func(p store.Pin) (bool, error) {
			if p.Pin.CID.IsZero() || seen[p.Pin.CID.Key] {
				return false, nil
			}
			seen[p.Pin.CID.Key] = true
			_, err := w.WriteString(p.Pin.CID.Text + "\n")
			return true, err
		}, nothing
	default:
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return func(p store.Pin) (bool, error) { return true, enc.Encode(entryOf(p, names)) }, nothing
	}
}

func entryOf(p store.Pin, names map[services.AccountID]string) entry {
	return entry{
		Account: names[p.Account], RequestID: p.RequestID, CID: p.Pin.CID.Text, Name: p.Pin.Name,
		Status: p.Status.String(), Created: stamp(p.Created), Meta: p.Pin.Meta, Info: p.Info, SeenAt: stamp(p.SeenAt),
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// cell keeps a spreadsheet from running a name as a formula: names come from
// anybody.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
