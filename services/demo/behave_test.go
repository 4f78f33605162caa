package demo_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/servicetest"
)

func add(t *testing.T, svc *demo.Service) services.PinStatus {
	t.Helper()
	st, err := svc.Add(t.Context(), services.Pin{CID: servicetest.RandomCID(), Name: "new"})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func listed(t *testing.T, svc *demo.Service, status ...services.Status) []string {
	t.Helper()
	if len(status) == 0 {
		status = services.AllStatuses()
	}
	page, err := svc.List(t.Context(), services.Query{Status: status, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, st := range page.Results {
		ids = append(ids, st.RequestID)
	}
	if page.Count != int64(len(ids)) {
		t.Errorf("got count %d of %d", page.Count, len(ids))
	}
	return ids
}

func TestPin_ComesAlongByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := demo.New(demo.Options{Queued: 10 * time.Second, Pinning: 20 * time.Second})
		pins := []services.PinStatus{add(t, svc), add(t, svc), add(t, svc)}
		for _, step := range []struct {
			after time.Duration
			want  services.Status
		}{
			{0, services.Queued}, {9 * time.Second, services.Queued}, {time.Second, services.Pinning},
			{19 * time.Second, services.Pinning}, {time.Second, services.Pinned}, {time.Hour, services.Pinned},
		} {
			time.Sleep(step.after)
			for _, st := range pins {
				if got, err := svc.Get(t.Context(), st.RequestID); err != nil || got.Status != step.want {
					t.Errorf("got %v, %v, want %v", got.Status, err, step.want)
				}
			}
			if got := listed(t, svc, step.want); len(got) != 3 {
				t.Errorf("%d of 3 are listed as %v", len(got), step.want)
			}
		}
	})
}

func TestPin_IsMissingFromListsForTheLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := demo.New(demo.Options{Pins: 3, Lag: 5 * time.Second})
		st := add(t, svc)
		if got := listed(t, svc); len(got) != 3 || slices.Contains(got, st.RequestID) {
			t.Errorf("got %v at once", got)
		}
		if _, err := svc.Get(t.Context(), st.RequestID); err != nil {
			t.Errorf("Get at once: %v", err)
		}
		time.Sleep(5 * time.Second)
		if got := listed(t, svc); len(got) != 4 || got[0] != st.RequestID {
			t.Errorf("got %v after the lag", got)
		}
	})
}

func TestCalls_TakeAsLongAsTheyWereTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := demo.New(demo.Options{Latency: 300 * time.Millisecond})
		start := time.Now()
		add(t, svc)
		if got := time.Since(start); got != 300*time.Millisecond {
			t.Errorf("took %v", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := svc.Add(ctx, services.Pin{CID: servicetest.RandomCID()})
		if !errors.Is(err, context.DeadlineExceeded) || services.CodeOf(err) != services.CodeTimeout || len(svc.Snapshot()) != 1 {
			t.Errorf("got %v and %d pins", err, len(svc.Snapshot()))
		}
	})
}

func TestFaults_ComeInTurnAtEveryNthCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := demo.New(demo.Options{FailEvery: 3})
		var codes []services.Code
		start := time.Now()
		for range 15 {
			_, err := svc.Add(t.Context(), services.Pin{CID: servicetest.RandomCID()})
			codes = append(codes, services.CodeOf(err))
			if e := services.AsError(err); e != nil && (e.Op != "add" || e.NotSent != (e.Code == services.CodeLimited)) {
				t.Errorf("got %+v", e)
			}
		}
		want := []services.Code{
			"", "", services.CodeServer, "", "", services.CodeLimited, "", "", services.CodeUnreachable,
			"", "", services.CodeTimeout, "", "", services.CodeServer,
		}
		if !slices.Equal(codes, want) {
			t.Errorf("got %q, want %q", codes, want)
		}
		if kept := len(svc.Snapshot()); kept != 11 || svc.Calls() != 15 {
			t.Errorf("got %d pins after %d calls, want 10 and the one whose answer was lost", kept, svc.Calls())
		}
		if got := time.Since(start); got != 30*time.Second {
			t.Errorf("the silent one took %v", got)
		}
	})
}

