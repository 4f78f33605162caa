package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/ingest"
)

// planned is an engine that has looked at files.
type planned struct {
	boot.Engine
	plans []ingest.Plan
}

func (p planned) Inspect(context.Context, pinsync.ImportRequest) ([]ingest.Plan, error) {
	return p.plans, nil
}

func TestAdd_NotesWhatIsOnANetworkDrive(t *testing.T) {
	var errw bytes.Buffer
	c := &cli{errw: &errw}
	plans := []ingest.Plan{
		{Name: "here.png"}, {Name: "there.png", Network: true},
		{Name: "gone.png", Network: true, Err: &services.Error{Code: services.CodeSource, Reason: services.ReasonVanished}},
	}
	if err := c.askSecrets(t.Context(), planned{plans: plans}, []store.Path{"/a", "/b", "/c"}, addFlags{}); err != nil {
		t.Fatal(err)
	}
	if got, want := errw.String(), "note: there.png is on a network drive: keep that connected until a service has it\n"; got != want {
		t.Errorf("noted %q, want %q", got, want)
	}
}
