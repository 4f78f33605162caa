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
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// Where the giver of the tests is found after a change of network.
var elsewhere = []string{"/ip4/198.51.100.9/tcp/4001/p2p/12D3Us", "/ip4/198.51.100.9/udp/4001/quic-v1/p2p/12D3Us"}

// fetched brings a file to a service that fetches it for hours and names no
// machine of its own, and returns its add.
func (r *rig) fetched(svc services.Service, facts ...services.Fact) (services.Account, store.Operation) {
	r.t.Helper()
	a := r.connect("a", svc)
	r.believe(a, facts...)
	r.run()
	pass(time.Second)
	op := r.bring(r.file("hello.txt", "hello"), a)[0]
	pass(10 * time.Second)
	return a, r.wantOp(op.ID, store.OpDone)
}

// readdresses are the operations of that kind, the oldest first.
func (r *rig) readdresses() []store.Operation {
	r.t.Helper()
	reader := r.reader()
	defer reader.Close()
	all, err := reader.Operations(context.Background(), store.OperationFilter{Limit: 100})
	if err != nil {
		r.t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(op store.Operation) bool { return op.Kind != store.OpReaddress })
	slices.Reverse(all)
	return all
}

// wantThere checks that the service has one pin of the file, and what it was told
// last of where that can be fetched.
func wantThere(t *testing.T, svc *demo.Service, origins []string) services.PinStatus {
	t.Helper()
	all := svc.Snapshot()
	if len(all) != 1 || all[0].Pin.CID.Key != helloCID.Key || all[0].Pin.Name != "hello.txt" || !slices.Equal(all[0].Pin.Origins, origins) {
		t.Fatalf("the service has %+v, want one pin to be fetched from %v", all, origins)
	}
	return all[0]
}

func TestReaddress_AServiceThatFetchesIsToldWhereThisComputerIsNow(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{Queued: time.Hour})
		a, add := r.fetched(svc, services.FactReplace)
		r.giver.moves(elsewhere...)
		pass(10 * time.Second)
		pin := wantThere(t, svc, elsewhere)
		ops := r.readdresses()
		if len(ops) != 1 || ops[0].State != store.OpDone || ops[0].RequestID != pin.RequestID || pin.RequestID == add.RequestID {
			t.Errorf("asked: %+v of %s", ops, pin.RequestID)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"hello.txt queued"}) {
			t.Errorf("in the list: %v", got)
		}
		if p, err := r.cache.Profile(context.Background(), a.ID); err != nil || !p.Proved(services.FactReplace) {
			t.Errorf("what is believed of replacing: %v, %v", p[services.FactReplace], err)
		}
		pass(2 * time.Hour)
		if got := r.pins(a); !slices.Equal(got, []string{"hello.txt pinned"}) || len(r.readdresses()) != 1 {
			t.Errorf("in the end: %v, told %d times", got, len(r.readdresses()))
		}
		r.wantSource(add.Source, store.SourceReleased)
	})
}

func TestReaddress_IsLeftWhereNothingVouchesForReplacing(t *testing.T) {
	for name, c := range map[string]struct {
		options demo.Options
		facts   []services.Fact
	}{
		"not proved":               {options: demo.Options{Queued: 24 * time.Hour}},
		"the requestid is the CID": {demo.Options{Queued: 24 * time.Hour, RequestIDIsCID: true}, []services.Fact{services.FactReplace}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				var replaced atomic.Int64
				c.options.Before = func(call demo.Call) error {
					if call.Op == "replace" || call.Op == "delete" {
						replaced.Add(1)
					}
					return nil
				}
				svc := demo.New(c.options)
				_, add := r.fetched(svc, c.facts...)
				r.giver.moves(elsewhere...)
				pass(time.Hour)
				if pin := wantThere(t, svc, r.giver.origins); pin.RequestID != add.RequestID || replaced.Load() > 0 || len(r.readdresses()) > 0 {
					t.Errorf("asked %d times, %+v; the pin is %+v", replaced.Load(), r.readdresses(), pin)
				}
				progress, err := r.Progress(context.Background())
				if err != nil || len(progress) != 1 || progress[0].Trouble != "moved" {
					t.Errorf("it says %+v, %v", progress, err)
				}
			})
		})
	}
}

