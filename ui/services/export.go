package services

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// exporting is an open sheet that writes a list to a file.
type exporting struct {
	v      *View
	list   func(context.Context) listing
	format *kit.Segmented
	path   *kit.Field
	ask    *asking
	over   string // the file the person agreed to replace
}

var formats = []string{formatJSON, formatCSV, formatText}

// Export opens the sheet that writes what an account keeps to a file; 0 is
// every account.
func (v *View) Export(id services.AccountID) {
	var pins store.PinFilter
	name, sub := "pintray", kit.T("services.export.sub")
	if a, ok := v.d.State().Account(id); ok {
		pins.Accounts = []services.AccountID{id}
		name, sub = "pintray-"+fileName(a.Name), kit.T("services.export.of", "name", services.Clean(a.Name))
	}
	v.export(name, sub, func(ctx context.Context) listing {
		return listing{pins: v.d.Reader.EachPin(ctx, pins), items: v.d.Reader.EachItem(ctx, store.Filter{Account: id}, 0)}
	})
}

// ExportItems opens the sheet that writes some items to a file, in their order.
func (v *View) ExportItems(ids []store.ItemID) {
	v.export("pintray-items", kit.N("services.export.items", int64(len(ids))), func(ctx context.Context) listing {
		items := eachOf(ctx, v.d.Reader, ids)
		return listing{items: items, pins: eachPinOf(ctx, v.d.Reader, items)}
	})
}

// eachOf is the items of some IDs; what is gone meanwhile is left out.
func eachOf(ctx context.Context, r Reader, ids []store.ItemID) iter.Seq2[store.Item, error] {
	return func(yield func(store.Item, error) bool) {
		for _, id := range ids {
			it, ok, err := r.Item(ctx, id)
			if (ok || err != nil) && !yield(it, err) {
				return
			}
		}
	}
}

// eachPinOf is the pins of items.
func eachPinOf(ctx context.Context, r Reader, items iter.Seq2[store.Item, error]) iter.Seq2[store.Pin, error] {
	return func(yield func(store.Pin, error) bool) {
		for it, err := range items {
			if err != nil {
				yield(store.Pin{}, err)
				return
			}
			if it.CID.IsZero() {
				continue // no filter has no CID: it would find every pin
			}
			for p, err := range r.EachPin(ctx, store.PinFilter{CID: it.CID}) {
				if !yield(p, err) {
					return
				}
			}
		}
	}
}

func (v *View) export(name, sub string, list func(context.Context) listing) {
	e := &exporting{v: v, list: list, ask: newAsking(v)}
	name += "-" + time.Now().Format(time.DateOnly)
	e.path = kit.NewField("", "")
	e.path.SetText(filepath.Join(exportFolder(), name+".json"))
	words := []string{kit.T("services.export.json"), kit.T("services.export.csv"), kit.T("services.export.text")}
	e.format = kit.NewSegmented(words, 0, func(at int) { e.path.SetText(withEnding(e.path.Text(), formats[at])) })
	row := kit.HBox(8, kit.NewText(kit.T("services.export.format"), kit.BodyM, kit.Ink), kit.Fill(), e.format)
	body := kit.VBox(16, row, labelled(kit.T("services.export.path"), "", e.path), e.ask.result.object)
	e.ask.body = body
	e.ask.sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("services.export.title"), Sub: sub, Body: body, OnClosed: e.ask.asked.Stop,
		PrimaryLabel: kit.T("services.export.go"), Primary: func(*kit.SheetHandle) { e.run() },
	})
}

// run writes the file; Cancel or Escape stops it and leaves nothing behind.
func (e *exporting) run() {
	if e.ask.busy {
		return
	}
	path, format := e.path.Text(), formats[e.format.At()]
	names := map[services.AccountID]string{}
	for _, a := range e.v.d.State().Accounts {
		names[a.ID] = a.Name
	}
	e.ask.busy = true
	e.ask.sheet.SetPrimary(false)
	e.say(0)
	ctx := e.ask.asked.Next(e.v.d.Context)
	replace := e.over == path
	kit.Go(ctx, func(ctx context.Context) (int64, error) {
		return writeFile(path, replace, func(f *os.File) (int64, error) {
			list := e.list(ctx)
			list.names = names
			return writeList(ctx, f, format, list, func(n int64) {
				kit.OnUI(func() { e.say(n) })
			})
		})
	}, func(n int64, err error) {
		e.ask.busy = false
		e.ask.sheet.SetPrimary(true)
		if errors.Is(err, fs.ErrExist) {
			e.over = path
			e.ask.say("info", kit.Warn, kit.WarnSoft, kit.T("services.export.exists"), "")
			return
		}
		if err != nil {
			e.ask.say("warn", kit.Bad, kit.BadSoft, kit.T("services.export.failed", "why", why(err)), "")
			return
		}
		e.ask.sheet.Close()
		kit.Toast(e.v.d.Window.Canvas(), kit.N("services.export.done", n, "path", path), "", nil)
	})
}

func (e *exporting) say(n int64) {
	if e.ask.busy && !e.ask.sheet.Closed() {
		e.ask.say("clock", kit.Work, kit.WorkSoft, kit.N("services.export.running", n), "")
	}
}

// why is an error of the disk in a few words, without the path that is shown
// above it anyway.
func why(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return kit.Explain(err, "").Title
}

// writeFile writes path through a file beside it, so that it is there whole or
// not at all. A file of that name is fs.ErrExist unless replace says otherwise.
func writeFile(path string, replace bool, write func(*os.File) (int64, error)) (n int64, err error) {
	if _, err := os.Stat(path); err == nil && !replace {
		return 0, fs.ErrExist
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".pintray-*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	n, err = write(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return n, err
	}
	return n, os.Rename(f.Name(), path)
}

// exportFolder is where a list goes unless the person says otherwise.
func exportFolder() string {
	if info, err := os.Stat(xdg.UserDirs.Documents); err == nil && info.IsDir() {
		return xdg.UserDirs.Documents
	}
	return xdg.Home
}

// withEnding changes the ending of a path to that of a format.
func withEnding(path, format string) string {
	ending := map[string]string{formatJSON: ".json", formatCSV: ".csv", formatText: ".txt"}[format]
	for _, old := range []string{".json", ".csv", ".txt"} {
		if base, ok := strings.CutSuffix(path, old); ok {
			return base + ending
		}
	}
	return path
}

// fileName is a service's name as part of a file's.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, services.Clean(name))
}
