package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/servicetest/recorded"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// known is a way services are, what copes with it, and the test that fails
// without.
type known struct {
	number int
	what   string
	// coping is what does, as package:function; a method stands without its receiver.
	coping []string
	test   func(t *testing.T)
}

// all runs every test at once, not just as many as there are processors: most
// of their time is waiting. Each says with -v what copes.
func all(t *testing.T, list []known) {
	var running sync.WaitGroup
	defer running.Wait()
	for _, k := range list {
		name := fmt.Sprintf("%02d_%s", k.number, k.what)
		running.Go(func() {
			t.Run(name, func(t *testing.T) {
				for _, name := range k.coping {
					t.Log("coped with by", declared(t, name))
				}
				k.test(t)
			})
		})
	}
}

// each runs a test on several services at once.
func each(t *testing.T, test func(t *testing.T, name string), names ...string) {
	var running sync.WaitGroup
	defer running.Wait()
	for _, name := range names {
		running.Go(func() { t.Run(name, func(t *testing.T) { test(t, name) }) })
	}
}

// declared is the file:function of a package:function; it has to be there.
func declared(t *testing.T, name string) string {
	t.Helper()
	dir, fn, _ := strings.Cut(name, ":")
	files, err := filepath.Glob(filepath.Join(rig.Root(), dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(f.Decls, func(d ast.Decl) bool {
			decl, ok := d.(*ast.FuncDecl)
			return ok && decl.Name.Name == fn
		}) {
			return dir + "/" + filepath.Base(file) + ":" + fn
		}
	}
	t.Errorf("there is no %s in %s", fn, dir)
	return ""
}

// theirKey is the access key of every recorded service.
const theirKey = "key-of-nobody-77"

// client is the whole program, connected to one recorded service as "Svc".
type client struct {
	*boot.App
	server *recorded.Server
	id     services.AccountID
	ctl    rig.Ctl
}

// recordedServer serves "NN-name" of the folder's NN.http.
func recordedServer(t *testing.T, folder, name string) *recorded.Server {
	t.Helper()
	file, service, _ := strings.Cut(name, "-")
	s, err := recorded.Find(filepath.Join(rig.Root(), "services/psa/testdata", folder, file+".http"), service)
	if err != nil {
		t.Fatal(err)
	}
	server, err := s.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Close()
		for _, r := range server.Unknown() {
			t.Errorf("the recorded service %s has no answer to %s", name, r)
		}
		for _, r := range server.Requests() {
			proper(t, r)
		}
	})
	return server
}

// quirky opens the program on a service of testdata/quirks, ruled on one of
// testdata/rules.
func quirky(t *testing.T, name string) *client {
	return openOn(t, recordedServer(t, "quirks", name), theirKey, "")
}
func ruled(t *testing.T, name string) *client {
	return openOn(t, recordedServer(t, "rules", name), theirKey, "")
}

