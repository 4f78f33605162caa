package e2e_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/handover"
)

// A real IPFS Cluster, reached with a user and a password, keeps the files of
// this computer; one is renamed and one is let go of.
func TestCluster_KeepsRenamesAndLetsGoOfFilesOfThisComputer(t *testing.T) {
	t.Parallel()
	server := newCluster(t)
	password := filepath.Join(t.TempDir(), "password")
	write(t, password, []byte(rig.ClusterPassword+"\n"))
	g := newGivingPerson(t, pinsync.NewAccount{
		Name: "cluster", Template: "cluster", Endpoint: server.URL,
		User: rig.ClusterUser, Source: services.KeySource(services.KeyInFile + ":" + password),
	}, func(*handover.Config) {})
	g.run(t)
	done := g.bringsAll(t, server)
	g.listsAll(t, server)

	renamed := g.change(t, done[0], func(ref pinsync.PinRef) (pinsync.Accepted, error) {
		return g.app.Engine.Rename(t.Context(), ref, "another name")
	})
	if renamed.State != store.OpDone {
		t.Errorf("renaming is %s: %s", renamed.State, renamed.LastText)
	}
	if pins := g.listsAll(t, server); !slices.ContainsFunc(pins, func(p rig.Pin) bool {
		return p.CID == done[0].Pin.CID.Text && p.Name == "another name" && p.Status == "pinned"
	}) || len(pins) != len(done) {
		t.Errorf("after the renaming it has %v", pins)
	}

	removed := g.change(t, done[1], func(ref pinsync.PinRef) (pinsync.Accepted, error) {
		return g.app.Engine.Delete(t.Context(), []pinsync.PinRef{ref}, 0)
	})
	if removed.State != store.OpDone {
		t.Errorf("removing is %s: %s", removed.State, removed.LastText)
	}
	if pins := g.listsAll(t, server); len(pins) != len(done)-1 {
		t.Errorf("after the removal it has %v", pins)
	}
}

// A CAR goes to a real Kubo by its own call, and is there whole.
func TestKubo_TakesACARByItsOwnCall(t *testing.T) {
	t.Parallel()
	server := newCluster(t)
	content := bytes.Repeat([]byte("all of it, "), 1<<19)
	path := filepath.Join(t.TempDir(), "film.bin")
	write(t, path, content)
	up, err := handover.NewUploader(services.Upload{Kind: "kubo", URL: server.KuboURL()}, "", services.Secret{}, "")
	must(t, err)
	car := sendable(t, path)
	done, err := up.Upload(t.Context(), car)
	must(t, err)
	got, _, err := server.Read(t.Context(), done.Root.Text)
	must(t, err)
	if done.Root.Key != car.Root.Key || !bytes.Equal(got, content) {
		t.Errorf("it has %d bytes as %s, want %d as %s", len(got), done.Root.Text, len(content), car.Root.Text)
	}
}

// newCluster is a cluster as long as the test runs; where its programs are not
// on the path, the test is not run.
func newCluster(t *testing.T) *rig.Cluster {
	t.Helper()
	c, err := rig.StartCluster(t.TempDir())
	if errors.Is(err, rig.ErrMissing) {
		t.Skipf("not run: %v", err)
	}
	must(t, err)
	t.Cleanup(c.Stop)
	return c
}

// change asks for something of the pin an operation led to, and waits for it.
func (g givingPerson) change(t *testing.T, op store.Operation, do func(pinsync.PinRef) (pinsync.Accepted, error)) store.Operation {
	t.Helper()
	got, err := do(pinsync.PinRef{Account: g.account.ID, RequestID: op.RequestID, CID: op.Pin.CID, Name: op.Pin.Name})
	if err != nil || len(got.Operations) != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	done, err := g.app.Engine.Wait(t.Context(), []store.OperationID{got.Operations[0].ID}, true)
	if err != nil {
		t.Fatal(err)
	}
	return done[0]
}

// listsAll checks the account whole and demands that we list what the server
// itself does.
func (g givingPerson) listsAll(t *testing.T, server *rig.Cluster) []rig.Pin {
	t.Helper()
	if _, err := g.app.Engine.SyncFull(t.Context(), []services.AccountID{g.account.ID}); err != nil {
		t.Fatal(err)
	}
	theirs, err := server.Pins(t.Context())
	must(t, err)
	var ours []rig.Pin
	for p, err := range g.app.Reader.EachPin(t.Context(), store.PinFilter{Accounts: []services.AccountID{g.account.ID}}) {
		must(t, err)
		ours = append(ours, rig.Pin{RequestID: p.RequestID, CID: p.Pin.CID.Text, Name: p.Pin.Name, Status: p.Status.String()})
	}
	if !slices.Equal(sorted(ours), sorted(theirs)) {
		t.Fatalf("the lists differ\nours:      %v\nthe server: %v", sorted(ours), sorted(theirs))
	}
	return theirs
}
