package sync

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/sync/watch"
)

// carSuffix is the end of the name of files that are served as they are.
const carSuffix = ".car"

// Import writes a source for every path, and for each of its accounts an add
// that waits for the source to be read, in one transaction. The content IDs come
// later, except those of a CAR. Refused are: what cannot be there at all
// (CodeSource), "not-absolute", "profile", "pattern", and what Add refuses.
func (e *Engine) Import(ctx context.Context, r ImportRequest) (Accepted, error) {
	list, refused := e.looked(ctx, r)
	if err := ctx.Err(); err != nil {
		return Accepted{}, stopped("import", err)
	}
	if err := e.asking.take(ctx); err != nil {
		return Accepted{}, stopped("import", err)
	}
	defer e.asking.give()
	was, err := e.stand(ctx)
	if err != nil {
		return Accepted{}, err
	}
	taken := Accepted{Refused: refused}
	var sources []store.Source
	var ops [][]store.Operation
	for _, f := range list {
		asked, refused, err := e.importable(ctx, was, r, f)
		if err != nil {
			return Accepted{}, err
		}
		taken.Refused = append(taken.Refused, refused...)
		if len(asked) > 0 {
			sources, ops = append(sources, f.Source), append(ops, asked)
		}
	}
	if len(sources) == 0 {
		return taken, nil
	}
	if _, taken.Operations, err = e.c.User.AddSources(ctx, sources, ops); err != nil {
		return Accepted{}, err
	}
	wake(e.imports)
	e.moved.Post()
	return taken, e.c.Cache.SetPending(context.WithoutCancel(ctx), taken.Operations, false)
}

// toImport is a source to be, with the roots of a CAR.
type toImport struct {
	store.Source
	roots []services.CID
}

// looked has a first look at every path of a request.
func (e *Engine) looked(ctx context.Context, r ImportRequest) (list []toImport, refused []Refusal) {
	for _, p := range r.Paths {
		f, err := lookAtFile(ctx, r, p)
		if err != nil {
			refused = append(refused, Refusal{Path: p, Err: err})
			continue
		}
		list = append(list, f)
	}
	return list, refused
}

func lookAtFile(ctx context.Context, r ImportRequest, p store.Path) (toImport, *services.Error) {
	path := filepath.Clean(string(p))
	f := toImport{Source: store.Source{
		Path: store.Path(path), Profile: r.Profile, Ignore: r.Ignore, Hidden: r.Hidden, Name: nameOf(path),
	}}
	if f.Profile == "" {
		f.Profile = store.ProfileV1
	}
	if r.Name != "" && len(r.Paths) == 1 {
		f.Name = r.Name
	}
	if !filepath.IsAbs(path) {
		return f, usage("import", "not-absolute", services.Clean(path))
	}
	if !slices.Contains(store.Profiles(), f.Profile) {
		return f, usage("import", "profile", string(f.Profile))
	}
	for _, p := range r.Ignore {
		if !doublestar.ValidatePattern(strings.Trim(p, "!/")) {
			return f, usage("import", "pattern", services.Clean(p))
		}
	}
	info, reason, err := readable(path)
	if reason != "" {
		return f, &services.Error{
			Code: services.CodeSource, Op: "import", Reason: reason, Details: services.Clean(path), NotSent: true, Err: err,
		}
	}
	if info.Mode().IsRegular() && strings.EqualFold(filepath.Ext(path), carSuffix) {
		f.CAR = true
		f.roots, err = ingest.Roots(ctx, f.Path)
	}
	return f, services.AsError(err)
}

// readable says why a path can't be read at all, "" where it can: whatever else is
// wrong with it may be over once it is read.
func readable(path string) (info os.FileInfo, reason string, err error) {
	info, err = os.Stat(path)
	switch {
	case os.IsNotExist(err):
		return nil, services.ReasonVanished, err
	case err != nil:
		return nil, services.ReasonUnreadable, err
	case !info.Mode().IsRegular() && !info.IsDir():
		return nil, services.ReasonSpecial, nil
	}
	file, err := os.Open(path)
	switch {
	case err == nil:
		_ = file.Close()
	case os.IsPermission(err):
		return nil, services.ReasonUnreadable, err
	}
	return info, "", nil
}

// nameOf is what people call a file: its name, as text.
func nameOf(path string) string {
	return services.Clean(strings.ToValidUTF8(filepath.Base(path), "\uFFFD"))
}

// importable makes the adds of one source, and says which are refused.
func (e *Engine) importable(ctx context.Context, was *stand, r ImportRequest, f toImport) (ops []store.Operation, refused []Refusal, err error) {
	due := dueAfter(r.Hold)
	roots := f.roots
	if !f.CAR {
		roots = []services.CID{{}}
	}
	seen := make(map[services.AccountID]bool, len(r.Accounts))
	for _, id := range r.Accounts {
		if seen[id] {
			continue
		}
		seen[id] = true
		for _, root := range roots {
			pin := services.Pin{CID: root, Name: f.Name, Origins: r.Origins, Meta: r.Meta}
			no := was.importable(id, pin)
			if no == nil && f.CAR {
				no = e.wanted(ctx, was, id, pin)
			}
			if no != nil && no.Code == services.CodeStorage {
				return nil, nil, no
			}
			if no != nil {
				refused = append(refused, Refusal{Path: f.Path, Account: id, CID: root, Err: no})
				continue
			}
			ops = append(ops, store.Operation{Account: id, Kind: store.OpAdd, Pin: pin, State: store.OpPreparing, NextAt: due})
		}
	}
	return ops, refused, nil
}

// importable is addable of what may have no CID yet.
func (s *stand) importable(id services.AccountID, pin services.Pin) *services.Error {
	if !pin.CID.IsZero() {
		return s.addable(id, pin)
	}
	return s.askable(id, pin)
}

// Inspect says what Import would take of each path, and what it would refuse,
// without reading contents.
func (e *Engine) Inspect(ctx context.Context, r ImportRequest) ([]ingest.Plan, error) {
	plans := make([]ingest.Plan, len(r.Paths))
	for i, p := range r.Paths {
		var err error
		plans[i], err = ingest.Inspect(ctx, p, ingest.Options{Profile: r.Profile, Hidden: r.Hidden, Ignore: r.Ignore, Secret: watch.Secret})
		if err != nil {
			return nil, stopped("import", err)
		}
		f, no := lookAtFile(ctx, r, p)
		if plans[i].CAR, plans[i].Roots = f.CAR, f.roots; plans[i].Err == nil {
			plans[i].Err = no
		}
	}
	return plans, nil
}
