package sync_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	pinsync "github.com/pintray/pintray/sync"
)

// large is more pins than a full check reads in a few requests, where a page
// holds no more than shortPage.
const (
	large     = pinsync.LargePins
	shortPage = pinsync.LargePage
)

// edited is a service where single pins are not what they were, as its lists
// and answers show.
type edited struct {
	*demo.Service
	mu   sync.Mutex
	pins map[string]services.PinStatus
}

func (s *edited) set(pin services.PinStatus) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pins == nil {
		s.pins = make(map[string]services.PinStatus)
	}
	s.pins[pin.RequestID] = pin
}

func (s *edited) Get(ctx context.Context, id string) (services.PinStatus, error) {
	pin, err := s.Service.Get(ctx, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if now, ok := s.pins[id]; ok && err == nil {
		return now, nil
	}
	return pin, err
}

func (s *edited) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := s.Service.List(ctx, q)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, now := range s.pins {
		i := slices.IndexFunc(page.Results, func(p services.PinStatus) bool { return p.RequestID == now.RequestID })
		fits := slices.Contains(q.Status, now.Status) && (q.Before.IsZero() || now.Created.Before(q.Before)) &&
			(q.After.IsZero() || now.Created.After(q.After))
		switch {
		case i >= 0 && fits:
			page.Results[i] = now
		case i >= 0:
			page.Results = slices.Delete(page.Results, i, i+1)
			page.Count--
		case fits && len(q.Status) < 4: // it was of another status
			page.Results = append(page.Results, now)
			page.Count++
			slices.SortFunc(page.Results, func(a, b services.PinStatus) int { return b.Created.Compare(a.Created) })
		}
	}
	return page, err
}

func TestSync_AnUnchangedAccountTakesThreeRequests(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("one", demo.New(demo.Options{Pins: 5_000}))
		r.sync()
		r.sync() // may still have something to learn
		for range 2 {
			time.Sleep(time.Hour)
			began := time.Now()
			got := r.sync()
			if got[0].Requests > 3 || !got[0].Complete || got[0].Pins != 5_000 || got[0].Changed+got[0].Added+got[0].Removed > 0 {
				t.Errorf("got %+v", got)
			}
			if s := r.state(a); s.CheckedAt.Before(began) || s.Stale {
				t.Errorf("checked at %v, now is %v", s.CheckedAt, began)
			}
			r.reopen()
		}
		got, err := r.SyncFull(context.Background(), nil)
		if err != nil || got[0].Requests < 5_000/services.MaxLimit {
			t.Errorf("everything in %+v, %v", got, err)
		}
	})
}

func TestSync_AnUnchangedAccountMadeInOneHourTakesThreeRequests(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.connect("one", demo.New(demo.Options{Pins: large, MaxLimit: shortPage, Span: 30 * time.Minute}))
		r.sync()
		time.Sleep(3 * time.Hour)
		r.sync() // the first that began long after they were made
		for range 2 {
			time.Sleep(time.Hour)
			if res := r.sync(); res[0].Requests > 3 || !res[0].Complete {
				t.Errorf("got %+v, want at most 3 requests", res[0])
			}
		}
	})
}

func TestRun_QuickLooksKeepALargeAccountFresh(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{MaxLimit: shortPage, Pins: large})
		a := r.connect("one", svc)
		r.run()
		pass(time.Hour)
		before := svc.Calls()
		pass(26 * time.Hour)
		if s := r.state(a); s.Stale || time.Since(s.CheckedAt) > 10*time.Minute {
			t.Errorf("checked at %v", s.CheckedAt)
		}
		if calls := svc.Calls() - before; calls > 26*12*4 {
			t.Errorf("%d calls in 26 hours", calls)
		}
	})
}

// twoPolls is as long as it may take to look twice.
const twoPolls = 12 * time.Minute

// pinned is some pins of the middle of a list.
func pinned(svc *demo.Service, n int) []services.PinStatus {
	var some []services.PinStatus
	for _, pin := range svc.Snapshot()[large/2:] {
		if pin.Status == services.Pinned && len(some) < n {
			some = append(some, pin)
		}
	}
	return some
}

