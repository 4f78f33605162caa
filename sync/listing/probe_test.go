package listing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/listing"
)

// account is pins of real CIDs, with names and meta, newest first.
func account(n int, unit time.Duration) []services.PinStatus {
	pins := stamps(rand.New(rand.NewPCG(5, 5)), n, 1, 50*unit, unit)
	for i := range pins {
		pins[i].Pin.CID = services.WireCID(fmt.Sprintf("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s5%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26))
		pins[i].Pin.Name = fmt.Sprintf("Holiday %d", i)
		pins[i].Pin.Meta = map[string]string{"number": fmt.Sprint(i)}
		if i%10 > 0 {
			pins[i].Status = services.Pinned
		}
	}
	return pins
}

func TestProbe_FindsWhatTheServiceKeeps(t *testing.T) {
	const ms = time.Millisecond
	yes, no, unknown := services.Proved, services.Disproved, services.Undecided
	type beliefs map[services.Fact]services.Belief
	for _, c := range []struct {
		name string
		n    int
		unit time.Duration
		set  func(*pager)
		want beliefs // the others are as in all
	}{
		{name: "keeps the spec", n: 300},
		{name: "keeps it, more than a page", n: 2500, want: beliefs{services.FactLimit: yes}},
		{name: "empty", n: 0, want: beliefs{
			services.FactOrder: unknown, services.FactCount: unknown, services.FactBefore: unknown, services.FactAfter: unknown,
			services.FactCreated: unknown, services.FactStatusFilter: unknown, services.FactCIDFilter: unknown, services.FactNameFilter: unknown, services.FactMetaFilter: unknown,
		}},
		{name: "one pin proves nothing", n: 1, want: beliefs{
			services.FactOrder: unknown, services.FactCount: unknown, services.FactBefore: unknown, services.FactAfter: unknown,
			services.FactStatusFilter: unknown, services.FactCIDFilter: unknown, services.FactNameFilter: unknown, services.FactMetaFilter: unknown, services.FactCreated: unknown,
		}},
		{name: "whole seconds", n: 300, unit: time.Second, want: beliefs{services.FactCreated: no}},
		{name: "oldest first (23)", n: 300, set: func(p *pager) { reverse(p) }, want: beliefs{services.FactOrder: no}},
		{name: "count of the page (8)", n: 300, set: func(p *pager) { p.count = "page" }, want: beliefs{services.FactCount: no}},
		{name: "count plus one (8)", n: 300, set: func(p *pager) { p.count = "plus-one" }, want: beliefs{services.FactCount: no}},
		{name: "count of everything (8)", n: 300, set: func(p *pager) { p.count = "all" }, want: beliefs{services.FactCount: no}},
		{name: "no count (8)", n: 300, set: func(p *pager) { p.count = "none" }, want: beliefs{services.FactCount: no}},
		{name: "inclusive (24)", n: 300, set: func(p *pager) { p.inclusive = true }, want: beliefs{services.FactBefore: no, services.FactAfter: no, services.FactCount: unknown}},
		{name: "cut to seconds (24)", n: 300, set: func(p *pager) { p.wholeSeconds = true }, want: beliefs{services.FactBefore: no, services.FactAfter: no, services.FactCount: unknown}},
		{name: "before ignored (27)", n: 300, set: func(p *pager) { p.ignoreBefore = true }, want: beliefs{services.FactBefore: no}},
		{name: "after ignored", n: 300, set: func(p *pager) { p.ignoreAfter = true }, want: beliefs{services.FactAfter: no, services.FactCount: unknown}},
		{name: "status ignored (14)", n: 300, set: func(p *pager) { p.ignoreStatus = true }, want: beliefs{services.FactStatusFilter: no}},
		// An empty list of the others says nothing of what it shows where there are some.
		{name: "all pinned", n: 300, set: func(p *pager) { pinAll(p) }, want: beliefs{services.FactStatusFilter: unknown}},
		{name: "all pinned, status ignored (14)", n: 300, set: func(p *pager) { pinAll(p); p.ignoreStatus = true }, want: beliefs{services.FactStatusFilter: no}},
		{name: "cid ignored (11)", n: 300, set: func(p *pager) { p.ignoreCID = true }, want: beliefs{services.FactCIDFilter: no}},
		{name: "name ignored (12)", n: 300, set: func(p *pager) { p.ignoreName = true }, want: beliefs{services.FactNameFilter: no}},
		{name: "meta ignored (13)", n: 300, set: func(p *pager) { p.ignoreMeta = true }, want: beliefs{services.FactMetaFilter: no}},
		{name: "limit ignored (10)", n: 300, set: func(p *pager) { p.ignoreLimit = true }, want: beliefs{services.FactLimit: no, services.FactCount: unknown}},
		{name: "pages of 100", n: 300, set: func(p *pager) { p.cap = 100 }, want: beliefs{services.FactLimit: no}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &pager{pins: account(c.n, max(c.unit, ms)), shown: 1}
			if c.set != nil {
				c.set(p)
			}
			findings, requests, err := listing.Probe(context.Background(), p, nil)
			if err != nil || requests != p.asked || requests > listing.ProbeRequests {
				t.Fatalf("%d requests, made %d, %v", requests, p.asked, err)
			}
			got := services.Profile{}.Learn(findings...)
			for _, f := range services.Facts()[:10] {
				want, ok := c.want[f]
				if !ok && f != services.FactLimit {
					want = yes
				}
				if got[f].Belief != want {
					t.Errorf("%s is %s (%s), want %s", f, got[f].Belief, got[f].Evidence, want)
				}
			}
			for _, f := range findings {
				if f.Evidence == "" || f.At.IsZero() {
					t.Errorf("%+v has no evidence or no date", f)
				}
			}
		})
	}
}

func pinAll(p *pager) {
	for i := range p.pins {
		p.pins[i].Status = services.Pinned
	}
}

func reverse(p *pager) {
	for i, j := 0, len(p.pins)-1; i < j; i, j = i+1, j-1 {
		p.pins[i], p.pins[j] = p.pins[j], p.pins[i]
	}
}

// What contradicts the profile is looked at twice: a service that was off for a
// moment loses nothing.
func TestProbe_LooksTwiceAtAContradiction(t *testing.T) {
	p := &pager{pins: account(300, time.Millisecond), shown: 1}
	findings, first, err := listing.Probe(context.Background(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	known := services.Profile{}.Learn(findings...)
	p.asked = 0
	p.before = func(p *pager, asked int) { p.ignoreAfter = asked == 2 }
	findings, requests, err := listing.Probe(context.Background(), p, known)
	if err != nil || requests != first+1 {
		t.Errorf("%d requests, want %d: %v", requests, first+1, err)
	}
	if got := known.Learn(findings...); !got.Proved(services.FactAfter) {
		t.Errorf("after is %+v", got[services.FactAfter])
	}
	p.asked, p.before, p.ignoreAfter = 0, nil, true
	findings, _, err = listing.Probe(context.Background(), p, known)
	if got := known.Learn(findings...); err != nil || !got.Disproved(services.FactAfter) {
		t.Errorf("after is %+v, %v", got[services.FactAfter], err)
	}
}

// The worst there is: every fact comes out the other way.
func TestProbe_KeepsToItsRequests(t *testing.T) {
	known := services.Profile{}
	for _, f := range services.Facts() {
		known = known.Learn(services.Finding{Fact: f, Belief: services.Disproved, Evidence: "e", At: epoch})
	}
	p := &pager{pins: account(300, time.Millisecond), shown: 1}
	_, requests, err := listing.Probe(context.Background(), p, known)
	if err != nil || requests > listing.ProbeRequests || p.asked != requests {
		t.Errorf("%d requests, made %d, %v", requests, p.asked, err)
	}
}

func TestProbe_TellsAnError(t *testing.T) {
	p := &pager{pins: account(300, time.Millisecond), shown: 1}
	svc := &failing{Service: p, after: 3, err: &services.Error{Code: services.CodeServer}}
	findings, requests, err := listing.Probe(context.Background(), svc, nil)
	if services.CodeOf(err) != services.CodeServer || requests != 7 || len(findings) == 0 {
		t.Errorf("got %d findings, %d requests, %v", len(findings), requests, err)
	}
	svc = &failing{Service: p, after: 1, err: &services.Error{Code: services.CodeInvalid}}
	findings, _, err = listing.Probe(context.Background(), svc, nil)
	if got := (services.Profile{}).Learn(findings...); err != nil || !got.Disproved(services.FactAfter) {
		t.Errorf("a service that refuses filters: %v, %v", findings, err)
	}
}

// A bad answer costs what it was asked for, and where the next one is good not
// even that.
func TestProbe_GoesOnAfterABadAnswer(t *testing.T) {
	whole := &pager{pins: account(300, time.Millisecond), shown: 1}
	findings, usual, err := listing.Probe(context.Background(), whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := services.Profile{}.Learn(findings...)
	for _, code := range []services.Code{services.CodeLimited, services.CodeServer, services.CodeTimeout} {
		for bad := 1; bad <= usual; bad++ {
			svc := &stumbling{Service: &pager{pins: whole.pins, shown: 1}, code: code, bad: []int{bad}}
			findings, requests, err := listing.Probe(context.Background(), svc, nil)
			if err != nil || requests != svc.asked || requests > usual+3 {
				t.Fatalf("%s in request %d: %d requests, made %d, %v", code, bad, requests, svc.asked, err)
			}
			for f := range all {
				if got := (services.Profile{}).Learn(findings...); got[f].Belief != all[f].Belief {
					t.Errorf("%s in request %d: %s is %s", code, bad, f, got[f].Belief)
				}
			}
		}
	}
	svc := &stumbling{Service: &pager{pins: whole.pins, shown: 1}, code: services.CodeServer, bad: []int{2, 3}} // the look at `after`
	findings, _, err = listing.Probe(context.Background(), svc, nil)
	got := services.Profile{}.Learn(findings...)
	if err != nil || got[services.FactAfter].Belief != services.Undecided || !got.Proved(services.FactOrder, services.FactBefore, services.FactMetaFilter) {
		t.Errorf("one look failed: %v, %v", got, err)
	}
}

func TestProbe_EndsWhereGoingOnTellsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	pins := account(300, time.Millisecond)
	for name, c := range map[string]struct {
		bad      []int
		code     services.Code
		set      func()
		requests int
	}{
		"nobody answers":            {bad: []int{1, 2}, code: services.CodeServer, requests: 2},
		"the key is refused":        {bad: []int{3}, code: services.CodeAuth, requests: 3},
		"two looks failed in a row": {bad: []int{2, 3, 4, 5}, code: services.CodeTimeout, requests: 5},
		"nobody wants to know":      {bad: []int{2}, code: services.CodeTimeout, set: cancel, requests: 2},
	} {
		svc := &stumbling{Service: &pager{pins: pins, shown: 1}, code: c.code, bad: c.bad, then: c.set}
		asked := context.Background()
		if c.set != nil {
			asked = ctx
		}
		if _, requests, err := listing.Probe(asked, svc, nil); services.CodeOf(err) != c.code || requests != c.requests {
			t.Errorf("%s: %d requests, %v", name, requests, err)
		}
	}
}

// stumbling gives some bad answers.
type stumbling struct {
	services.Service
	code  services.Code
	bad   []int
	then  func()
	asked int
}

func (s *stumbling) List(ctx context.Context, q services.Query) (services.Page, error) {
	if s.asked++; slices.Contains(s.bad, s.asked) {
		if s.then != nil {
			s.then()
		}
		return services.Page{}, &services.Error{Code: s.code}
	}
	return s.Service.List(ctx, q)
}

// failing fails after so many answers.
type failing struct {
	services.Service
	after int
	err   error
}

func (f *failing) List(ctx context.Context, q services.Query) (services.Page, error) {
	if f.after--; f.after < 0 {
		return services.Page{}, f.err
	}
	return f.Service.List(ctx, q)
}
