package sync_test

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// file writes a file of the person's own.
func (r *rig) file(name, content string) store.Path {
	r.t.Helper()
	path := filepath.Join(r.dir, "home", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return store.Path(path)
}

// bring asks for a file and returns its operations.
func (r *rig) bring(p store.Path, to ...services.Account) []store.Operation {
	r.t.Helper()
	q := pinsync.ImportRequest{Paths: []store.Path{p}}
	for _, a := range to {
		q.Accounts = append(q.Accounts, a.ID)
	}
	got, err := r.Import(context.Background(), q)
	if err != nil || len(got.Operations) != len(to) || len(got.Refused) != 0 {
		r.t.Fatalf("import: %+v, %v", got, err)
	}
	return got.Operations
}

func (r *rig) source(id store.SourceID) store.Source {
	r.t.Helper()
	s, ok, err := r.user.Source(context.Background(), id)
	if err != nil || !ok {
		r.t.Fatalf("source %d: %v, %v", id, ok, err)
	}
	return s
}

// wantSource checks a source's state.
func (r *rig) wantSource(id store.SourceID, want store.SourceState) store.Source {
	r.t.Helper()
	s := r.source(id)
	if s.State != want {
		r.t.Errorf("source %d is %s (%s), want %s", id, s.State, s.Reason, want)
	}
	return s
}

// The CIDs of "hello" and "changed" as `ipfs add --cid-version=1` gives them.
var (
	helloCID   = services.WireCID("bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq")
	changedCID = services.WireCID("bafkreigwpyxjismujfwi3dwhn3wqz6pqsz4ujdkyjnjsx27zigcsun7v5u")
)

func slow() *demo.Service {
	return demo.New(demo.Options{Queued: 20 * time.Second, Pinning: 20 * time.Second})
}
