package activity

import (
	"context"
	"iter"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// Reader is what this screen reads beside the snapshot.
type Reader interface {
	Operations(ctx context.Context, f store.OperationFilter) ([]store.Operation, error)
	Observations(ctx context.Context, limit int) ([]store.Observation, error)
	EachPin(ctx context.Context, f store.PinFilter) iter.Seq2[store.Pin, error]
	FolderDeeds(ctx context.Context, ids []store.OperationID) (map[store.OperationID]store.FolderDeed, error)
}

// How much is read at once: more under way than a person will look through is
// a number on the tab, and the history goes on where its list ends.
const (
	mostWorking = 500
	historyPage = 200
	mostSeen    = 1000
)

// data is what the screen shows.
type data struct {
	read       bool
	needs      []need
	stuck      []stuck
	working    []work
	workingAll int64
	history    []past
	more       bool         // the history goes on
	state      kit.Snapshot // what it was read for
}

// question is what is read for it.
type question struct {
	tab    int
	search string
	lost   services.AccountID // only what disappeared from it and is not settled, 0: everything
	pages  int
	state  kit.Snapshot
}

// read asks the store; it runs off the UI thread.
func read(ctx context.Context, r Reader, q question) (data, error) {
	accounts := q.state.ByID()
	d := data{read: true, state: q.state, needs: needs(q.state.Health.NeedsYou, accounts, q.state.At), workingAll: q.state.Health.Working}
	open, err := r.Operations(ctx, store.OperationFilter{Open: true, Limit: mostWorking})
	if err != nil {
		return d, err
	}
	d.stuck = once(d.needs, stuckRows(open, accounts, q.state.Bringing))
	apart(d.needs, d.stuck)
	switch q.tab {
	case tabWorking:
		pins, err := pending(ctx, r)
		if err != nil {
			return d, err
		}
		d.working = workRows(open, pins, accounts, q.state.Bringing, q.state.At)
	case tabHistory:
		if err := d.readHistory(ctx, r, q, accounts); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (d *data) readHistory(ctx context.Context, r Reader, q question, accounts map[services.AccountID]store.AccountState) error {
	if q.lost != 0 {
		seen, err := r.Observations(ctx, mostSeen)
		d.history = lostRows(seen, q.lost, accounts, q.state.At)
		return err
	}
	limit := q.pages * historyPage
	ops, err := r.Operations(ctx, store.OperationFilter{Closed: true, Search: strings.TrimSpace(q.search), Limit: limit})
	if err != nil {
		return err
	}
	seen, err := r.Observations(ctx, mostSeen)
	if err != nil {
		return err
	}
	ids := make([]store.OperationID, len(ops))
	for i, o := range ops {
		ids[i] = o.ID
	}
	deeds, err := r.FolderDeeds(ctx, ids)
	if err != nil {
		return err
	}
	d.more = len(ops) == limit
	d.history = history{accounts, deeds, q.state.At}.rows(ops, seen, q.search, d.more)
	return nil
}

func pending(ctx context.Context, r Reader) ([]store.Pin, error) {
	var pins []store.Pin
	for p, err := range r.EachPin(ctx, store.PinFilter{Status: []services.Status{services.Queued, services.Pinning}, Limit: mostWorking}) {
		if err != nil {
			return nil, err
		}
		pins = append(pins, p)
	}
	return pins, nil
}
