package items

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

var now = time.Date(2026, 11, 22, 13, 50, 0, 0, time.Local)

// cidOf is a CID of our own making.
func cidOf(i int) services.CID {
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	var b strings.Builder
	for n := i + 7; b.Len() < 52; n = n*48271%2147483647 + 1 {
		b.WriteByte(alphabet[n%32])
	}
	t := "bafybei" + b.String()
	return services.CID{Text: t, Key: t}
}

// memory is a source of rows in memory.
type memory struct {
	rows    []store.Item
	pins    map[string][]store.Pin
	history []store.Operation
	sources map[store.SourceID]store.Source
}

func (m *memory) match(f store.Filter) (out []store.Item) {
	for _, r := range m.rows {
		ok := f.State == store.AnyState || r.State == f.State
		ok = ok && (!f.OneCopy || r.Copies == 1)
		ok = ok && strings.Contains(strings.ToLower(r.Name), strings.ToLower(f.Search))
		if ok {
			out = append(out, r)
		}
	}
	return out
}

func (m *memory) Open(_ context.Context, f store.Filter) (listing, error) {
	return memoryList(m.match(f)), nil
}

func (m *memory) Counts(_ context.Context, f store.Filter) (c store.ItemCounts, _ error) {
	for _, r := range m.rows {
		if !strings.Contains(strings.ToLower(r.Name), strings.ToLower(f.Search)) {
			continue
		}
		c.All++
		switch r.State {
		case store.Safe:
			c.Safe++
		case store.Working:
			c.Working++
		case store.NeedsYou:
			c.NeedsYou++
		}
		if r.Copies == 1 {
			c.OneCopy++
		}
	}
	return c, nil
}

func (m *memory) Item(_ context.Context, id store.ItemID) (store.Item, bool, error) {
	for _, r := range m.rows {
		if r.ID == id {
			return r, true, nil
		}
	}
	return store.Item{}, false, nil
}

func (m *memory) Pins(_ context.Context, c services.CID) ([]store.Pin, error) {
	for _, r := range m.rows {
		if r.CID.Key != c.Key {
			continue
		}
		var out []store.Pin
		for _, k := range r.Marks {
			out = append(out, store.Pin{Account: k.Account, SeenAt: k.SeenAt, PinStatus: services.PinStatus{
				RequestID: fmt.Sprintf("r%d-%d", r.ID, k.Account), Status: k.Status, Created: now.Add(-6 * time.Minute),
				Pin: services.Pin{CID: c, Name: r.Name},
			}})
		}
		return out, nil
	}
	return nil, nil
}

func (m *memory) History(context.Context, store.Item) ([]store.Operation, error) {
	return m.history, nil
}

func (m *memory) Source(_ context.Context, id store.SourceID) (store.Source, bool, error) {
	s, ok := m.sources[id]
	return s, ok, nil
}

type memoryList []store.Item

func (l memoryList) Len() int { return len(l) }
func (l memoryList) Rows(_ context.Context, from, n int) ([]store.Item, error) {
	from = min(from, len(l))
	return l[from:min(len(l), from+n)], nil
}

func (l memoryList) IDs(_ context.Context, from, n int) (out []store.ItemID, _ error) {
	for _, r := range l[from:min(len(l), from+n)] {
		out = append(out, r.ID)
	}
	return out, nil
}

func (l memoryList) Position(_ context.Context, id store.ItemID) (int, bool, error) {
	i := slices.IndexFunc(l, func(r store.Item) bool { return r.ID == id })
	return max(0, i), i >= 0, nil
}

// asked is an engine that writes down what it was asked.
type asked struct {
	adds    []pinsync.AddRequest
	deletes [][]pinsync.PinRef
	cancels [][]store.OperationID
	checks  int
	names   []string

	replaced []replacing
}

type replacing struct {
	was  pinsync.PinRef
	pin  services.Pin
	hold time.Duration
}

func (e *asked) Replace(_ context.Context, was pinsync.PinRef, pin services.Pin, hold time.Duration) (pinsync.Accepted, error) {
	e.replaced = append(e.replaced, replacing{was, pin, hold})
	return pinsync.Accepted{Operations: []store.Operation{{ID: store.OperationID(len(e.replaced))}}}, nil
}

func (e *asked) Add(_ context.Context, r pinsync.AddRequest) (pinsync.Accepted, error) {
	e.adds = append(e.adds, r)
	var a pinsync.Accepted
	for range r.Pins {
		for range r.Accounts {
			a.Operations = append(a.Operations, store.Operation{ID: store.OperationID(len(a.Operations) + 1)})
		}
	}
	return a, nil
}

