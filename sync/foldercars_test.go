package sync_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

// stuckOn waits until this is all that is on its way, and needs the person.
func (w *watching) stuckOn(reason string) {
	w.t.Helper()
	w.eventually("stuck: "+reason, func() bool {
		open := w.open()
		return len(open) == 1 && open[0].State == store.OpStuck && open[0].LastCode == services.CodeSource && open[0].LastText == reason
	})
}

// wantRoots waits until exactly these are kept, and nothing is on its way.
func (w *watching) wantRoots(numbers ...int) {
	w.t.Helper()
	w.eventually("only these roots", func() bool { return slices.Equal(has(w.svc), keysOf(numbers...)) && len(w.open()) == 0 })
}

func TestFolder_ACARThatSettledHalfCopiedIsKeptOnceItIsWhole(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	whole := string(carBytes(1, 2))
	w.put("it.car", whole[:len(whole)-3])
	w.eventually("stuck", func() bool {
		open := w.open()
		return len(open) == 2 && open[0].State == store.OpStuck && open[1].State == store.OpStuck
	})
	w.put("it.car", whole)
	w.wantRoots(1, 2)
	w.eventually("both safe", func() bool { f := w.folder(id); return f.Items == 2 && f.Safe == 2 })

	one := string(carBytes(3))
	w.put("more.car", one[:len(one)-3])
	w.stuckOn(services.ReasonBrokenCAR)
	w.put("more.car", string(carBytes(3, 4)))
	w.wantRoots(1, 2, 3, 4)
}

func TestFolder_ABrokenCARNeedsThePersonOnceAndNotOnceItIsMendedOrGone(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	w.put("stays.txt", "hello") // a folder that is emptied draws no conclusions
	w.wantNames("stays.txt")
	half := string(carBytes(1))
	w.put("half.car", half[:len(half)-3])
	w.stuckOn(services.ReasonBrokenCAR)
	w.gone("half.car")
	w.eventually("nothing of it left", func() bool { return len(w.open()) == 0 && len(w.manifest(id)) == 1 })

	w.put("it.car", "no car at all")
	w.stuckOn(services.ReasonBrokenCAR)
	w.put("it.car", string(carBytes()))
	w.stuckOn(services.ReasonEmptyCAR)
	w.gone("it.car")
	w.eventually("nothing of it left", func() bool { return len(w.open()) == 0 && len(w.manifest(id)) == 1 })

	w.put("it.car", half)
	w.eventually("it kept", func() bool { return slices.Contains(has(w.svc), content(1).Key) && len(w.open()) == 0 })
	w.put("it.car", "spoiled")
	w.stuckOn(services.ReasonBrokenCAR)
	w.put("it.car", half)
	w.eventually("it mended", func() bool { return len(w.open()) == 0 && len(w.manifest(id)) == 2 })
}

// gone removes a file below the folder.
func (w *watching) gone(name string) {
	w.t.Helper()
	if err := os.Remove(filepath.Join(w.root, name)); err != nil {
		w.t.Fatal(err)
	}
}
