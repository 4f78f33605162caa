package items

import (
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/local"
)

func TestWhy_ThisComputerSpeaksOurWords(t *testing.T) {
	for _, reason := range []string{
		local.ReasonNobody, local.ReasonDeadline, local.ReasonBadBlock, local.ReasonBroken, local.ReasonTooLarge, local.ReasonNoSpace,
		services.ReasonChanged, services.ReasonVanished, services.ReasonUnreadable,
	} {
		if got := why(store.Mark{Local: true, Details: reason}); got == reason || got == "" {
			t.Errorf("%s has no words: %q", reason, got)
		}
		if got := why(store.Mark{Details: reason}); got != reason {
			t.Errorf("a service's own %q became %q", reason, got)
		}
	}
	if got := why(store.Mark{Local: true, Details: "something else"}); got != "something else" {
		t.Errorf("got %q", got)
	}
}