func TestReaddress_WhoseAnswerIsLostLosesNoPinAndMakesNoSecond(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var lost atomic.Bool
		svc := demo.New(demo.Options{Queued: 24 * time.Hour, After: func(c demo.Call, err error) error {
			if c.Op == "replace" && !lost.Swap(true) {
				return &services.Error{Code: services.CodeTimeout, Op: c.Op}
			}
			return err
		}})
		a, add := r.fetched(svc, services.FactReplace)
		r.giver.moves(elsewhere...)
		pass(5 * time.Minute)
		pin := wantThere(t, svc, elsewhere)
		if ops := r.readdresses(); len(ops) != 1 || ops[0].State != store.OpDone || ops[0].RequestID != pin.RequestID {
			t.Errorf("asked: %+v", ops)
		}
		if got := r.pins(a); !slices.Equal(got, []string{"hello.txt queued"}) {
			t.Errorf("in the list: %v", got)
		}
		r.wantSource(add.Source, store.SourceReady)
	})
}

func TestReaddress_GoesOnAfterACrashInTheMiddle(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var down atomic.Bool
		svc := demo.New(demo.Options{Queued: 24 * time.Hour, After: func(c demo.Call, err error) error {
			if c.Op == "replace" {
				down.Store(true)
			}
			if down.Load() {
				return &services.Error{Code: services.CodeUnreachable, Op: c.Op}
			}
			return err
		}})
		_, add := r.fetched(svc, services.FactReplace)
		r.giver.moves(elsewhere...)
		pass(5 * time.Second)
		r.reopen()
		down.Store(false)
		r.run()
		pass(15 * time.Minute)
		wantThere(t, svc, elsewhere)
		r.wantSource(add.Source, store.SourceReady)
	})
}

func TestReaddress_ThatIsRefusedLeavesThePinAndBothersNobody(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var mu sync.Mutex
		var asked [][]string
		svc := demo.New(demo.Options{Queued: 24 * time.Hour, Before: func(c demo.Call) error {
			if c.Op != "replace" {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, c.Pin.Origins)
			return &services.Error{Code: services.CodeInvalid, HTTP: 400, Op: "replace", Reason: "INVALID_ORIGINS"}
		}})
		_, add := r.fetched(svc, services.FactReplace)
		r.giver.moves(elsewhere...)
		pass(4 * time.Minute)
		if pin := wantThere(t, svc, r.giver.origins); pin.RequestID != add.RequestID {
			t.Errorf("the pin is another: %+v", pin)
		}
		mu.Lock()
		first := slices.Clone(asked)
		mu.Unlock()
		if len(first) != 2 || !slices.Equal(first[0], elsewhere) || !slices.Equal(first[1], elsewhere[:1]) {
			t.Errorf("asked for %v", first)
		}
		if ops := r.readdresses(); len(ops) != 1 || ops[0].State != store.OpCancelled {
			t.Errorf("asked: %+v", ops)
		}
		reader := r.reader()
		defer reader.Close()
		if h, err := reader.Health(context.Background(), time.Now()); err != nil || len(h.NeedsYou) != 0 {
			t.Errorf("health: %+v, %v", h.NeedsYou, err)
		}
		pass(time.Hour)
		if n := len(r.readdresses()); n < 3 || n > 5 {
			t.Errorf("asked %d times in an hour", n)
		}
	})
}

func TestReaddress_MakesWayForWhatThePersonWants(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		var down atomic.Bool
		svc := demo.New(demo.Options{Queued: 24 * time.Hour, Before: func(demo.Call) error {
			if down.Load() {
				return &services.Error{Code: services.CodeUnreachable, Op: "get", NotSent: true}
			}
			return nil
		}})
		a, add := r.fetched(svc, services.FactReplace)
		down.Store(true)
		r.giver.moves(elsewhere...)
		pass(time.Minute)
		got, err := r.Delete(context.Background(), []pinsync.PinRef{{Account: a.ID, RequestID: add.RequestID}}, 0)
		if err != nil || len(got.Operations) != 1 {
			t.Fatalf("delete: %+v, %v", got, err)
		}
		down.Store(false)
		pass(time.Hour)
		r.wantOp(got.Operations[0].ID, store.OpDone)
		if all := svc.Snapshot(); len(all) != 0 {
			t.Errorf("it still keeps %+v", all)
		}
	})
}
