// Package servicetest is the behaviour every services.Service must show. The
// tests of a service call Run; nothing else uses this package.
package servicetest

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
)

// Run tests the service open gives. It may hold pins already, and need not keep
// meta or origins; Run adds some fifty pins and deletes them again.
func Run(t *testing.T, open func(testing.TB) services.Service) {
	for _, test := range []struct {
		name string
		run  func(s *suite)
	}{
		{"Add_AnswersWithThePinAskedFor", addAnswers},
		{"Add_OfTheSameCIDTwiceKeepsIt", addTwice},
		{"Add_RefusesWhatIsNoCID", addRefuses},
		{"Get_FindsWhatWasAdded", getFinds},
		{"List_FiltersByCID", listByCID},
		{"List_FiltersByName", listByName},
		{"List_FiltersByStatus", listByStatus},
		{"List_BeforeAndAfterAreExclusive", listByTime},
		{"List_PagesToTheEndNewestFirst", listPages},
		{"List_TakesTheDefaultsOfTheSpec", listDefaults},
		{"Replace_GivesANewRequestAndEndsTheOld", replaceEndsOld},
		{"Delete_EndsThePin", deleteEnds},
		{"UnknownRequestsAreNotFound", unknownNotFound},
		{"CallsReturnWhenTheirContextHasEnded", contextEnds},
		{"CallsFromManyGoroutinesAllCount", concurrent},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &suite{T: t, ctx: t.Context(), svc: open(t)}
			test.run(s)
		})
	}
}

// suite is one test with a service of its own.
type suite struct {
	*testing.T
	ctx context.Context
	svc services.Service
}

// RandomCID is a CID nobody has the content of.
func RandomCID() services.CID {
	content := make([]byte, 32)
	_, _ = rand.Read(content) // never fails
	hash, err := mh.Sum(content, mh.SHA2_256, -1)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return services.WireCID(cid.NewCidV1(cid.Raw, hash).String())
}

// add adds a pin and deletes it at the end of the test.
func (s *suite) add(p services.Pin) services.PinStatus {
	s.Helper()
	st, err := s.svc.Add(s.ctx, p)
	if err != nil {
		s.Fatalf("Add: %v", err)
	}
	s.Cleanup(func() {
		err := s.svc.Delete(context.WithoutCancel(s.ctx), st.RequestID)
		if err != nil && services.CodeOf(err) != services.CodeNotFound {
			s.Errorf("Delete at the end of the test: %v", err)
		}
	})
	return st
}

// addMany adds n pins of that name, oldest first.
func (s *suite) addMany(n int, name string) []services.PinStatus {
	s.Helper()
	var all []services.PinStatus
	for range n {
		all = append(all, s.add(services.Pin{CID: RandomCID(), Name: name}))
	}
	return all
}

func (s *suite) list(q services.Query) services.Page {
	s.Helper()
	page, err := s.svc.List(s.ctx, q)
	if err != nil {
		s.Fatalf("List(%+v): %v", q, err)
	}
	return page
}

// ids is the requestids of pins, in their order.
func ids(pins []services.PinStatus) []string {
	var out []string
	for _, st := range pins {
		out = append(out, st.RequestID)
	}
	return out
}

func (s *suite) wantCode(err error, want services.Code) {
	s.Helper()
	if got := services.CodeOf(err); got != want {
		s.Errorf("got error %v of code %q, want code %q", err, got, want)
	}
	if _, ok := errors.AsType[*services.Error](err); err != nil && !ok {
		s.Errorf("got error of type %T, want *services.Error", err)
	}
}

// uniqueName is a name no other pin has.
func uniqueName() string { return "servicetest " + rand.Text() }

func addAnswers(s *suite) {
	p := services.Pin{CID: RandomCID(), Name: uniqueName() + " – 写真 é"}
	before := time.Now().Add(-time.Hour)
	st := s.add(p)
	if st.RequestID == "" {
		s.Error("got no requestid")
	}
	if st.Pin.CID.Key != p.CID.Key || st.Pin.Name != p.Name {
		s.Errorf("got pin %v %q, want %v %q", st.Pin.CID, st.Pin.Name, p.CID, p.Name)
	}
	if st.Status != services.Pinned && !st.Status.Pending() {
		s.Errorf("got status %v, want queued, pinning or pinned", st.Status)
	}
	if st.Created.Before(before) || st.Created.After(before.Add(2*time.Hour)) {
		s.Errorf("got created %v, want about now", st.Created)
	}
}

func addTwice(s *suite) {
	p := services.Pin{CID: RandomCID(), Name: uniqueName()}
	s.add(p)
	last := s.add(p)
	if _, err := s.svc.Get(s.ctx, last.RequestID); err != nil {
		s.Errorf("Get of the second: %v", err)
	}
	page := s.list(services.Query{CIDs: []services.CID{p.CID}, Status: services.AllStatuses(), Limit: 10})
	if !slices.Contains(ids(page.Results), last.RequestID) {
		s.Errorf("got %v, want %s among them", ids(page.Results), last.RequestID)
	}
}