func TestRun_APinThatFailedIsNoticedWithinTwoPolls(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &edited{Service: demo.New(demo.Options{MaxLimit: shortPage, Pins: large})}
		a := r.connect("one", svc)
		r.run()
		pass(time.Hour)
		pin := pinned(svc.Service, 1)[0]
		pin.Status = services.Failed
		svc.set(pin)
		pass(twoPolls)
		if got, _, _ := r.cache.Pin(context.Background(), a.ID, pin.RequestID); got.Status != services.Failed {
			t.Errorf("it is %v here", got.Status)
		}
		if seen := r.observations(); !slices.Contains(seen, "failed "+pin.Pin.Name) {
			t.Errorf("observed %q", seen)
		}
		pin.Status = services.Pinned
		svc.set(pin)
		pass(twoPolls)
		if got, _, _ := r.cache.Pin(context.Background(), a.ID, pin.RequestID); got.Status != services.Pinned {
			t.Errorf("mended, it is %v here", got.Status)
		}
	})
}

// allPinned is a service where all is pinned, until one fails.
type allPinned struct {
	*demo.Service
	failed string
	hidden bool // the failed one is listed among all only
}

func (s *allPinned) as(pin services.PinStatus) services.PinStatus {
	pin.Status = services.Pinned
	if pin.RequestID == s.failed {
		pin.Status = services.Failed
	}
	return pin
}

func (s *allPinned) List(_ context.Context, q services.Query) (page services.Page, err error) {
	for _, pin := range s.Snapshot() {
		pin = s.as(pin)
		switch {
		case !slices.Contains(q.Status, pin.Status), s.hidden && pin.Status == services.Failed && len(q.Status) < 4:
		case !q.Before.IsZero() && !pin.Created.Before(q.Before), !pin.Created.After(q.After):
		default:
			if page.Count++; len(page.Results) < min(q.Limit, shortPage) {
				page.Results = append(page.Results, pin)
			}
		}
	}
	return page, nil
}

func (s *allPinned) Get(ctx context.Context, id string) (services.PinStatus, error) {
	pin, err := s.Service.Get(ctx, id)
	return s.as(pin), err
}

// Where all is pinned nothing has shown that the service lists by status, nor
// what it does not list that way: it is told by how many are pinned.
func TestSync_TheFirstPinThatFailsIsNoticed(t *testing.T) {
	for name, hidden := range map[string]bool{"listed by status": false, "listed only among all": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				svc := &allPinned{Service: demo.New(demo.Options{Pins: large}), hidden: hidden}
				a := r.connect("one", svc)
				r.sync()
				r.sync()
				time.Sleep(time.Hour)
				if got := r.sync(); got[0].Requests > 3 || !got[0].Complete {
					t.Errorf("nothing changed: %+v", got)
				}
				if p, err := r.cache.Profile(context.Background(), a.ID); err != nil || p.Proved(services.FactStatusFilter) {
					t.Error("a filter is proved that had nothing to show")
				}
				svc.failed = svc.Snapshot()[large/2].RequestID
				r.sync()
				if got, _, _ := r.cache.Pin(context.Background(), a.ID, svc.failed); got.Status != services.Failed {
					t.Errorf("it is %v here", got.Status)
				}
			})
		})
	}
}

func TestRun_RemovedAndReplacedElsewhereIsNoticedWithinTwoPolls(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		svc := demo.New(demo.Options{MaxLimit: shortPage, Pins: large})
		a := r.connect("one", svc)
		r.run()
		pass(time.Hour)
		some := pinned(svc, 2)
		if err := svc.Delete(ctx, some[0].RequestID); err != nil {
			t.Fatal(err)
		}
		pass(twoPolls)
		if _, ok, _ := r.cache.Pin(ctx, a.ID, some[0].RequestID); ok {
			t.Error("what was removed is still here")
		}
		if _, err := svc.Replace(ctx, some[1].RequestID, services.Pin{CID: content(1), Name: "other"}); err != nil {
			t.Fatal(err)
		}
		pass(twoPolls)
		if _, ok, _ := r.cache.Pin(ctx, a.ID, some[1].RequestID); ok {
			t.Error("what was replaced is still here")
		}
		if got := r.pins(a); !slices.Contains(got, "other pinned") {
			t.Error("what it was replaced by is not here")
		}
		if seen := r.observations(); !slices.Contains(seen, "lost "+some[0].Pin.Name) || !slices.Contains(seen, "lost "+some[1].Pin.Name) {
			t.Errorf("observed %q", seen)
		}
	})
}

