package sync

import (
	"context"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/ingest"
)

// car asks for the roots of a CAR, whose blocks are served from it as it is. One
// that names none is asked for all the same: reading it says what is wrong. What
// could not be read of it before is read again: it may have been half copied.
func (p *publication) car(ctx context.Context, f user.IndexFile) error {
	current, err := p.e.c.User.ItemsAt(ctx, p.folder.ID, f.Rel)
	if err != nil {
		return err
	}
	unread, err := p.unread(ctx, current)
	if err != nil {
		return err
	}
	source := p.source(f.Rel)
	source.CAR, source.Ignore = true, nil
	roots, err := ingest.Roots(ctx, source.Path)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	v := user.Version{Source: source, Release: p.folder.OnChange == store.ReplaceOld}
	if err != nil {
		p.e.c.Log.Warn("roots of a CAR cannot be read", "folder", p.folder.ID, "error", err.Error())
		if len(unread) == 0 {
			item := user.FolderItem{Rel: f.Rel, Stamp: "car", Name: source.Name, Size: -1}
			v.Items = []user.NewItem{{FolderItem: item, Adds: p.adds(source.Name)}}
			p.Versions = append(p.Versions, v)
		}
		return nil // what is kept of it stays
	}
	wanted := make(map[string]bool, len(roots))
	for _, root := range roots {
		wanted[root.Key] = true
	}
	var never []user.FolderItem // nothing ever came of these
	for _, item := range current {
		switch {
		case wanted[item.CID.Key]:
			delete(wanted, item.CID.Key) // it is kept already, or read again
			continue
		case item.CID.IsZero() || unread[item.Source]:
			never = append(never, item)
		}
		v.Ends = append(v.Ends, item)
	}
	for _, root := range roots {
		if !wanted[root.Key] {
			continue
		}
		delete(wanted, root.Key)
		adds, err := p.addsOf(ctx, services.Pin{CID: root, Name: source.Name}, store.OpPreparing)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, p.named(f, root, source.Name, adds))
	}
	if len(v.Items) == 0 { // nothing takes the place of what was taken out of it
		v.Source, v.Ends = nil, never
	}
	if len(v.Items)+len(v.Ends) > 0 {
		p.Versions = append(p.Versions, v)
	}
	return nil
}

// unread is which sources of items were not read to their end, and has those
// that need the person for that read again.
func (p *publication) unread(ctx context.Context, items []user.FolderItem) (map[store.SourceID]bool, error) {
	unread := make(map[store.SourceID]bool)
	for _, item := range items {
		if item.Source == 0 || unread[item.Source] {
			continue
		}
		source, ok, err := p.e.c.User.Source(ctx, item.Source)
		if err != nil {
			return nil, err
		}
		if !ok || source.State != store.SourceStuck && source.State != store.SourcePreparing {
			continue
		}
		unread[item.Source] = true
		p.Again = append(p.Again, item.Source)
	}
	return unread, nil
}
