package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/ingest"
)

// Files of this computer reach a real pinning server, each way alone: we dial
// its machines and listen nowhere, or we dial nobody and it dials us.
func TestHelia_KeepsFilesOfThisComputer(t *testing.T) {
	for _, way := range []struct {
		name   string
		listen string
		giving func(*handover.Config)
		shows  string // in the log of the server
		never  string
	}{
		{"by its delegates, with no listener", store.ListenOff, func(*handover.Config) {}, "connection inbound ", "connection outbound "},
		{"by our origins, dialling nobody", "", func(c *handover.Config) { c.NoDial = true }, "connection outbound ", "connection inbound "},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			server, err := rig.Helia()
			must(t, err)
			t.Cleanup(func() { server.Stop() })
			key := filepath.Join(t.TempDir(), "key")
			write(t, key, []byte(rig.Token))
			g := newGivingPerson(t, pinsync.NewAccount{
				Name: "helia", Endpoint: server.URL, Source: services.KeySource(services.KeyInFile + ":" + key),
			}, way.giving)
			if err := g.app.Engine.Set(t.Context(), store.SettingListen, way.listen); err != nil {
				t.Fatal(err)
			}
			g.run(t)

			g.bringsAll(t, server)
			if said := server.Said(); !strings.Contains(said, way.shows) || strings.Contains(said, way.never) {
				t.Errorf("want %q and not %q in what the server said:\n%s", way.shows, way.never, said)
			}
		})
	}
}

// givingPerson has a data folder and one account, at the server.
type givingPerson struct {
	app     *boot.App
	account services.Account
}

func newGivingPerson(t *testing.T, at pinsync.NewAccount, giving func(*handover.Config)) givingPerson {
	t.Helper()
	app, err := boot.Open(t.Context(), boot.Options{
		Dir: t.TempDir(), Mode: boot.Own,
		Giving: func(c *handover.Config) { c.Loopback = true; giving(c) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := app.Close(); err != nil {
			t.Error(err)
		}
	})
	account, err := app.Engine.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return givingPerson{app, account}
}

// run runs the engine until the test ends.
func (g givingPerson) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- g.app.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// reader is a server whose own copies can be read.
type reader interface {
	Read(ctx context.Context, cid string) (file []byte, folder map[string]string, err error)
	Said() string
}

// bringsAll brings a file, a folder and a CAR, and reads them back from the
// server.
func (g givingPerson) bringsAll(t *testing.T, server reader) []store.Operation {
	t.Helper()
	file, folder, car := g.things(t)
	ops := g.bring(t, file.path, folder.path, car.path)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	done, err := g.app.Engine.Wait(ctx, ops, true)
	if err != nil {
		t.Fatalf("%v\nthe server said:\n%s", err, server.Said())
	}
	roots := map[string]string{}
	for _, op := range done {
		if op.State != store.OpDone {
			t.Fatalf("%s is %s: %s", op.Pin.Name, op.State, op.LastText)
		}
		roots[op.Pin.Name] = op.Pin.CID.Text
	}
	for _, what := range []thing{file, folder, car} {
		what.wantAt(t, server, roots)
	}
	return done
}

func (g givingPerson) bring(t *testing.T, paths ...string) (ids []store.OperationID) {
	t.Helper()
	request := pinsync.ImportRequest{Accounts: []services.AccountID{g.account.ID}}
	for _, p := range paths {
		request.Paths = append(request.Paths, store.Path(p))
	}
	got, err := g.app.Engine.Import(t.Context(), request)
	if err != nil || len(got.Operations) != len(paths) {
		t.Fatalf("got %+v, %v", got, err)
	}
	for _, op := range got.Operations {
		ids = append(ids, op.ID)
	}
	return ids
}

// thing is something on disk, and the files it holds by their path in it; ""
// is the thing itself.
type thing struct {
	path  string
	files map[string][]byte
}

// things are a file of several blocks, a folder of a thousand files, one of
// them empty, and a CAR of a file.
func (g givingPerson) things(t *testing.T) (file, folder, car thing) {
	t.Helper()
	dir := t.TempDir()
	content := rand.NewChaCha8([32]byte{1})
	fresh := func(n int) []byte {
		b := make([]byte, n)
		_, _ = content.Read(b)
		return b
	}
	file = thing{filepath.Join(dir, "film.bin"), map[string][]byte{"": fresh(5<<20 + 7)}}
	write(t, file.path, file.files[""])

	folder = thing{filepath.Join(dir, "pictures"), map[string][]byte{}}
	for i := range 1000 {
		name := fmt.Sprintf("%02d/%03d.txt", i/100, i)
		folder.files[name] = fresh(i % 500)
		write(t, filepath.Join(folder.path, name), folder.files[name])
	}

	inside := filepath.Join(dir, "inside.bin")
	car = thing{filepath.Join(dir, "archive.car"), map[string][]byte{"": fresh(2 << 20)}}
	write(t, inside, car.files[""])
	write(t, car.path, carOf(t, inside))
	return file, folder, car
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// wantAt demands that the server has every byte of the thing.
func (w thing) wantAt(t *testing.T, s reader, roots map[string]string) {
	t.Helper()
	name := filepath.Base(w.path)
	got := map[string][]byte{}
	readAll(t, s, roots[name], "", got)
	if len(got) != len(w.files) {
		t.Errorf("%s: the server has %d files, want %d", name, len(got), len(w.files))
	}
	for path, content := range w.files {
		if !bytes.Equal(got[path], content) {
			t.Errorf("%s: %q has %d other bytes", name, path, len(got[path]))
		}
	}
}

// readAll reads a tree from the server.
func readAll(t *testing.T, s reader, cid, path string, into map[string][]byte) {
	t.Helper()
	file, folder, err := s.Read(t.Context(), cid)
	if err != nil {
		t.Fatal(err)
	}
	if folder == nil {
		into[path] = file
		return
	}
	for name, c := range folder {
		readAll(t, s, c, strings.TrimPrefix(path+"/"+name, "/"), into)
	}
}

// carOf is a file as a CAR.
func carOf(t *testing.T, path string) []byte {
	t.Helper()
	car, err := sendable(t, path).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = car.Close() }()
	text, err := io.ReadAll(car)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sendable is a file as what is sent to a service that takes CARs.
func sendable(t *testing.T, path string) handover.CAR {
	t.Helper()
	db, _, err := blocks.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w, err := db.Write(t.Context(), blocks.HolderOf(1))
	if err != nil {
		t.Fatal(err)
	}
	root, err := ingest.Path(t.Context(), store.Path(path), ingest.Options{}, w)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := ingest.NewReader(db, nil)
	t.Cleanup(func() { _ = r.Close() })
	size, open, err := r.CAR(t.Context(), 1, root.CID)
	if err != nil {
		t.Fatal(err)
	}
	return handover.CAR{Root: root.CID, Name: filepath.Base(path), Size: size, Open: func(ctx context.Context) (handover.Reading, error) { return open(ctx) }}
}
