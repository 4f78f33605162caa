package sync

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

// followShare is how much longer than one look at them the pause between looks
// at what was published is, followLeast and followMost how long it is at least
// and at most: what is to be let go of must not wait for minutes.
const (
	followShare = 10
	followLeast = 2 * time.Second
	followMost  = 15 * time.Second
)

// followFolders sees, whenever something moved, what became of what folders
// published: since when it is safe, what can be let go of, what is to be renamed;
// and keeps the manifests up to date. The error is the store's.
func (e *Engine) followFolders(ctx context.Context) error {
	moved, cancel := e.moved.Subscribe()
	defer cancel()
	least := followLeast
	if e.c.Watch.Quiet > 0 {
		least = 2 * e.c.Watch.Quiet
	}
	for {
		began := time.Now()
		err := e.followAll(ctx)
		if err == nil {
			err = e.writeManifests(ctx)
		}
		if err != nil {
			return storeError(ctx, err)
		}
		pause := min(max(least, followShare*time.Since(began)), followMost)
		if !wait(ctx, nil, time.Now().Add(pause)) || !wait(ctx, moved, time.Time{}) {
			return nil
		}
	}
}

// followed is one look at what was published.
type followed struct {
	*Engine
	now   time.Time
	moves []user.PinMove
}

func (e *Engine) followAll(ctx context.Context) error {
	if err := e.followLosses(ctx); err != nil {
		return err
	}
	for moved := true; moved && ctx.Err() == nil; { // what becomes of one may be what another waits for
		open, err := e.c.User.OpenFolderPins(ctx)
		if err != nil {
			return err
		}
		moved = false
		for some := range slices.Chunk(open, followStep) {
			did, err := e.followSome(ctx, some)
			if err != nil || ctx.Err() != nil {
				return err
			}
			moved = moved || did
		}
	}
	return nil
}

// followStep is how many are looked at while nobody else can ask for anything.
const followStep = 500

func (e *Engine) followSome(ctx context.Context, open []user.OpenFolderPin) (moved bool, err error) {
	if err := e.asking.take(ctx); err != nil {
		return false, nil
	}
	defer e.asking.give()
	f := followed{Engine: e, now: time.Now()}
	for _, p := range open {
		if ctx.Err() != nil {
			return false, nil
		}
		move, err := f.see(ctx, p)
		if err != nil {
			return false, err
		}
		if move.Forget || move.Asked != nil || move.Ends != 0 || move.Now != move.Was {
			f.moves = append(f.moves, move)
			e.folders.outdated(p.Folder)
		}
	}
	asked, err := e.c.User.MovePins(ctx, f.moves, f.now)
	if err == nil && len(asked) > 0 {
		err = e.told(context.WithoutCancel(ctx), asked)
	}
	return len(f.moves) > 0, err
}

// see is what became of one since.
func (f *followed) see(ctx context.Context, p user.OpenFolderPin) (user.PinMove, error) {
	m := user.PinMove{Was: p.FolderPin, Now: p.FolderPin}
	if p.RequestID == "" {
		if err := f.asked(ctx, p, &m); err != nil || m.Now.RequestID == "" {
			return m, err
		}
	}
	pin, known, err := f.c.Cache.Pin(ctx, p.Account, m.Now.RequestID)
	if err != nil {
		return m, err
	}
	if known && pin.Status == services.Pinned && m.Now.Safe.IsZero() {
		m.Now.Safe = pin.SeenAt
	}
	if m.Now.Name == "" {
		f.rename(p, pin, known, &m)
	}
	if m.Now.Release != 0 && m.Asked == nil {
		return m, f.release(ctx, p, pin, known, &m)
	}
	return m, nil
}

