package sync_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// carBytes is a CAR v1 whose roots are blocks of these numbers (see content).
func carBytes(numbers ...int) []byte {
	body := append([]byte{0xa2, 0x65}, "roots"...)
	body = append(body, 0x80+byte(len(numbers)))
	var blocks []byte
	for _, n := range numbers {
		c := cid.MustParse(content(n).Text)
		body = append(append(body, 0xd8, 42, 0x58, byte(c.ByteLen()+1), 0), c.Bytes()...)
		data := fmt.Append(nil, "content ", n)
		blocks = binary.AppendUvarint(blocks, uint64(c.ByteLen()+len(data)))
		blocks = append(append(blocks, c.Bytes()...), data...)
	}
	body = append(append(append(body, 0x67), "version"...), 1)
	return append(append(binary.AppendUvarint(nil, uint64(len(body))), body...), blocks...)
}

// carOf writes such a file of the person's own.
func (r *rig) carOf(name string, numbers ...int) store.Path {
	return r.file(name, string(carBytes(numbers...)))
}

// bringCAR asks for every root of a CAR.
func (r *rig) bringCAR(p store.Path, to services.Account) []store.Operation {
	r.t.Helper()
	got, err := r.Import(context.Background(), pinsync.ImportRequest{Paths: []store.Path{p}, Accounts: []services.AccountID{to.ID}})
	if err != nil || len(got.Refused) != 0 {
		r.t.Fatalf("import: %+v, %v", got, err)
	}
	return got.Operations
}

// has is which of the contents a service keeps or was asked to.
func has(svc *demo.Service) []string {
	var all []string
	for _, p := range svc.Snapshot() {
		all = append(all, p.Pin.CID.Key)
	}
	slices.Sort(all)
	return all
}

func keysOf(numbers ...int) []string {
	var all []string
	for _, n := range numbers {
		all = append(all, content(n).Key)
	}
	slices.Sort(all)
	return all
}

func TestImport_OfACARWithSeveralRootsThatChangesAsksForTheRootsItHasNow(t *testing.T) {
	for name, c := range map[string]struct{ then, want []int }{
		"both are others":                {[]int{3, 4}, []int{3, 4}},
		"the first is another":           {[]int{3, 2}, []int{2, 3}},
		"the second is another":          {[]int{1, 3}, []int{1, 3}},
		"one is new and they are turned": {[]int{2, 3}, []int{2, 3}},
		"there is one less":              {[]int{3}, []int{3}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, r *rig) {
				svc := &named{Service: demo.New(demo.Options{Queued: time.Hour})}
				a := r.connect("a", svc)
				r.run()
				pass(time.Second)
				ops := r.bringCAR(r.carOf("it.car", 1, 2), a)
				pass(10 * time.Second)
				if got := has(svc.Service); !slices.Equal(got, keysOf(1, 2)) {
					t.Fatalf("kept: %v", got)
				}
				r.carOf("it.car", c.then...)
				for _, n := range []int{1, 2} { // where one is left where it was, it is no bad block
					_, _ = r.giver.take(context.Background(), ops[0].Source, content(n))
				}
				pass(time.Minute)
				if got := has(svc.Service); !slices.Equal(got, keysOf(c.want...)) {
					t.Errorf("kept: %v, want %v", got, keysOf(c.want...))
				}
				all, err := r.user.OperationsOf(context.Background(), ops[0].Source)
				if err != nil {
					t.Fatal(err)
				}
				for _, op := range all {
					if op.State == store.OpStuck {
						t.Errorf("it needs the person: %+v", op)
					}
				}
			})
		})
	}
}

func TestFolder_TheRootOfACARThatHadItsPinFromAFileIsAskedForWhenThatFileChanges(t *testing.T) {
	w := watchRig(t, demo.Options{Queued: time.Hour})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	w.put("two", "content 2")
	w.eventually("the file", func() bool { return len(w.names()) == 1 && len(w.open()) == 0 })
	w.put("it.car", string(carBytes(1, 2)))
	w.eventually("the other root", func() bool { return slices.Equal(has(w.svc), keysOf(1, 2)) && len(w.open()) == 0 })
	w.put("two", "content 3")
	items, err := w.user.FolderItems(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.giver.take(context.Background(), items[0].Source, content(2))
	w.eventually("both the change and what the CAR has", func() bool {
		return slices.Equal(has(w.svc), keysOf(1, 2, 3)) && len(w.open()) == 0
	})
}

func TestImport_TwoFilesThatShareAPinAndBothChangeAreBothAskedFor(t *testing.T) {
	for range 4 { // which of them is seen first is chance
		bubble(t, func(t *testing.T, r *rig) {
			svc := &named{Service: demo.New(demo.Options{Queued: time.Hour})}
			a := r.connect("a", svc)
			r.run()
			pass(time.Second)
			one := r.bring(r.file("one.txt", "hello"), a)[0]
			pass(5 * time.Second)
			two := r.bring(r.file("two.txt", "hello"), a)[0]
			pass(5 * time.Second)
			r.file("one.txt", "content 1")
			r.file("two.txt", "content 2")
			for _, op := range []store.Operation{one, two} {
				if _, err := r.giver.take(context.Background(), op.Source, helloCID); err == nil {
					t.Fatal("gave it")
				}
			}
			pass(time.Minute)
			if got := has(svc.Service); !slices.Equal(got, keysOf(1, 2)) {
				t.Errorf("kept: %v", got)
			}
			open, err := r.user.OpenOperations(context.Background())
			if err != nil || len(open) != 0 {
				t.Errorf("still open: %+v, %v", open, err)
			}
		})
	}
}

func TestImport_ManySmallFilesAtOnceAreEachAskedForOnceWhateverEndsOnTheWay(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		svc := demo.New(demo.Options{})
		a := r.connect("a", svc)
		const files = 700
		q := pinsync.ImportRequest{Accounts: []services.AccountID{a.ID}}
		var want []int
		for i := range files {
			q.Paths = append(q.Paths, r.file(fmt.Sprint("many/", i), fmt.Sprint("content ", i%(files-50)))) // some twice
			if i < files-50 {
				want = append(want, i)
			}
		}
		got, err := r.Import(context.Background(), q)
		if err != nil || len(got.Operations) != files {
			t.Fatalf("%d operations, %+v, %v", len(got.Operations), got.Refused, err)
		}
		gone, cancelled := got.Operations[300], got.Operations[301]
		if err := os.Remove(string(r.source(gone.Source).Path)); err != nil {
			t.Fatal(err)
		}
		if err := r.Cancel(context.Background(), []store.OperationID{cancelled.ID}); err != nil {
			t.Fatal(err)
		}
		want = slices.DeleteFunc(want, func(n int) bool { return n == 300 || n == 301 })
		r.run()
		pass(200 * time.Millisecond)
		r.reopen()
		r.run()
		pass(5 * time.Minute)
		if has := has(svc); !slices.Equal(has, keysOf(want...)) {
			t.Errorf("%d are kept, want %d, each once", len(has), len(want))
		}
		if op := r.wantOp(gone.ID, store.OpStuck); op.LastText != services.ReasonVanished {
			t.Errorf("got %+v", op)
		}
		r.wantSource(cancelled.Source, store.SourceReleased)
	})
}
