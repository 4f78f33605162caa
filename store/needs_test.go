package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// stuckAt makes a stuck operation.
func stuckAt(id services.AccountID, n int, kind store.OperationKind, code services.Code, text string) store.Operation {
	return store.Operation{
		Account: id, Kind: kind, State: store.OpStuck, LastCode: code, LastText: text, Created: at.Add(time.Duration(n) * time.Minute),
		Pin: services.Pin{CID: cidOf(n)},
	}
}

func TestHealth_GroupsWhatIsStuckByItsCause(t *testing.T) {
	h := newHome(t)
	a, b := h.account("a"), h.account("b")
	_, err := h.user.AddOperations(t.Context(), []store.Operation{
		stuckAt(a, 1, store.OpAdd, services.CodePlan, "no funds"),
		stuckAt(a, 2, store.OpAdd, services.CodePlan, "no funds"),
		stuckAt(a, 3, store.OpAdd, services.CodeAuth, "key is read-only"),
		stuckAt(a, 4, store.OpAdd, services.CodeInvalid, "bad name"),
		stuckAt(a, 5, store.OpDelete, services.CodeInvalid, "bad id"),
		stuckAt(a, 6, store.OpRename, services.CodeInvalid, "not-renamed"),
		stuckAt(b, 7, store.OpAdd, services.CodePlan, "no funds"),
	})
	h.must(err)
	want := []store.Need{
		{Code: "stuck", Account: a, Cause: services.CodeAuth, Kind: store.OpAdd, Count: 1, Details: "key is read-only", Since: at.Add(3 * time.Minute)},
		{Code: "stuck", Account: a, Cause: services.CodeInvalid, Count: 2, Since: at.Add(4 * time.Minute)},
		{Code: "stuck", Account: a, Cause: services.CodeInvalid, Kind: store.OpRename, Count: 1, Details: "not-renamed", Since: at.Add(6 * time.Minute)},
		{Code: "stuck", Account: a, Cause: services.CodePlan, Kind: store.OpAdd, Count: 2, Details: "no funds", Since: at.Add(time.Minute)},
		{Code: "stuck", Account: b, Cause: services.CodePlan, Kind: store.OpAdd, Count: 1, Details: "no funds", Since: at.Add(7 * time.Minute)},
	}
	if d := cmp.Diff(want, h.health(at).NeedsYou, cmpopts.EquateApproxTime(0)); d != "" {
		t.Error(d)
	}
}

func TestHealth_AKeyThatIsRefusedIsOneCauseWithWhatItHoldsUp(t *testing.T) {
	h := newHome(t)
	a := h.account("a")
	_, err := h.user.AddOperations(t.Context(), []store.Operation{
		stuckAt(a, 1, store.OpAdd, services.CodeAuth, "bad"),
		stuckAt(a, 2, store.OpAdd, services.CodePlan, "no funds"),
	})
	h.must(err)
	h.must(h.user.NoteCall(t.Context(), a, &services.Error{Code: services.CodeAuth}, 0, time.Time{}))
	var causes []string
	for _, n := range h.health(time.Now().Add(time.Hour)).NeedsYou {
		causes = append(causes, n.Code+" "+string(n.Cause))
	}
	if d := cmp.Diff([]string{"auth ", "stuck plan"}, causes); d != "" {
		t.Error(d)
	}
}
