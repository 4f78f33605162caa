package servicetest

import (
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
)

func listByCID(s *suite) {
	pins := s.addMany(3, uniqueName())
	page := s.list(services.Query{
		CIDs: []services.CID{pins[0].Pin.CID, pins[2].Pin.CID}, Status: services.AllStatuses(), Limit: 100,
	})
	want := []string{pins[2].RequestID, pins[0].RequestID}
	if got := ids(page.Results); !slices.Equal(got, want) || page.Count != 2 {
		s.Errorf("got %v of %d, want %v of 2", got, page.Count, want)
	}
}

func listByName(s *suite) {
	name := uniqueName()
	st := s.add(services.Pin{CID: RandomCID(), Name: name})
	middle := name[3 : len(name)-3]
	for _, test := range []struct {
		match services.TextMatch
		name  string
		found bool
	}{
		{"", name, true},
		{services.MatchExact, name, true},
		{services.MatchExact, strings.ToLower(name), false},
		{services.MatchExact, middle, false},
		{services.MatchIExact, strings.ToLower(name), true},
		{services.MatchIExact, middle, false},
		{services.MatchPartial, middle, true},
		{services.MatchPartial, strings.ToLower(middle), false},
		{services.MatchIPartial, strings.ToLower(middle), true},
		{services.MatchIPartial, middle + "!", false},
	} {
		page := s.list(services.Query{
			Name: test.name, Match: test.match, Status: services.AllStatuses(), Limit: 100,
		})
		if got := slices.Contains(ids(page.Results), st.RequestID); got != test.found || page.Count > 1 {
			s.Errorf("match %q of %q: got found %v of %d, want %v of at most 1",
				test.match, test.name, got, page.Count, test.found)
		}
	}
}

func listByStatus(s *suite) {
	name := uniqueName()
	s.addMany(3, name)
	total := 0
	for _, status := range services.AllStatuses() {
		page := s.list(services.Query{Name: name, Status: []services.Status{status}, Limit: 100})
		total += len(page.Results)
		for _, st := range page.Results {
			if st.Status != status {
				s.Errorf("asked for %v, got a pin that is %v", status, st.Status)
			}
		}
	}
	all := s.list(services.Query{Name: name, Status: services.AllStatuses(), Limit: 100})
	if len(all.Results) != 3 || all.Count != 3 {
		s.Errorf("got %d of %d pins of every status, want 3 of 3", len(all.Results), all.Count)
	}
	// A pin may move on between two lists, and be in both or neither.
	if total < 2 || total > 4 {
		s.Errorf("got %d pins status by status, want about 3", total)
	}
}

func listByTime(s *suite) {
	name := uniqueName()
	pins := s.addMany(4, name) // oldest first
	q := services.Query{Name: name, Status: services.AllStatuses(), Limit: 100}
	q.Before, q.After = pins[3].Created, time.Time{}
	s.wantIDs("before the newest", q, pins[2], pins[1], pins[0])
	q.Before, q.After = time.Time{}, pins[0].Created
	s.wantIDs("after the oldest", q, pins[3], pins[2], pins[1])
	q.Before, q.After = pins[3].Created, pins[0].Created
	s.wantIDs("between the two", q, pins[2], pins[1])
	q.Before, q.After = pins[0].Created, pins[3].Created
	s.wantIDs("after the newest and before the oldest", q)
}

func (s *suite) wantIDs(what string, q services.Query, pins ...services.PinStatus) {
	s.Helper()
	page := s.list(q)
	if got, want := ids(page.Results), ids(pins); !slices.Equal(got, want) || page.Count != int64(len(want)) {
		s.Errorf("%s: got %v of %d, want %v", what, got, page.Count, want)
	}
}

func listPages(s *suite) {
	name := uniqueName()
	pins := s.addMany(12, name)
	slices.Reverse(pins)
	q := services.Query{Name: name, Status: services.AllStatuses(), Limit: 5}
	var got []services.PinStatus
	for range 10 {
		page := s.list(q)
		if len(page.Results) > q.Limit {
			s.Fatalf("got %d pins on a page, want at most %d", len(page.Results), q.Limit)
		}
		if want := int64(len(pins) - len(got)); page.Count != want {
			s.Errorf("got count %d, want %d", page.Count, want)
		}
		if len(page.Results) == 0 {
			break
		}
		got = append(got, page.Results...)
		q.Before = page.Results[len(page.Results)-1].Created
	}
	if g, w := ids(got), ids(pins); !slices.Equal(g, w) {
		s.Errorf("got %v, want %v", g, w)
	}
	for i := 1; i < len(got); i++ {
		if got[i].Created.After(got[i-1].Created) {
			s.Errorf("pin %d is newer than the one before it", i)
		}
	}
}

func listDefaults(s *suite) {
	s.addMany(11, uniqueName())
	page := s.list(services.Query{})
	if len(page.Results) > 10 {
		s.Errorf("got %d pins without a limit, want at most 10", len(page.Results))
	}
	for _, st := range page.Results {
		if st.Status != services.Pinned {
			s.Errorf("got a pin that is %v without asking for a status, want pinned ones only", st.Status)
		}
	}
}
