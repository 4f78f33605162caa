package user_test

import (
	"sync"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/user"
)

func TestLocalPins_NoTwoShareATime(t *testing.T) {
	db := open(t, t.TempDir())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 25 {
				if _, err := db.AddLocalPin(t.Context(), user.LocalPin{Pin: services.Pin{CID: services.CID{Text: "c", Key: "c"}}, Status: services.Pinned}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	list, count, err := db.LocalPins(t.Context(), services.Query{})
	if err != nil || len(list) != 100 || count != 100 {
		t.Fatalf("%d of %d, %v", len(list), count, err)
	}
	for i := 1; i < len(list); i++ {
		if !list[i].Created.Before(list[i-1].Created) || list[i].ID >= list[i-1].ID {
			t.Fatalf("pin %d of %v follows %d of %v", list[i].ID, list[i].Created, list[i-1].ID, list[i-1].Created)
		}
	}
}

func TestLocalPins_FilterByMetaAndByFractionsOfAMicrosecond(t *testing.T) {
	db := open(t, t.TempDir())
	p, err := db.AddLocalPin(t.Context(), user.LocalPin{Pin: services.Pin{CID: services.CID{Text: "c", Key: "c"}, Meta: map[string]string{"app": "x", "more": "y"}}})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		q     services.Query
		found bool
	}{
		"one of its meta":        {services.Query{Meta: map[string]string{"app": "x"}}, true},
		"all of its meta":        {services.Query{Meta: map[string]string{"app": "x", "more": "y"}}, true},
		"another value":          {services.Query{Meta: map[string]string{"app": "y"}}, false},
		"one that it lacks":      {services.Query{Meta: map[string]string{"app": "x", "none": "y"}}, false},
		"before its time":        {services.Query{Before: p.Created}, false},
		"a fraction after that":  {services.Query{Before: p.Created.Add(time.Nanosecond)}, true},
		"after its time":         {services.Query{After: p.Created}, false},
		"a fraction before that": {services.Query{After: p.Created.Add(-time.Nanosecond)}, true},
	} {
		list, count, err := db.LocalPins(t.Context(), c.q)
		if err != nil || (count == 1) != c.found || len(list) != int(count) {
			t.Errorf("%s: %d of %d, %v; want found %v", name, len(list), count, err, c.found)
		}
	}
}

func TestLocalPins_NotingOneThatIsGoneSaysSo(t *testing.T) {
	db := open(t, t.TempDir())
	p, err := db.AddLocalPin(t.Context(), user.LocalPin{Pin: services.Pin{CID: services.CID{Text: "c", Key: "c"}}})
	if err != nil {
		t.Fatal(err)
	}
	p.Status, p.Size, p.Details = services.Failed, 7, "why"
	if ok, err := db.NoteLocalPin(t.Context(), p); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if got, err := db.LocalPin(t.Context(), p.RequestID); err != nil || got.Status != services.Failed || got.Size != 7 || got.Details != "why" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := db.RemoveLocalPin(t.Context(), p.RequestID); err != nil {
		t.Fatal(err)
	}
	if ok, err := db.NoteLocalPin(t.Context(), p); err != nil || ok {
		t.Errorf("one that is gone: %v, %v", ok, err)
	}
}