func TestHooks_SeeEveryCallAndMayAnswerIt(t *testing.T) {
	var seen []string
	refuse := &services.Error{Code: services.CodePlan, Op: "add"}
	lost := &services.Error{Code: services.CodeTimeout, Op: "add"}
	var before, after error
	svc := demo.New(demo.Options{
		Before: func(c demo.Call) error { seen = append(seen, c.Op); return before },
		After:  func(demo.Call, error) error { return after },
	})
	st := add(t, svc)
	before = refuse
	if _, err := svc.Add(t.Context(), st.Pin); err != error(refuse) || len(svc.Snapshot()) != 1 {
		t.Errorf("got %v and %d pins, want a refusal and no change", err, len(svc.Snapshot()))
	}
	before, after = nil, lost
	if _, err := svc.Add(t.Context(), st.Pin); err != error(lost) || len(svc.Snapshot()) != 2 {
		t.Errorf("got %v and %d pins, want a lost answer to what was done", err, len(svc.Snapshot()))
	}
	after = nil
	if err := svc.Delete(t.Context(), st.RequestID); err != nil {
		t.Error(err)
	}
	if want := []string{"add", "add", "add", "delete"}; !slices.Equal(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
}

func TestList_AnswersWithNoMoreThanItsLimit(t *testing.T) {
	svc := demo.New(demo.Options{Pins: 50, MaxLimit: 7})
	for limit, want := range map[int]int{0: 7, 5: 5, 1000: 7} {
		page, err := svc.List(t.Context(), services.Query{Limit: limit})
		if err != nil || len(page.Results) != want {
			t.Errorf("limit %d: got %d, %v, want %d", limit, len(page.Results), err, want)
		}
	}
}

func TestRequestIDIsCID_ASecondPinTakesThePlaceOfTheFirst(t *testing.T) {
	svc := demo.New(demo.Options{Pins: 20, RequestIDIsCID: true})
	old := svc.Snapshot()[9]
	if old.RequestID != old.Pin.CID.Text {
		t.Fatalf("got requestid %s of %s", old.RequestID, old.Pin.CID)
	}
	st, err := svc.Add(t.Context(), services.Pin{CID: old.Pin.CID, Name: "again"})
	if err != nil || st.RequestID != old.RequestID {
		t.Fatalf("got %+v, %v", st, err)
	}
	got, err := svc.Get(t.Context(), old.RequestID)
	if err != nil || got.Pin.Name != "again" || len(svc.Snapshot()) != 20 {
		t.Errorf("got %+v, %v among %d pins", got, err, len(svc.Snapshot()))
	}
}

func TestFile_KeepsWhatWasDoneOverARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "made", "up.json")
	now := fixed()
	options := demo.Options{Pins: 40, Seed: 5, File: file, Now: func() time.Time { return now }, Queued: time.Minute}
	svc := demo.New(options)
	if _, err := os.Stat(file); err == nil {
		t.Error("New touched the file")
	}
	kept := add(t, svc)
	gone := svc.Snapshot()[20]
	if err := svc.Delete(t.Context(), gone.RequestID); err != nil {
		t.Fatal(err)
	}
	if _, err := svc.Replace(t.Context(), svc.Snapshot()[30].RequestID, services.Pin{CID: servicetest.RandomCID()}); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	want := svc.Snapshot()
	options.Pins, options.Seed = 9, 9 // what the first start made up stays
	again := demo.New(options)
	if got := again.Snapshot(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %d pins, not the %d of before", len(got), len(want))
	}
	if st, err := again.Get(t.Context(), kept.RequestID); err != nil || st.Status != services.Pinned {
		t.Errorf("got %v, %v", st.Status, err)
	}
	if _, err := again.Get(t.Context(), gone.RequestID); services.CodeOf(err) != services.CodeNotFound {
		t.Errorf("got %v for a pin that was deleted", err)
	}
}

func TestFile_ThatCannotBeReadFailsEveryCall(t *testing.T) {
	for text, reason := range map[string]string{"{": "damaged", `{"version":99}`: "newer", `{"version":1,"gone":[5]}`: "damaged"} {
		file := filepath.Join(t.TempDir(), "up.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		svc := demo.New(demo.Options{File: file, Pins: 3})
		_, err := svc.List(t.Context(), services.Query{})
		if e := services.AsError(err); e == nil || e.Code != services.CodeStorage || e.Reason != reason || e.Op != "list" {
			t.Errorf("%s: got %+v, want reason %q", text, e, reason)
		}
		if svc.Snapshot() != nil {
			t.Error("made pins up over a file that cannot be read")
		}
		if kept, err := os.ReadFile(file); err != nil || string(kept) != text {
			t.Errorf("the file became %q, %v", kept, err)
		}
	}
}