// openOn opens the program with an account at server, of a template where there is
// one.
func openOn(t *testing.T, server *recorded.Server, key, template string) *client {
	t.Helper()
	home, err := os.MkdirTemp("", "pintray-q-") // short: a socket's path is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	file := filepath.Join(home, "key")
	if err := errors.Join(rig.Home(home), os.WriteFile(file, []byte(key), 0o600)); err != nil {
		t.Fatal(err)
	}
	c := &client{server: server, ctl: rig.Ctl{Data: filepath.Join(home, "data"), Env: rig.Env(home)}}
	if c.App, err = boot.Open(t.Context(), boot.Options{Dir: c.ctl.Data, Mode: boot.Own}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	a, err := c.Engine.Connect(t.Context(), pinsync.NewAccount{
		Name: "Svc", Endpoint: server.URL, Template: template, Source: services.KeySource("file:" + file), NoCheck: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.id = a.ID
	return c
}

// sync is one full check, which has to reach the service and its end.
func (c *client) sync(t *testing.T) pinsync.SyncResult {
	t.Helper()
	res := c.trySync(t)
	if res.Err != nil || !res.Complete {
		t.Fatalf("the check: complete %v, %v", res.Complete, res.Err)
	}
	return res
}

// trySync is one full check, however it ends.
func (c *client) trySync(t *testing.T) pinsync.SyncResult {
	t.Helper()
	res, err := c.Engine.Sync(t.Context(), []services.AccountID{c.id})
	if err != nil || len(res) != 1 {
		t.Fatalf("Sync: %+v, %v", res, err)
	}
	return res[0]
}

// pins is what is stored, one word a pin: requestid:status:name.
func (c *client) pins(t *testing.T) []string {
	t.Helper()
	var words []string
	for _, p := range c.stored(t) {
		words = append(words, fmt.Sprintf("%s:%v:%s", p.RequestID, p.Status, p.Pin.Name))
	}
	slices.Sort(words)
	return words
}

func (c *client) stored(t *testing.T) []store.Pin {
	t.Helper()
	var pins []store.Pin
	for p, err := range c.Reader.EachPin(t.Context(), store.PinFilter{Accounts: []services.AccountID{c.id}}) {
		if err != nil {
			t.Fatal(err)
		}
		pins = append(pins, p)
	}
	return pins
}

// holds demands that these are the stored pins.
func (c *client) holds(t *testing.T, want ...string) {
	t.Helper()
	if got := c.pins(t); !slices.Equal(got, want) {
		t.Errorf("stored: %q, want %q", got, want)
	}
}

// only is the one pin that is stored.
func (c *client) only(t *testing.T) store.Pin {
	t.Helper()
	pins := c.stored(t)
	if len(pins) != 1 {
		t.Fatalf("stored: %q, want one pin", c.pins(t))
	}
	return pins[0]
}

// ask is what is asked for of the pin as it is stored.
func (c *client) ref(t *testing.T, requestID string) pinsync.PinRef {
	t.Helper()
	for _, p := range c.stored(t) {
		if p.RequestID == requestID {
			return pinsync.PinRef{Account: c.id, RequestID: requestID, CID: p.Pin.CID, Name: p.Pin.Name}
		}
	}
	t.Fatalf("%s is not stored: %q", requestID, c.pins(t))
	return pinsync.PinRef{}
}

// taken is the one operation of a request that was taken, after Work.
func (c *client) taken(t *testing.T, a pinsync.Accepted, err error) store.Operation {
	t.Helper()
	if err != nil || len(a.Operations) != 1 || len(a.Refused) > 0 {
		t.Fatalf("asked: %+v, %v", a, err)
	}
	if err := c.Engine.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c.operation(t, a.Operations[0].ID)
}

func (c *client) operation(t *testing.T, id store.OperationID) store.Operation {
	t.Helper()
	ops, err := c.Reader.Operations(t.Context(), store.OperationFilter{IDs: []store.OperationID{id}, Limit: 1})
	if err != nil || len(ops) != 1 {
		t.Fatalf("operation %d: %+v, %v", id, ops, err)
	}
	return ops[0]
}

// add asks for a pin and sends it once.
func (c *client) add(t *testing.T, pin services.Pin) store.Operation {
	t.Helper()
	a, err := c.Engine.Add(t.Context(), pinsync.AddRequest{Pins: []services.Pin{pin}, Accounts: []services.AccountID{c.id}})
	return c.taken(t, a, err)
}

func (c *client) rename(t *testing.T, requestID, name string) store.Operation {
	t.Helper()
	a, err := c.Engine.Rename(t.Context(), c.ref(t, requestID), name)
	return c.taken(t, a, err)
}

func (c *client) remove(t *testing.T, requestID string) store.Operation {
	t.Helper()
	a, err := c.Engine.Delete(t.Context(), []pinsync.PinRef{c.ref(t, requestID)}, 0)
	return c.taken(t, a, err)
}

// settle sees an operation through, and to the pin's end where pinned.
func (c *client) settle(t *testing.T, op store.Operation, pinned bool) store.Operation {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	if _, err := c.Engine.Wait(ctx, []store.OperationID{op.ID}, pinned); err != nil {
		t.Fatal(err)
	}
	return c.operation(t, op.ID)
}

// is demands the state an operation is in.
func is(t *testing.T, op store.Operation, state store.State) {
	t.Helper()
	if op.State != state {
		t.Errorf("the %s is %s (%s: %s), want %s", op.Kind, op.State, op.LastCode, op.LastText, state)
	}
}

// account is how the account stands.
func (c *client) account(t *testing.T) store.AccountState {
	t.Helper()
	list, err := c.Reader.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(a store.AccountState) bool { return a.ID == c.id })
	if i < 0 {
		t.Fatalf("the account is not among %+v", list)
	}
	return list[i]
}

// observed is what was seen to have changed, by kind.
func (c *client) observed(t *testing.T) []string {
	t.Helper()
	list, err := c.Reader.Observations(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, o := range list {
		kinds = append(kinds, o.Kind)
	}
	return kinds
}

// says runs pintrayctl, which asks the program that is open, and demands that
// it prints the text and ends with the status.
func (c *client) says(t *testing.T, status int, text string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	a, err := c.ctl.Run(ctx, "", args...)
	must(t, err)
	if said := a.Out + a.Err; a.Status != status || !strings.Contains(said, text) {
		t.Errorf("pintrayctl %s: status %d, want %d with %q:\n%s", strings.Join(args, " "), a.Status, status, text, said)
	}
}

// asked is the requests of a method below a path, as they came.
func (c *client) asked(method, path string) []recorded.Request {
	return slices.DeleteFunc(c.server.Requests(), func(r recorded.Request) bool {
		return r.Method != method || !strings.HasPrefix(r.Path(), path)
	})
}

// times demands how often something was asked.
func (c *client) times(t *testing.T, n int, method, path string) {
	t.Helper()
	if got := c.asked(method, path); len(got) != n {
		t.Errorf("%d times %s %s, want %d: %v", len(got), method, path, n, got)
	}
}

// pinOf is a pin of one of the made-up contents the files name.
func pinOf(cid, name string) services.Pin {
	return services.Pin{CID: services.WireCID(cid), Name: name}
}
