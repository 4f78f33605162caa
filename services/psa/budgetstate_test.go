package psa_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/psa"
)

// next is the budget of the process after the one that had b.
func next(t *testing.T, b *psa.Budget) *psa.Budget {
	t.Helper()
	text, err := json.Marshal(b.State())
	if err != nil {
		t.Fatal(err)
	}
	var s psa.BudgetState
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	after := psa.NewBudget(5, 5)
	after.Resume(s)
	return after
}

func TestBudgetState_OneProcessAfterTheOtherIsRefusedNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &counter{most: 5}
		budget := psa.NewBudget(5, 5)
		for range 8 { // processes
			list(t, with(t, psa.Config{HTTP: &http.Client{Transport: service}, Budget: budget}), 2, 1)
			budget = next(t, budget)
		}
		if service.refused > 0 {
			t.Errorf("%d of %d calls were refused", service.refused, len(service.calls)+service.refused)
		}
	})
}

func TestBudgetState_AServiceThatAskedForQuietIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		budget := psa.NewBudget(5, 5)
		refuses := &http.Client{Transport: answer(http.StatusTooManyRequests, "", "Retry-After", "600")}
		_, err := with(t, psa.Config{HTTP: refuses, Budget: budget}).List(t.Context(), services.Query{Limit: 1})
		if e := services.AsError(err); e == nil || e.Code != services.CodeLimited {
			t.Fatalf("got %v", err)
		}
		time.Sleep(time.Minute)
		budget = next(t, next(t, budget))
		if wait := budget.Delay("list"); wait != 9*time.Minute {
			t.Errorf("the next process would ask in %v", wait)
		}
		time.Sleep(2 * time.Hour)
		if s := budget.State(); !s.IsZero() {
			t.Errorf("two hours later there is %+v to hand on", s)
		}
	})
}

func TestBudgetState_AClockThatWasSetBackShutsNobodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		later := time.Now().Add(24 * time.Hour)
		k := psa.BucketState{Ended: []time.Time{later}, Closed: later, Rate: 1, Refused: later, Grown: later, Resets: later}
		b := psa.NewBudget(1, 1)
		b.Resume(psa.BudgetState{Lists: k, Calls: k})
		if wait := b.Delay("list"); wait != 0 {
			t.Errorf("it would wait %v", wait)
		}
	})
}
