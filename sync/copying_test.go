package sync_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/servicetest"
	pinsync "github.com/pintray/pintray/sync"
)

func (r *rig) copy(from, to services.Account, cids ...services.CID) pinsync.Copied {
	r.t.Helper()
	done, err := r.Copy(context.Background(), pinsync.CopyRequest{From: from.ID, To: to.ID, CIDs: cids})
	if err != nil {
		r.t.Fatalf("copy: %v", err)
	}
	return done
}

func (r *rig) planCopy(from, to services.Account, cids ...services.CID) pinsync.CopyPlan {
	r.t.Helper()
	plan, err := r.PlanCopy(context.Background(), pinsync.CopyRequest{From: from.ID, To: to.ID, CIDs: cids})
	if err != nil {
		r.t.Fatalf("plan: %v", err)
	}
	return plan
}

// delegating answers every pin with delegates.
type delegating struct {
	services.Service
	delegates []string
}

func (d delegating) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := d.Service.List(ctx, q)
	for i := range page.Results {
		page.Results[i].Delegates = d.delegates
	}
	return page, err
}

// samePlan compares two plans but for sizes, which the made-up service draws.
func samePlan(got, want pinsync.CopyPlan) bool {
	sized := got.Size > 0 && got.Unsized == 0
	got.Size, got.Unsized = 0, 0
	return got == want && sized
}

func listAll(t *testing.T, svc services.Service) []services.PinStatus {
	t.Helper()
	page, err := svc.List(context.Background(), services.Query{Status: services.AllStatuses(), Limit: services.MaxLimit})
	if err != nil {
		t.Fatal(err)
	}
	return page.Results
}

func TestCopy_AsksForEverythingOnceWithItsNameAndMeta(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		const peer = "/p2p/12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo"
		a, b := demo.New(demo.Options{}), demo.New(demo.Options{})
		from := r.connect("a", delegating{a, []string{"/ip4/127.0.0.1/tcp/4001" + peer, "/ip4/10.0.0.7/tcp/4001" + peer, "/ip4/8.8.8.8/tcp/4001" + peer, "/ip4/8.8.4.4/tcp/4001", "nonsense"}})
		to := r.connect("b", b)
		var pins []services.Pin
		for i := range 5 {
			pin := services.Pin{CID: servicetest.RandomCID(), Name: fmt.Sprint("pin ", i), Meta: map[string]string{"n": fmt.Sprint(i), "op": "another's"}}
			pins = append(pins, pin)
			if _, err := a.Add(t.Context(), pin); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		again := services.Pin{CID: pins[4].CID, Name: "again", Meta: pins[4].Meta}
		if _, err := a.Add(t.Context(), again); err != nil { // one content, twice
			t.Fatal(err)
		}
		if _, err := b.Add(t.Context(), services.Pin{CID: pins[0].CID, Name: "its own"}); err != nil {
			t.Fatal(err)
		}
		r.sync()
		want := pinsync.CopyPlan{Pins: 5, There: 1, New: 4}
		if got := r.planCopy(from, to); !samePlan(got, want) {
			t.Errorf("the plan: got %+v, want %+v", got, want)
		}
		want = pinsync.CopyPlan{Pins: 2, Missing: 1, There: 1, New: 1}
		if got := r.planCopy(from, to, pins[0].CID, pins[2].CID, servicetest.RandomCID()); !samePlan(got, want) {
			t.Errorf("the plan of a selection: got %+v, want %+v", got, want)
		}
		if done := r.copy(from, to, pins[0].CID, pins[2].CID); len(done.Operations) != 1 || done.There != 1 {
			t.Errorf("a selection: %+v", done)
		}
		if got := r.planCopy(from, to); got.Asked != 1 || got.New != 3 {
			t.Errorf("the plan after it: %+v, want 1 asked, 3 new", got)
		}
		done := r.copy(from, to)
		if len(done.Operations) != 3 || done.There != 1 || done.Asked != 1 || done.More || done.RefusedCount != 0 {
			t.Errorf("got %+v, want 3 asked for, 1 there, 1 asked before", done)
		}
		r.work()
		got := map[string]services.Pin{}
		for _, st := range listAll(t, b) {
			got[st.Pin.CID.Key] = st.Pin
		}
		for i, pin := range pins[1:] {
			there := got[pin.CID.Key]
			if there.Meta["n"] != fmt.Sprint(i+1) || there.Meta["op"] == "another's" || i < 3 && there.Name != pin.Name {
				t.Errorf("pin %d arrived as %+v", i+1, there)
			}
			if !slices.Equal(there.Origins, []string{"/ip4/8.8.8.8/tcp/4001" + peer}) {
				t.Errorf("pin %d: origins %q, want the public one", i+1, there.Origins)
			}
		}
		if len(got) != 5 || got[pins[0].CID.Key].Name != "its own" {
			t.Errorf("b has %d pins, %+v", len(got), got[pins[0].CID.Key])
		}
		r.sync()
		if again := r.copy(from, to); len(again.Operations) != 0 || again.There != 5 {
			t.Errorf("again: %+v, want nothing to do", again)
		}
	})
}