func TestRefresh_SeesWhatWasRenamedInPlace(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &edited{Service: demo.New(demo.Options{MaxLimit: shortPage, Pins: large})}
		a := r.connect("one", svc)
		r.run()
		pass(time.Hour)
		pin := pinned(svc.Service, 1)[0]
		pin.Pin.Name = "renamed elsewhere"
		svc.set(pin)
		if err := r.Refresh(context.Background(), []services.AccountID{a.ID}); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		if got, _, _ := r.cache.Pin(context.Background(), a.ID, pin.RequestID); got.Pin.Name != pin.Pin.Name {
			t.Errorf("it is called %q here", got.Pin.Name)
		}
	})
}

func TestRun_OurOwnAddThatIsListedLateCostsNoFullCheck(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{MaxLimit: shortPage, Pins: large, Lag: 50 * time.Second})
		a := r.connect("one", svc)
		r.run()
		pass(time.Hour)
		for i := range 20 {
			r.add(a, content(i), "")
			pass(4 * time.Minute)
		}
		before := svc.Calls()
		for i := range 20 {
			r.add(a, content(100+i), "")
			pass(4 * time.Minute)
		}
		// Each is sent, looked at, and two quick looks are due.
		if calls := svc.Calls() - before; calls > 20*12 {
			t.Errorf("%d calls for 20 adds", calls)
		}
		if n := r.state(a).Pins(); n != large+40 {
			t.Errorf("%d pins", n)
		}
	})
}

func TestSync_WhereTheCountCannotBeBelievedEverythingIsRead(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &miscounting{demo.New(demo.Options{MaxLimit: shortPage, Pins: large})}
		a := r.connect("one", svc)
		r.sync()
		pin := pinned(svc.Service, 1)[0]
		if err := svc.Delete(context.Background(), pin.RequestID); err != nil {
			t.Fatal(err)
		}
		if got := r.sync(); got[0].Removed != 1 || !got[0].Complete || r.state(a).Pins() != large-1 {
			t.Errorf("got %+v", got)
		}
	})
}

// miscounting says how long each page is, and calls that the count (quirk 8).
type miscounting struct{ *demo.Service }

func (s *miscounting) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := s.Service.List(ctx, q)
	page.Count = int64(len(page.Results))
	return page, err
}

func TestCheckAccount_FindsOutWhatMayBeBelievedAndRemembersIt(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Pins: 3000})
		a := r.connect("one", svc)
		found, err := r.CheckAccount(context.Background(), a.ID)
		if err != nil || found.Err != nil || found.Pins != 3000 {
			t.Fatalf("got %+v, %v", found, err)
		}
		if !found.Profile.Proved(services.FactCount, services.FactOrder) {
			t.Errorf("found %v", found.Profile)
		}
		if calls := svc.Calls(); calls > 26 {
			t.Errorf("%d calls", calls)
		}
		r.reopen()
		reader := r.reader()
		defer reader.Close()
		kept, err := reader.Profile(context.Background(), a.ID)
		if err != nil || len(kept) != len(found.Profile) || !kept.Proved(services.FactCount) {
			t.Errorf("kept %v, %v", kept, err)
		}
		if s := r.state(a); s.Err != nil {
			t.Errorf("got %+v", s)
		}
	})
}

// listHook calls what it is given, once, in the middle of a list call.
type listHook struct {
	*demo.Service
	once atomic.Pointer[func()]
}

func (s *listHook) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := s.Service.List(ctx, q)
	if f := s.once.Swap(nil); f != nil {
		(*f)()
	}
	return page, err
}

func TestRefresh_DuringAQuickLookIsNotForgotten(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := &listHook{Service: demo.New(demo.Options{MaxLimit: shortPage, Pins: large})}
		a := r.connect("one", svc)
		r.run()
		pass(time.Hour)
		full := func() time.Time {
			s, err := r.cache.Standing(context.Background(), a.ID)
			if err != nil {
				t.Fatal(err)
			}
			return s.FullAt
		}
		was := full()
		f := func() {
			if err := r.Refresh(context.Background(), nil); err != nil {
				t.Error(err)
			}
		}
		svc.once.Store(&f)
		pass(30 * time.Minute)
		if svc.once.Load() != nil {
			t.Fatal("no list call")
		}
		if !full().After(was) {
			t.Errorf("no full check in 30 min after Refresh: last at %v", was)
		}
	})
}