// asked sees what the add led to.
func (f *followed) asked(ctx context.Context, p user.OpenFolderPin, m *user.PinMove) error {
	op, ok, err := f.c.User.Operation(ctx, p.Operation)
	switch {
	case err != nil:
		return err
	case !ok:
		m.Forget = true
		return nil
	case op.State == store.OpDone && op.RequestID != "":
		m.Now.RequestID, m.Now.Ours = op.RequestID, !op.AlreadyKept && !op.Adopted
		if p.Name != "" && op.Pin.Name != p.Title {
			m.Now.Name = "" // it was renamed while it was sent
		}
		return f.inherit(ctx, p, m)
	case op.State == store.OpCancelled && op.LastText == textAlreadyAsked:
		// Another asked for the same content first; its pin is this one's too.
		kept, err := f.keeps(ctx, p.Account, op.Pin.CID)
		if err != nil || kept.RequestID == "" {
			return err
		}
		m.Now.RequestID = kept.RequestID
	case op.State == store.OpCancelled:
		m.Forget = true
	}
	return nil
}

// inherit sees whether the pin was there because of another item of ours: one
// that was replaced, or whose file is gone and that this one is. Then it is ours
// too, and goes by the new name.
func (f *followed) inherit(ctx context.Context, p user.OpenFolderPin, m *user.PinMove) error {
	if m.Now.Ours {
		return nil
	}
	others, err := f.c.User.PinsAs(ctx, p.Account, m.Now.RequestID)
	if err != nil {
		return err
	}
	for _, o := range others {
		if !o.Ours || o.Item == p.Item {
			continue
		}
		item, ok, err := f.c.User.Item(ctx, o.Item)
		if err != nil {
			return err
		}
		if !ok || item.Folder != p.Folder {
			continue
		}
		left, err := f.c.User.ItemFiles(ctx, item.Folder, item.Rel)
		if err != nil {
			return err
		}
		moved := item.Ended.IsZero() && item.Rel != p.Rel && len(left) == 0
		if !moved && item.Ended.IsZero() {
			continue
		}
		m.Now.Ours = true
		if moved {
			m.Ends = item.ID
		}
		if item.Name != p.Title {
			m.Now.Name = ""
		}
	}
	return nil
}

// rename asks for the name the item has now, where the pin is ours.
func (f *followed) rename(p user.OpenFolderPin, pin store.Pin, known bool, m *user.PinMove) {
	switch {
	case !m.Now.Ours || known && pin.Pin.Name == p.Title:
		m.Now.Name = p.Title
	case known && pin.Status != services.Failed:
		m.Now.Name = p.Title
		m.Asked = &store.Operation{
			Account: p.Account, Kind: store.OpRename, RequestID: m.Now.RequestID,
			Pin: services.Pin{CID: pin.Pin.CID, Name: p.Title},
		}
	}
}

// release lets go of an old version's pin, once the new one is pinned at that
// account under another requestid and nothing of ours needs the old content.
// What was there before us is never let go of.
func (f *followed) release(ctx context.Context, p user.OpenFolderPin, pin store.Pin, known bool, m *user.PinMove) error {
	by, ok, err := f.c.User.PinOf(ctx, m.Now.Release, p.Account)
	if err != nil {
		return err
	}
	if !ok {
		m.Now.Release = 0 // nothing takes its place there
		return nil
	}
	if by.RequestID == "" || !known {
		return nil
	}
	next, known, err := f.c.Cache.Pin(ctx, p.Account, by.RequestID)
	if err != nil || !known || next.Status != services.Pinned {
		return err
	}
	ours, err := f.ours(ctx, p.Account, m.Now.RequestID)
	if err != nil {
		return err
	}
	m.Now.Release = 0
	if !ours || by.RequestID == m.Now.RequestID || next.Pin.CID.Key == pin.Pin.CID.Key || pin.Pin.CID.Key != p.CID.Key {
		return nil
	}
	needed, err := f.c.User.Needed(ctx, p.Account, pin.Pin.CID)
	if err != nil || needed {
		return err
	}
	m.Asked = &store.Operation{
		Account: p.Account, Kind: store.OpDelete, RequestID: m.Now.RequestID, Pin: services.Pin{CID: pin.Pin.CID, Name: pin.Pin.Name},
	}
	return nil
}

// ours reports whether an add of a folder made the pin.
func (f *followed) ours(ctx context.Context, account services.AccountID, requestID string) (bool, error) {
	list, err := f.c.User.PinsAs(ctx, account, requestID)
	for _, p := range list {
		if p.Ours {
			return true, err
		}
	}
	return false, err
}