func (e *asked) Rename(_ context.Context, _ pinsync.PinRef, name string) (pinsync.Accepted, error) {
	e.names = append(e.names, name)
	return pinsync.Accepted{}, nil
}

func (e *asked) Delete(_ context.Context, pins []pinsync.PinRef, _ time.Duration) (pinsync.Accepted, error) {
	e.deletes = append(e.deletes, pins)
	a := pinsync.Accepted{Operations: make([]store.Operation, len(pins))}
	for i := range a.Operations {
		a.Operations[i].ID = store.OperationID(i + 1)
	}
	return a, nil
}
func (e *asked) Retry(context.Context, []store.OperationID) error { return nil }
func (e *asked) Cancel(_ context.Context, ids []store.OperationID) error {
	e.cancels = append(e.cancels, ids)
	return nil
}
func (e *asked) Refresh(context.Context, []services.AccountID) error { e.checks++; return nil }
func (e *asked) Unlock(context.Context) error                        { return nil }

func account(id services.AccountID, name string) store.AccountState {
	return store.AccountState{
		Account: services.Account{ID: id, Name: name, Key: "keyring:x"}, CheckedAt: now.Add(-3 * time.Minute), Latency: 400 * time.Millisecond,
	}
}

// threeServices is the snapshot of the pictures.
func threeServices() kit.Snapshot {
	s := kit.Snapshot{At: now, Accounts: []store.AccountState{account(1, "Pinata"), account(2, "Filebase"), account(3, "My cluster")}}
	s.Health.CheckedAt = now.Add(-3 * time.Minute)
	return s
}

// examples is the rows of the pictures.
func examples() []store.Item {
	p, f, w, x, q := services.Pinned, services.Pinning, services.Queued, services.Failed, services.Unknown
	no := services.Status(-1)
	rows := []struct {
		name   string
		size   int64
		ago    time.Duration
		states [3]services.Status
	}{
		{"Dunes at dusk — final.tif", 184e6, 2 * time.Minute, [3]services.Status{p, p, p}},
		{"Portrait series No. 4.psd", 412e6, 9 * time.Minute, [3]services.Status{p, f, w}},
		{"山水画卷 · 高清扫描.tif", 96.4e6, 3 * time.Hour, [3]services.Status{p, p, p}},
		{"Exhibition catalogue 2026.pdf", 38.2e6, 25 * time.Hour, [3]services.Status{p, p, no}},
		{"Loop 07, seamless.mp4", 1.2e9, 26 * time.Hour, [3]services.Status{p, p, w}},
		{"معرض الفن الرقمي.pdf", 12.7e6, 27 * time.Hour, [3]services.Status{p, p, no}},
		{"", 2.1e6, 4 * 24 * time.Hour, [3]services.Status{p, no, no}},
		{"Glaze tests, spring", 640e6, 5 * 24 * time.Hour, [3]services.Status{p, p, p}},
		{"Manifesto, second draft.md", 14e3, 6 * 24 * time.Hour, [3]services.Status{p, x, no}},
		{"Nachtlicht cover.png", 8.9e6, 6 * 24 * time.Hour, [3]services.Status{p, p, p}},
		{"Field recordings, harbour.flac", 2.3e9, 8 * 24 * time.Hour, [3]services.Status{p, p, q}},
		{"Studio tour, uncut.mov", 3.8e9, 10 * 24 * time.Hour, [3]services.Status{p, no, p}},
		{"Zine 3, print edition.pdf", -1, 11 * 24 * time.Hour, [3]services.Status{p, p, p}},
		{"Kiln scan, high detail.glb", 221e6, 13 * 24 * time.Hour, [3]services.Status{p, p, no}},
	}
	out := make([]store.Item, len(rows))
	for i, r := range rows {
		it := store.Item{ID: store.ItemID(i + 1), CID: cidOf(i), Name: r.name, Size: r.size, Added: now.Add(-r.ago), State: store.Safe}
		for a, s := range r.states {
			if s == no {
				continue
			}
			m := store.Mark{Account: services.AccountID(a + 1), Status: s, SeenAt: now.Add(-3 * time.Minute), Pins: 1}
			it.Places++
			switch s {
			case p:
				it.Copies++
			case x:
				m.Details = "file not found"
				it.State = store.NeedsYou
			case f, w:
				it.State = store.Working
			}
			it.Marks = append(it.Marks, m)
		}
		out[i] = it
	}
	return out
}
