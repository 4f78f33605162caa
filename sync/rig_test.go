package sync_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/watch"
)

// rig is an engine over real stores in a folder, and made-up services. It lives
// inside a synctest bubble, where hours take milliseconds.
type rig struct {
	*pinsync.Engine
	t      testing.TB
	dir    string
	user   *user.DB
	cache  *cache.DB
	blocks *blocks.DB
	keys   *keys
	giver  *giver // made anew with each engine
	times  watch.Times
	local  fetcher

	mu   sync.Mutex
	svcs map[string]services.Service  // by endpoint
	ups  map[string]handover.Uploader // by endpoint
	end  func()
}

// bubble runs a test in a synctest bubble with an engine that is not running.
func bubble(t *testing.T, do func(t *testing.T, r *rig)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, dir: dir, keys: &keys{changed: make(chan struct{}, 1)}, svcs: map[string]services.Service{}, ups: map[string]handover.Uploader{}}
		r.local.moved = make(chan struct{}, 1)
		r.open()
		defer r.close()
		do(t, r)
	})
}

func (r *rig) open() {
	ctx := context.Background()
	var err error
	if r.user, err = user.Open(ctx, r.dir, nil); err != nil {
		r.t.Fatal(err)
	}
	if r.cache, _, err = cache.Open(ctx, r.dir, nil); err != nil {
		r.t.Fatal(err)
	}
	if r.blocks, _, err = blocks.Open(ctx, r.dir); err != nil {
		r.t.Fatal(err)
	}
	r.Engine = pinsync.New(pinsync.Config{
		User: r.user, Cache: r.cache, Blocks: r.blocks, Keys: r.keys, Connect: r.connectService, Uploader: r.uploaderOf,
		Watch: r.times, Local: &r.local,
		Giver: func(b handover.Blocks) pinsync.Giver {
			r.giver = newGiver(b)
			return r.giver
		},
	})
}

func (r *rig) uploaderOf(_ context.Context, a services.Account) (handover.Uploader, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ups[a.Endpoint], nil
}

func (r *rig) close() {
	r.stop()
	if err := r.Close(); err != nil {
		r.t.Error(err)
	}
	if err := r.blocks.Close(); err != nil {
		r.t.Error(err)
	}
	if err := r.user.Close(); err != nil {
		r.t.Error(err)
	}
	if err := r.cache.Close(); err != nil {
		r.t.Error(err)
	}
}

// reopen is a restart of the program.
func (r *rig) reopen() {
	r.close()
	r.open()
}

// run starts the engine.
func (r *rig) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.end = func() {
		cancel()
		if err := <-done; err != nil {
			r.t.Errorf("Run: %v", err)
		}
	}
}

func (r *rig) stop() {
	if r.end != nil {
		r.end()
		r.end = nil
	}
}

