package sync_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/watch"
)

// deadline is how long a test waits for what should take a moment.
const deadline = 3 * time.Minute

// quickWatch are the waits of watched folders in tests.
var quickWatch = watch.Times{
	Quiet: 20 * time.Millisecond, QuietMost: 200 * time.Millisecond, Settle: 60 * time.Millisecond,
	SettleBig: 60 * time.Millisecond, Age: 20 * time.Millisecond, Root: 50 * time.Millisecond,
}

// watching is a rig that runs in real time, beside a folder of a person's own
// and one service. Real folders are not watched in a bubble.
type watching struct {
	*rig
	root string
	svc  *demo.Service
	to   services.Account
}

func watchRig(t *testing.T, o demo.Options) *watching {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", filepath.Join(home, "me")) // TempDir may be in a real one
	r := &rig{
		t: t, dir: filepath.Join(home, "data"), keys: &keys{changed: make(chan struct{}, 1)}, times: quickWatch,
		svcs: map[string]services.Service{}, ups: map[string]handover.Uploader{},
	}
	w := &watching{rig: r, root: filepath.Join(home, "art"), svc: demo.New(o)}
	if err := os.MkdirAll(w.root, 0o755); err != nil {
		t.Fatal(err)
	}
	r.open()
	t.Cleanup(func() { w.close() })
	w.to = r.connect("a", w.svc)
	if _, err := r.Sync(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return w
}

// put writes a file below the folder.
func (w *watching) put(name, content string) string {
	w.t.Helper()
	path := filepath.Join(w.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
	return path
}

func (w *watching) request(change func(*pinsync.FolderRequest)) pinsync.FolderRequest {
	q := pinsync.FolderRequest{Path: store.Path(w.root), Accounts: []services.AccountID{w.to.ID}, Consent: true}
	if change != nil {
		change(&q)
	}
	return q
}

func (w *watching) watch(change func(*pinsync.FolderRequest)) store.FolderID {
	w.t.Helper()
	f, err := w.AddFolder(context.Background(), w.request(change))
	if err != nil {
		w.t.Fatal(err)
	}
	return f.ID
}

// kept is what the service has, "name content", sorted.
func (w *watching) kept() []string {
	var all []string
	for _, p := range w.svc.Snapshot() {
		all = append(all, p.Pin.Name+" "+p.Pin.CID.Key)
	}
	slices.Sort(all)
	return all
}

func (w *watching) names() []string {
	var all []string
	for _, p := range w.svc.Snapshot() {
		all = append(all, p.Pin.Name)
	}
	slices.Sort(all)
	return all
}

// eventually waits for a condition.
func (w *watching) eventually(what string, ok func() bool) {
	w.t.Helper()
	for late := time.Now().Add(deadline); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			kept, open := w.kept(), w.open()
			w.t.Fatalf("not in %v: %s; %d kept, %q; folders %+v; %d operations, %+v",
				deadline, what, len(kept), kept[:min(20, len(kept))], w.folders(), len(open), open[:min(20, len(open))])
		}
	}
}

// wantNames waits until exactly these are kept, and nothing is on its way.
func (w *watching) wantNames(names ...string) {
	w.t.Helper()
	slices.Sort(names)
	w.eventually(fmt.Sprintf("only %q", names), func() bool { return slices.Equal(w.names(), names) && len(w.open()) == 0 })
}

func (w *watching) open() []store.Operation {
	list, err := w.user.OpenOperations(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func (w *watching) folders() []store.Folder {
	w.t.Helper()
	reader := w.reader()
	defer reader.Close()
	list, err := reader.Folders(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func (w *watching) folder(id store.FolderID) store.Folder {
	w.t.Helper()
	for _, f := range w.folders() {
		if f.ID == id {
			return f
		}
	}
	w.t.Fatalf("no folder %d", id)
	return store.Folder{}
}

func (w *watching) wantState(id store.FolderID, s store.FolderState, reason string) store.Folder {
	w.t.Helper()
	var f store.Folder
	w.eventually(fmt.Sprintf("folder %s %s", s, reason), func() bool {
		f = w.folder(id)
		return f.State == s && f.Reason == reason
	})
	return f
}

// looked waits until the whole folder was looked at since.
func (w *watching) looked(id store.FolderID) {
	w.t.Helper()
	w.eventually("a look at the whole folder", func() bool {
		f := w.folder(id)
		return f.State == store.FolderWatching && !f.ScannedAt.IsZero() && f.Settling == 0
	})
}

// line is a line of a manifest.
type line struct {
	Name, Path, CID, Link, Added, Replaces, Replaced string
	Size                                             int64
	Safe                                             map[string]string `json:"safe_since"`
}

func (w *watching) manifest(id store.FolderID) []line {
	w.t.Helper()
	path, err := w.Manifest(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := os.ReadFile(strings.TrimSuffix(path, ".csv") + ".json")
	if err != nil {
		w.t.Fatal(err)
	}
	var all struct{ Items []line }
	if err := json.Unmarshal(text, &all); err != nil {
		w.t.Fatal(err)
	}
	return all.Items
}

func reasonOf(err error) string {
	var e *services.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return fmt.Sprint(err)
}
