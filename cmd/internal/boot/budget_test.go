package boot

import (
	"testing"

	"github.com/pintray/pintray/services"
)

func TestConfig_AServiceOfOthersHasABudgetForEveryCall(t *testing.T) {
	for _, c := range []struct {
		account      services.Account
		lists, calls int
	}{
		{services.Account{Template: "pinata", Endpoint: "https://pins.example"}, 30, 120},
		{services.Account{Endpoint: "https://pins.example"}, unknownPerMinute, 120},
		{services.Account{Template: "own", Endpoint: "https://pins.example"}, 0, 0},
		{services.Account{Endpoint: "http://127.0.0.1:5001"}, 0, 0},
	} {
		got := configOf(c.account, services.Secret{})
		if got.ListsPerMinute != c.lists || got.CallsPerMinute != c.calls || (got.CallsBurst > 0) != (c.calls > 0) {
			t.Errorf("%+v: got %d lists and %d other calls a minute", c.account, got.ListsPerMinute, got.CallsPerMinute)
		}
	}
}
