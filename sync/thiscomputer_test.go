package sync_test

import (
	"context"
	"errors"
	"testing"

	"github.com/pintray/pintray/services"
)

func TestThisComputer_IsPausedAndRenamedButNeverForgotten(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		ctx := context.Background()
		id, err := r.user.AddAccount(ctx, services.Account{Name: "This computer", Endpoint: services.LocalEndpoint, Key: services.KeyNone})
		if err != nil {
			t.Fatal(err)
		}
		var e *services.Error
		if err := r.ForgetAccount(ctx, id); !errors.As(err, &e) || e.Code != services.CodeUsage || e.Reason != "this-computer" {
			t.Errorf("forgotten: %v", err)
		}
		err = r.EditAccount(ctx, services.Account{ID: id, Name: "Laptop", Endpoint: "https://elsewhere.example", Paused: true})
		if err != nil {
			t.Fatal(err)
		}
		list, err := r.user.Accounts(ctx)
		if err != nil || len(list) != 1 || list[0].Name != "Laptop" || !list[0].Paused || !list[0].Local() {
			t.Errorf("got %+v, %v", list, err)
		}
	})
}
