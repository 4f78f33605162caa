package sync_test

import (
	"context"
	"slices"
	"testing"

	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

func TestFolder_LinesOfAListThatNameNothingReachThePerson(t *testing.T) {
	w := watchRig(t, demo.Options{})
	id := w.watch(nil)
	w.run()
	w.looked(id)
	w.put("good.cid", content(1).Text+"\n")
	w.put("refs.cid", content(2).Text+"\nnothing\n# mine\nQmNope\n")
	w.eventually("what they name", func() bool { return len(w.names()) == 2 && len(w.open()) == 0 })
	reader := w.reader()
	defer reader.Close()
	var seen []store.Observation
	w.eventually("the bad lines said", func() bool {
		list, err := reader.Observations(context.Background(), 10)
		if err != nil {
			t.Fatal(err)
		}
		seen = slices.DeleteFunc(list, func(o store.Observation) bool { return o.Kind != "bad-lines" })
		return len(seen) > 0
	})
	if len(seen) != 1 || seen[0].Name != "refs.cid" || seen[0].Count != 2 || seen[0].Account != 0 {
		t.Errorf("got %+v", seen)
	}
}