func addRefuses(s *suite) {
	_, err := s.svc.Add(s.ctx, services.Pin{CID: services.WireCID("not-a-cid")})
	s.wantCode(err, services.CodeInvalid)
	_, err = s.svc.Add(s.ctx, services.Pin{})
	s.wantCode(err, services.CodeInvalid)
}

func getFinds(s *suite) {
	want := s.add(services.Pin{CID: RandomCID(), Name: uniqueName()})
	got, err := s.svc.Get(s.ctx, want.RequestID)
	if err != nil {
		s.Fatalf("Get: %v", err)
	}
	if got.RequestID != want.RequestID || got.Pin.CID.Key != want.Pin.CID.Key || got.Pin.Name != want.Pin.Name {
		s.Errorf("got %+v, want %+v", got, want)
	}
	if !got.Created.Equal(want.Created) {
		s.Errorf("got created %v, want %v: it never changes", got.Created, want.Created)
	}
}

func replaceEndsOld(s *suite) {
	old := s.add(services.Pin{CID: RandomCID(), Name: uniqueName()})
	p := services.Pin{CID: RandomCID(), Name: uniqueName()}
	st, err := s.svc.Replace(s.ctx, old.RequestID, p)
	if err != nil {
		s.Fatalf("Replace: %v", err)
	}
	s.Cleanup(func() { _ = s.svc.Delete(context.WithoutCancel(s.ctx), st.RequestID) })
	if st.RequestID == old.RequestID || st.Pin.CID.Key != p.CID.Key || st.Pin.Name != p.Name {
		s.Errorf("got %s %v %q, want another id than %s, %v %q",
			st.RequestID, st.Pin.CID, st.Pin.Name, old.RequestID, p.CID, p.Name)
	}
	_, err = s.svc.Get(s.ctx, old.RequestID)
	s.wantCode(err, services.CodeNotFound)
	if _, err = s.svc.Get(s.ctx, st.RequestID); err != nil {
		s.Errorf("Get of the new one: %v", err)
	}
}

func deleteEnds(s *suite) {
	st := s.add(services.Pin{CID: RandomCID(), Name: uniqueName()})
	if err := s.svc.Delete(s.ctx, st.RequestID); err != nil {
		s.Fatalf("Delete: %v", err)
	}
	_, err := s.svc.Get(s.ctx, st.RequestID)
	s.wantCode(err, services.CodeNotFound)
	page := s.list(services.Query{CIDs: []services.CID{st.Pin.CID}, Status: services.AllStatuses(), Limit: 10})
	if len(page.Results) != 0 || page.Count != 0 {
		s.Errorf("got %d of %d pins of the CID, want none", len(page.Results), page.Count)
	}
}

func unknownNotFound(s *suite) {
	id := RandomCID().Text // fits services whose requestid is the CID
	_, err := s.svc.Get(s.ctx, id)
	s.wantCode(err, services.CodeNotFound)
	_, err = s.svc.Replace(s.ctx, id, services.Pin{CID: RandomCID()})
	s.wantCode(err, services.CodeNotFound)
	s.wantCode(s.svc.Delete(s.ctx, id), services.CodeNotFound)
}

func contextEnds(s *suite) {
	st := s.add(services.Pin{CID: RandomCID(), Name: uniqueName()})
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	p := services.Pin{CID: RandomCID()}
	calls := map[string]func() error{
		"List":    func() error { _, err := s.svc.List(ctx, services.Query{}); return err },
		"Add":     func() error { _, err := s.svc.Add(ctx, p); return err },
		"Get":     func() error { _, err := s.svc.Get(ctx, st.RequestID); return err },
		"Replace": func() error { _, err := s.svc.Replace(ctx, st.RequestID, p); return err },
		"Delete":  func() error { return s.svc.Delete(ctx, st.RequestID) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, context.Canceled) {
			s.Errorf("%s: got %v, want one that is context.Canceled", name, err)
		}
	}
	if _, err := s.svc.Get(s.ctx, st.RequestID); err != nil {
		s.Errorf("the pin is gone after a cancelled Delete: %v", err)
	}
}

func concurrent(s *suite) {
	const workers, each = 4, 5
	name := uniqueName()
	var all sync.Map
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for range each {
				st, err := s.svc.Add(s.ctx, services.Pin{CID: RandomCID(), Name: name})
				if err != nil {
					s.Errorf("Add: %v", err)
					return
				}
				all.Store(st.RequestID, true)
				if _, err := s.svc.List(s.ctx, services.Query{Limit: 5}); err != nil {
					s.Errorf("List: %v", err)
				}
			}
		})
	}
	wait.Wait()
	n := 0
	for id := range all.Range {
		n++
		if err := s.svc.Delete(s.ctx, id.(string)); err != nil {
			s.Errorf("Delete: %v", err)
		}
	}
	if n != workers*each {
		s.Errorf("got %d different requestids, want %d", n, workers*each)
	}
}