func (r *rig) connectService(ctx context.Context, a services.Account, key services.Secret) (services.Service, error) {
	if a.Key.Kind() == services.KeyInKeyring && key.IsZero() {
		if err := r.keys.read(ctx); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	svc, ok := r.svcs[a.Endpoint]
	if !ok {
		return nil, &services.Error{Code: services.CodeInvalid, Op: "connect", Reason: "no-host"}
	}
	return svc, nil
}

// connect connects a service under a name, its key in the made-up keyring.
func (r *rig) connect(name string, svc services.Service) services.Account {
	r.t.Helper()
	r.serve(name, svc)
	a, err := r.Connect(context.Background(), pinsync.NewAccount{
		Name: name, Endpoint: "http://127.0.0.1/" + name, Key: services.NewSecret("made-up"), NoCheck: true,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

// believe writes into an account's profile that facts are proved.
func (r *rig) believe(a services.Account, facts ...services.Fact) {
	r.t.Helper()
	p := services.Profile{}
	for _, f := range facts {
		p[f] = services.Finding{Fact: f, Belief: services.Proved, At: time.Now()}
	}
	if err := r.cache.SetProfile(context.Background(), a.ID, p); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) serve(name string, svc services.Service) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.svcs["http://127.0.0.1/"+name] = svc
}

// add asks for one pin and returns its operation.
func (r *rig) add(a services.Account, c services.CID, name string) store.Operation {
	r.t.Helper()
	got, err := r.Add(context.Background(), pinsync.AddRequest{
		Pins: []services.Pin{{CID: c, Name: name}}, Accounts: []services.AccountID{a.ID},
	})
	if err != nil || len(got.Operations) != 1 {
		r.t.Fatalf("add: %+v, %v", got, err)
	}
	return got.Operations[0]
}

func (r *rig) work() {
	r.t.Helper()
	if err := r.Work(context.Background()); err != nil {
		r.t.Fatalf("work: %v", err)
	}
}

func (r *rig) sync() []pinsync.SyncResult {
	r.t.Helper()
	got, err := r.Sync(context.Background(), nil)
	if err != nil {
		r.t.Fatalf("sync: %v", err)
	}
	return got
}

func (r *rig) op(id store.OperationID) store.Operation {
	r.t.Helper()
	op, ok, err := r.user.Operation(context.Background(), id)
	if err != nil || !ok {
		r.t.Fatalf("operation %d: %v, %v", id, ok, err)
	}
	return op
}

// wantOp checks an operation's state.
func (r *rig) wantOp(id store.OperationID, want store.State) store.Operation {
	r.t.Helper()
	op := r.op(id)
	if op.State != want {
		r.t.Errorf("operation %d is %s (%s %s), want %s", id, op.State, op.LastCode, op.LastText, want)
	}
	return op
}

// pins lists what the cache has of the account, "name status", by creation.
func (r *rig) pins(a services.Account) []string {
	r.t.Helper()
	reader := r.reader()
	defer reader.Close()
	var out []string
	for p, err := range reader.EachPin(context.Background(), store.PinFilter{Accounts: []services.AccountID{a.ID}}) {
		if err != nil {
			r.t.Fatal(err)
		}
		out = append(out, p.Pin.Name+" "+p.Status.String())
	}
	return out
}

func (r *rig) reader() *store.Reader {
	r.t.Helper()
	reader, err := store.Open(context.Background(), r.dir, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return reader
}

func (r *rig) state(a services.Account) store.AccountState {
	r.t.Helper()
	reader := r.reader()
	defer reader.Close()
	list, err := reader.Accounts(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	for _, s := range list {
		if s.ID == a.ID {
			return s
		}
	}
	r.t.Fatalf("no account %d", a.ID)
	return store.AccountState{}
}

func (r *rig) observations() []string {
	r.t.Helper()
	reader := r.reader()
	defer reader.Close()
	list, err := reader.Observations(context.Background(), 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for _, o := range list {
		out = append(out, strings.TrimSpace(fmt.Sprint(o.Kind, " ", o.Name)))
	}
	return out
}

// keys is a made-up keyring.
type keys struct {
	changed chan struct{}

	mu     sync.Mutex
	locked bool
	hangs  bool
	n      int
	gone   []services.KeySource
}

func (k *keys) Set(context.Context, services.Secret) (services.KeySource, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n++
	return services.KeySource(fmt.Sprint("keyring:", k.n)), nil
}

func (k *keys) Hold(services.Secret) (services.KeySource, error) { return "session:1", nil }

func (k *keys) Delete(_ context.Context, s services.KeySource) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.gone = append(k.gone, s)
	return nil
}

func (k *keys) Unlock(context.Context) error { k.lock(false); return nil }

func (k *keys) Locked(context.Context) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.locked {
		return "locked"
	}
	return ""
}

func (k *keys) Changed() <-chan struct{} { return k.changed }

func (k *keys) lock(locked bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.locked = locked
}

func (k *keys) read(ctx context.Context) error {
	k.mu.Lock()
	locked, hangs := k.locked, k.hangs
	k.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return &services.Error{Code: services.CodeKeyring, Op: "key", Reason: "timeout", Err: ctx.Err()}
	}
	if locked {
		return &services.Error{Code: services.CodeKeyring, Op: "key", Reason: "locked", NotSent: true}
	}
	return nil
}

// content is a CID of made-up content.
func content(n int) services.CID {
	sum := sha256.Sum256(fmt.Append(nil, "content ", n))
	hash, err := mh.Encode(sum[:], mh.SHA2_256)
	if err != nil {
		panic(err)
	}
	return services.WireCID(cid.NewCidV1(cid.Raw, hash).String())
}

// copyFolder copies the data folder as it is now.
func (r *rig) copyFolder() string {
	r.t.Helper()
	dir := filepath.Join(r.t.TempDir(), "copy")
	if err := os.CopyFS(dir, os.DirFS(r.dir)); err != nil {
		r.t.Fatal(err)
	}
	return dir
}

func unreachable() error {
	return &services.Error{Code: services.CodeUnreachable, NotSent: true}
}

// pass lets time pass inside the bubble, and everything settle.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// fetcher is what fetches for this computer.
type fetcher struct {
	paused atomic.Bool
	moved  chan struct{}
}

func (f *fetcher) Pause(on bool)            { f.paused.Store(on) }
func (f *fetcher) Changed() <-chan struct{} { return f.moved }
