package boot_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func open(t *testing.T, o boot.Options) *boot.App {
	t.Helper()
	a, err := boot.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// running runs the engine until the test ends.
func running(t *testing.T, a *boot.App) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// service is a made-up service over HTTP.
func service(t *testing.T, pins int, key string) (endpoint string, s *demo.Service) {
	t.Helper()
	s = demo.New(demo.Options{Pins: pins})
	server := httptest.NewServer(psa.Handler(s, func(given string) bool { return given == key }))
	t.Cleanup(server.Close)
	return server.URL, s
}

// connect connects the service at endpoint with its key in a variable.
func connect(t *testing.T, e boot.Engine, name, endpoint string) services.Account {
	t.Helper()
	a, err := e.Connect(t.Context(), pinsync.NewAccount{Name: name, Endpoint: endpoint, Source: "env:PINTRAY_TEST_KEY"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const made = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"

func addRequest(t *testing.T, account services.AccountID) pinsync.AddRequest {
	t.Helper()
	c, err := services.ParseCID(made)
	if err != nil {
		t.Fatal(err)
	}
	return pinsync.AddRequest{Pins: []services.Pin{{CID: c, Name: "a picture"}}, Accounts: []services.AccountID{account}}
}

func is(err error, code services.Code, reason string) bool {
	var e *services.Error
	return errors.As(err, &e) && e.Code == code && (reason == "" || e.Reason == reason)
}

func TestDir_FlagThenVariableThenPlatform(t *testing.T) {
	t.Setenv("PINTRAY_HOME", "")
	if got := boot.Dir(""); !filepath.IsAbs(got) || filepath.Base(got) != "pintray" {
		t.Errorf("Dir = %q", got)
	}
	t.Setenv("PINTRAY_HOME", "/from/variable")
	if got := boot.Dir(""); got != "/from/variable" {
		t.Errorf("Dir = %q", got)
	}
	if got := boot.Dir("/from/flag"); got != "/from/flag" {
		t.Errorf("Dir = %q", got)
	}
	if got := boot.Dir("relative"); !filepath.IsAbs(got) {
		t.Errorf("Dir = %q, want an absolute path", got)
	}
}

func TestOpen_ReadMakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	a := open(t, boot.Options{Dir: dir, Mode: boot.Read})
	if a.Reader != nil || a.Engine != nil || a.Owner {
		t.Errorf("App = %+v", a)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestOpen_MakesFilesForTheirOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not run: Windows keeps others out by the folder's own list")
	}
	dir := filepath.Join(t.TempDir(), "below", "data")
	a := open(t, boot.Options{Dir: dir, Mode: boot.Own})
	if !a.Owner || a.Reader == nil || a.Engine == nil || a.Log == nil || a.Changes == nil {
		t.Errorf("App = %+v", a)
	}
	a.Log.Info("so that there is a log")
	found := map[string]bool{}
	err := filepath.WalkDir(filepath.Dir(dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		found[d.Name()] = true
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{store.UserFile, store.CacheFile, "pintray.lock", "pintray.sock", "pintray.log"} {
		if !found[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

func TestOpen_ClosesWhatWasLeftOpenToOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not run: Windows keeps others out by the folder's own list")
	}
	dir := t.TempDir()
	a, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Own})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]fs.FileMode{dir: 0o755, filepath.Join(dir, store.UserFile): 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	open(t, boot.Options{Dir: dir, Mode: boot.Own})
	for _, path := range []string{dir, filepath.Join(dir, store.UserFile)} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestOpen_SecondOwnerIsInUse(t *testing.T) {
	dir := t.TempDir()
	open(t, boot.Options{Dir: dir, Mode: boot.Own})
	if _, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Own}); !is(err, services.CodeInUse, "") {
		t.Errorf("a second owner: %v", err)
	}
}

func TestOpen_NewerDataIsRefusedAndLeftAlone(t *testing.T) {
	dir := t.TempDir()
	a, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Own})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, store.UserFile)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	binary.BigEndian.PutUint32(data[60:], store.UserSchema+1) // user_version in the header of an SQLite file
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []boot.Mode{boot.Read, boot.Ask, boot.Own} {
		if _, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: mode}); !is(err, services.CodeStorage, "newer") {
			t.Errorf("mode %d: %v", mode, err)
		}
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(data) {
		t.Errorf("user.db was touched (%v)", err)
	}
	binary.BigEndian.PutUint32(data[60:], store.UserSchema)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, boot.Options{Dir: dir, Mode: boot.Own}) // the lock was given back
}

