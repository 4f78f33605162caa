package sync

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// exportsKept is how many days of the pin list are kept.
const exportsKept = 7

// exportFile is the name of a day's list; the names of days sort by age.
const exportFile = "pins-2006-01-02.json.gz"

// exported is one pin in a dated list. Its keys are those of `pintrayctl
// export`, which reads it again.
type exported struct {
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

// exportDaily writes the list of pins as it was last seen, once a day. A list of
// nothing is not written, so that an empty one takes no good one's place, nor one
// of half of what there is: an account that was never read is waited for. That it
// cannot be written stops nothing else.
func (e *Engine) exportDaily(ctx context.Context, now time.Time) {
	value, err := e.c.User.Setting(ctx, store.SettingExports)
	if err != nil || value == store.ExportsOff {
		return
	}
	dir := filepath.Join(e.c.User.Dir(), store.Exports)
	path := filepath.Join(dir, now.Format(exportFile))
	if _, err := os.Stat(path); err == nil {
		return
	}
	if err = e.export(ctx, path); err == nil {
		err = dropExports(dir)
	}
	if err != nil && !errors.Is(err, errNothing) && ctx.Err() == nil {
		e.c.Log.Warn("the dated list of pins was not written", "error", err.Error())
	}
}

// errNothing: there is not one pin to write down, or not yet all of them.
var errNothing = errors.New("no pins")

// toBeRead reports whether the first list of an account is still to come.
func toBeRead(a store.AccountState) bool {
	never := a.CheckedAt.IsZero() && !a.Incomplete && a.Err == nil && !a.Paused && !a.Local()
	return a.Reading || never
}

func (e *Engine) export(ctx context.Context, path string) (err error) {
	r, err := store.Open(ctx, e.c.User.Dir(), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	accounts, err := r.Accounts(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(accounts, toBeRead) {
		return errNothing
	}
	for _, err := range r.EachPin(ctx, store.PinFilter{Limit: 1}) {
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		return replaceFile(path, func(w io.Writer) error { return writeExport(ctx, w, r, accounts) })
	}
	return errNothing
}

func writeExport(ctx context.Context, w io.Writer, r *store.Reader, accounts []store.AccountState) error {
	names := make(map[services.AccountID]string, len(accounts))
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	packed := gzip.NewWriter(w)
	out := bufio.NewWriterSize(packed, 64<<10)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for p, err := range r.EachPin(ctx, store.PinFilter{}) {
		if err != nil {
			return err
		}
		if err := lines.Encode(exportedOf(p, names)); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return packed.Close()
}

func exportedOf(p store.Pin, names map[services.AccountID]string) exported {
	name, ok := names[p.Account]
	if !ok {
		name = fmt.Sprintf("#%d", p.Account)
	}
	e := exported{
		Account: name, RequestID: p.RequestID, CID: p.Pin.CID.Text, Name: p.Pin.Name, Status: p.Status.String(),
		Created: inUTC(p.Created), Meta: p.Pin.Meta, Info: p.Info, SeenAt: inUTC(p.SeenAt),
	}
	for _, m := range []*map[string]string{&e.Meta, &e.Info} {
		if *m == nil {
			*m = map[string]string{}
		}
	}
	return e
}

// inUTC is a time in UTC, nil where there is none.
func inUTC(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// dropExports keeps the youngest lists.
func dropExports(dir string) error {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		_, err := time.Parse(exportFile, e.Name())
		return err != nil // not ours
	})
	for len(entries) > exportsKept {
		if err := os.Remove(filepath.Join(dir, entries[0].Name())); err != nil {
			return err
		}
		entries = entries[1:]
	}
	return nil
}
