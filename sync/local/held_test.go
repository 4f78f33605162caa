package local_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/sync/local"
)

// imported reads a file as the engine does, as the source of that number.
func (r *rig) imported(source store.SourceID, path string) services.CID {
	r.t.Helper()
	w, err := r.blocks.Write(r.t.Context(), blocks.HolderOf(source))
	if err != nil {
		r.t.Fatal(err)
	}
	defer w.Discard()
	root, err := ingest.Path(r.t.Context(), store.Path(path), ingest.Options{}, w)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := w.Commit(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	return root.CID
}

func (r *rig) write(name, text string) (path string) {
	r.t.Helper()
	path = filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return path
}

// look starts it anew, which looks at every file at once.
func (r *rig) look() {
	if r.stop != nil {
		r.stop()
	}
	r.Service = local.New(r.config)
	r.run()
}

func TestHeld_AnImportedFileIsPinnedAtOnceByReference(t *testing.T) {
	r := newRig(t, nil)
	c := r.imported(1, r.write("notes.txt", "what I want to keep"))
	st := r.add(services.Pin{CID: c, Name: "notes.txt"})
	if st.Status != services.Pinned || st.Info["dag_size"] != "19" {
		t.Errorf("got %+v, want it pinned, 19 bytes", st)
	}
	if err := r.blocks.Drop(t.Context(), blocks.HolderOf(1)); err != nil { // the engine needs it no more
		t.Fatal(err)
	}
	if again := r.add(services.Pin{CID: c}); again.Status != services.Pinned {
		t.Errorf("again: %+v", again)
	}
	if len(r.fetched()) != 0 {
		t.Errorf("it was copied: %v", r.fetched())
	}
}

func TestHeld_AChangedFileIsNoLongerKeptUntilItIsBack(t *testing.T) {
	r := newRig(t, nil)
	path := r.write("notes.txt", "what I want to keep")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	c := r.imported(1, path)
	id := r.add(services.Pin{CID: c}).RequestID
	r.write("notes.txt", "something else now, longer")
	r.look()
	if st := r.becomes(id, services.Failed); st.Info["status_details"] != services.ReasonChanged {
		t.Errorf("it says %v", st.Info)
	}
	if st := r.add(services.Pin{CID: c}); st.Status == services.Pinned {
		t.Error("it was pinned again though the file is another one")
	}
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	r.look()
	r.until(id, "says that the file is gone", func(st services.PinStatus) bool {
		return st.Info["status_details"] == services.ReasonVanished
	})
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	r.write("notes.txt", "what I want to keep")
	if err := os.Chtimes(path, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	r.look()
	r.becomes(id, services.Pinned)
}

func TestHeld_AFolderThatLacksAFileIsNotPinned(t *testing.T) {
	r := newRig(t, nil)
	r.write("folder/a.txt", "a")
	r.write("folder/b.txt", "b")
	c := r.imported(1, filepath.Join(r.dir, "folder"))
	if err := os.Remove(filepath.Join(r.dir, "folder/b.txt")); err != nil {
		t.Fatal(err)
	}
	if st := r.add(services.Pin{CID: c}); st.Status != services.Queued {
		t.Errorf("got %+v, want it queued", st)
	}
}

func TestHeld_ALostIndexIsMadeAnewFromTheFiles(t *testing.T) {
	r := newRig(t, nil)
	path := r.write("notes.txt", "what I want to keep")
	c := r.imported(1, path)
	_, _, err := r.user.AddSources(t.Context(), []store.Source{{Path: store.Path(path), State: store.SourceReleased, CID: c, Name: "notes.txt"}}, [][]store.Operation{nil})
	if err != nil {
		t.Fatal(err)
	}
	imported := r.add(services.Pin{CID: c})
	want := tree(t, 3, 1000)
	p := newProvider(t, nil)
	p.put(t, want...)
	r.run()
	fetched := r.becomes(r.add(services.Pin{CID: rootOf(want), Origins: p.origins}).RequestID, services.Pinned)
	r.stop()
	if err := r.blocks.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{blocks.Name, blocks.Name + "-wal", blocks.Name + "-shm"} {
		if err := os.Remove(filepath.Join(r.dir, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	r.openBlocks()
	t.Cleanup(func() { _ = r.blocks.Close() })
	r.look()
	for name, st := range map[string]services.PinStatus{"imported": imported, "fetched": fetched} {
		if got := r.becomes(st.RequestID, services.Pinned); got.Info["dag_size"] != st.Info["dag_size"] {
			t.Errorf("%s: %+v, was %+v", name, got, st)
		}
		deadline := time.Now().Add(20 * time.Second)
		for total := int64(0); total == 0; {
			if time.Now().After(deadline) {
				t.Fatalf("%s has no blocks", name)
			}
			sum, err := r.blocks.Totals(context.Background(), r.holder(st))
			if err != nil {
				t.Fatal(err)
			}
			total = sum.Blocks
		}
	}
	r.holds(fetched, want)
}

// source is a file that was brought to some service, and let go of since.
func (r *rig) source(path string, c services.CID, size int64) {
	r.t.Helper()
	s := store.Source{Path: store.Path(path), State: store.SourceReleased, CID: c, Name: filepath.Base(path), Size: size}
	if _, _, err := r.user.AddSources(r.t.Context(), []store.Source{s}, [][]store.Operation{nil}); err != nil {
		r.t.Fatal(err)
	}
}

func TestHeld_AFileOfThePersonsIsReadWhereItsBlocksWereLetGo(t *testing.T) {
	for name, size := range map[string]int64{"small": 19, "large": 1 << 40} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			r.run()
			path := r.write("notes.txt", "what I want to keep")
			c := r.imported(1, path)
			if err := r.blocks.Drop(t.Context(), blocks.HolderOf(1)); err != nil {
				t.Fatal(err)
			}
			r.source(path, c, size)
			st := r.add(services.Pin{CID: c})
			if size == 19 && st.Status != services.Pinned {
				t.Errorf("it is %+v, want it pinned at once", st)
			}
			st = r.becomes(st.RequestID, services.Pinned) // what takes long is read while it is queued
			if len(r.fetched()) != 0 || st.Info["dag_size"] != "19" {
				t.Errorf("it was copied: %v, %v", r.fetched(), st.Info)
			}
		})
	}
}

func TestHeld_AFileThatIsAnotherNowIsFetched(t *testing.T) {
	want := tree(t, 3, 1000)
	p := newProvider(t, nil)
	p.put(t, want...)
	r := newRig(t, nil)
	r.run()
	r.source(r.write("notes.txt", "something else"), rootOf(want), 3000)
	r.source(filepath.Join(r.dir, "gone.txt"), rootOf(want), 3000)
	st := r.becomes(r.add(services.Pin{CID: rootOf(want), Origins: p.origins}).RequestID, services.Pinned)
	r.holds(st, want)
}