func TestOpen_AFileIsNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if _, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Own}); !is(err, services.CodeStorage, "not-a-folder") {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestApp_ConnectsChecksAndAdds(t *testing.T) {
	t.Setenv("PINTRAY_TEST_KEY", "made-up-key-of-this-test")
	endpoint, svc := service(t, 25, "made-up-key-of-this-test")
	a := open(t, boot.Options{Dir: t.TempDir(), Mode: boot.Own})
	account := connect(t, a.Engine, "Mine", endpoint)
	results, err := a.Engine.Sync(t.Context(), []services.AccountID{account.ID})
	if err != nil || len(results) != 1 || results[0].Pins != 25 || !results[0].Complete {
		t.Fatalf("Sync = %+v, %v", results, err)
	}
	taken, err := a.Engine.Add(t.Context(), addRequest(t, account.ID))
	if err != nil || len(taken.Operations) != 1 {
		t.Fatalf("Add = %+v, %v", taken, err)
	}
	if err := a.Engine.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(svc.Snapshot()); n != 26 {
		t.Errorf("the service has %d pins, want 26", n)
	}
}

func TestApp_KeyIsNowhereInTheFolder(t *testing.T) {
	const key = "canary-key-93b1c7e2"
	t.Setenv("PINTRAY_TEST_KEY", key)
	endpoint, _ := service(t, 3, key)
	dir := t.TempDir()
	a := open(t, boot.Options{Dir: dir, Mode: boot.Own})
	account := connect(t, a.Engine, "Mine", endpoint)
	a.Log.Warn("someone logs " + key)
	if _, err := a.Engine.Add(t.Context(), addRequest(t, account.ID)); err != nil {
		t.Fatal(err)
	}
	if err := a.Engine.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "canary") {
			t.Errorf("the key is in %s", d.Name())
		}
		return err
	})
	if err != nil || files < 3 {
		t.Errorf("%d files looked at: %v", files, err)
	}
}

func TestOpen_AskHandsItsWorkToTheOwner(t *testing.T) {
	t.Setenv("PINTRAY_TEST_KEY", "key")
	endpoint, svc := service(t, 5, "key")
	dir := t.TempDir()
	owner := open(t, boot.Options{Dir: dir, Mode: boot.Own})
	running(t, owner)
	asking := open(t, boot.Options{Dir: dir, Mode: boot.Ask})
	if asking.Owner {
		t.Fatal("there are two owners")
	}
	account := connect(t, asking.Engine, "Mine", endpoint)
	taken, err := asking.Engine.Add(t.Context(), addRequest(t, account.ID))
	if err != nil || len(taken.Operations) != 1 {
		t.Fatalf("Add = %+v, %v", taken, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ops, err := asking.Engine.Wait(ctx, []store.OperationID{taken.Operations[0].ID}, true)
	if err != nil || len(ops) != 1 || ops[0].State != store.OpDone {
		t.Fatalf("Wait = %+v, %v", ops, err)
	}
	if n := len(svc.Snapshot()); n != 6 {
		t.Errorf("the service has %d pins, want 6", n)
	}
	c, _ := services.ParseCID(made)
	if it, ok, err := asking.Reader.ItemByCID(t.Context(), c); err != nil || !ok || it.Name != "a picture" {
		t.Errorf("the second process reads %+v, %v, %v", it, ok, err)
	}
	if _, err := asking.Engine.Connect(t.Context(), pinsync.NewAccount{Name: "mine", Endpoint: endpoint, Source: "none", NoCheck: true}); !is(err, services.CodeUsage, "name-taken") {
		t.Errorf("an error of the owner arrives as %v", err)
	}
}

func TestOpen_DemoIsGoneAtClose(t *testing.T) {
	a, err := boot.Open(t.Context(), boot.Options{Demo: 120})
	if err != nil {
		t.Fatal(err)
	}
	list, err := a.Reader.Accounts(t.Context())
	if err != nil || len(list) != 2 || !list[0].Demo() || !list[1].Demo() {
		t.Fatalf("accounts: %+v, %v", list, err)
	}
	for _, s := range list {
		if s.Name == "Slow" {
			results, err := a.Engine.Sync(t.Context(), []services.AccountID{s.ID})
			if err != nil || len(results) != 1 || results[0].Pins != 120 {
				t.Errorf("Sync = %+v, %v", results, err)
			}
		}
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(a.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the demo's folder is left: %v", err)
	}
}

func TestOpen_ALostCacheShowsWhatIsStillToBeDone(t *testing.T) {
	t.Setenv("PINTRAY_TEST_KEY", "key")
	endpoint, _ := service(t, 0, "key")
	dir := t.TempDir()
	a, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Own})
	if err != nil {
		t.Fatal(err)
	}
	account := connect(t, a.Engine, "Mine", endpoint)
	if _, err := a.Engine.Add(t.Context(), addRequest(t, account.ID)); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, store.CacheFile), []byte("no database any more, but long enough"), 0o600); err != nil {
		t.Fatal(err)
	}
	a = open(t, boot.Options{Dir: dir, Mode: boot.Own})
	c, _ := services.ParseCID(made)
	it, ok, err := a.Reader.ItemByCID(t.Context(), c)
	if err != nil || !ok || len(it.Marks) != 1 || it.Marks[0].Pending != store.OpAdd {
		t.Errorf("the list has %+v, %v, %v", it, ok, err)
	}
}
