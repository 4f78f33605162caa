package sync_test

import (
	"context"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
)

func TestEditAccount_AnotherAddressIsAnotherService(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		a := r.connect("one", demo.New(demo.Options{Pins: 10}))
		r.sync()
		r.believe(a, services.FactReplace, services.FactManyIDs, services.FactCount)
		r.serve("two", demo.New(demo.Options{Pins: 10}))
		a.Endpoint = "http://127.0.0.1/two"
		if err := r.EditAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
		p, err := r.cache.Profile(ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if p.Proved(services.FactReplace) {
			t.Errorf("replace in place is still called proved, by the other service")
		}
	})
}