// spoiling says that it could not keep what is called "bad".
type spoiling struct{ services.Service }

func (f spoiling) List(ctx context.Context, q services.Query) (services.Page, error) {
	page, err := f.Service.List(ctx, q)
	for i := range page.Results {
		if page.Results[i].Pin.Name == "bad" {
			page.Results[i].Status = services.Failed
		}
	}
	return page, err
}

func TestCopy_LeavesOutWhatTheSourceCouldNotKeep(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := demo.New(demo.Options{})
		from, to := r.connect("a", spoiling{a}), r.connect("b", demo.New(demo.Options{}))
		both := servicetest.RandomCID()
		for _, pin := range []services.Pin{
			{CID: servicetest.RandomCID(), Name: "bad"}, {CID: servicetest.RandomCID()},
			{CID: both, Name: "bad"}, {CID: both, Name: "good"},
		} {
			if _, err := a.Add(t.Context(), pin); err != nil {
				t.Fatal(err)
			}
		}
		r.sync()
		if plan := r.planCopy(from, to); plan.Pins != 3 || plan.Failed != 1 || plan.New != 2 {
			t.Errorf("the plan: %+v, want 1 of 3 failed", plan)
		}
		if done := r.copy(from, to); len(done.Operations) != 2 {
			t.Errorf("got %+v, want 2 asked for", done)
		}
	})
}

// A hundred thousand pins are asked for at another service in seconds.
func BenchmarkCopy100000(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		r := openRig(b)
		from, to := r.connect("a", demo.New(demo.Options{Pins: 100_000, Seed: 1})), r.connect("b", demo.New(demo.Options{}))
		r.sync()
		b.StartTimer()
		if plan := r.planCopy(from, to); plan.Pins < 90_000 {
			b.Fatalf("got %+v", plan)
		}
		b.Logf("planned after %v", b.Elapsed())
		if done := r.copy(from, to); len(done.Operations) < 90_000 {
			b.Fatalf("asked for %d", len(done.Operations))
		}
		b.Logf("asked after %v", b.Elapsed())
		if again := r.copy(from, to); len(again.Operations) != 0 {
			b.Fatalf("asked for %d again", len(again.Operations))
		}
	}
}

func TestCopy_IsRefusedWhereItMakesNoSense(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", demo.New(demo.Options{}))
		for _, test := range []struct {
			q    pinsync.CopyRequest
			want string
		}{
			{pinsync.CopyRequest{From: a.ID, To: a.ID}, "same-account"},
			{pinsync.CopyRequest{From: a.ID, To: 99}, "unknown-account"},
			{pinsync.CopyRequest{From: 99, To: a.ID}, "unknown-account"},
		} {
			_, err := r.Copy(t.Context(), test.q)
			_, planErr := r.PlanCopy(t.Context(), test.q)
			for _, err := range []error{err, planErr} {
				if e := services.AsError(err); e == nil || e.Code != services.CodeUsage || e.Reason != test.want {
					t.Errorf("%+v: got %v, want %s", test.q, err, test.want)
				}
			}
		}
	})
}
