package sync

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	gosync "sync"
	"time"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
)

// traits is how a simulated service misbehaves.
type traits struct {
	dropsMeta bool          // quirk 33
	late      bool          // carries requests out up to half an hour later
	lag       time.Duration // what was added is not in lists before
	ids       idKind
	ignoreCID bool // quirk 11
	stalls    bool // a second pin of a CID is never begun (quirk 39)
	takes     bool // says of a delete that it will be done, and does it up to half an hour later
}

// idKind is what a second add of a CID does.
type idKind int

const (
	manyIDs  idKind = iota // makes a second pin (spec rule 14)
	cidIDs                 // takes the first one's place: the requestid is the CID (quirk 20)
	oneID                  // is answered with the first one
	killsOld               // makes a second pin and ends the first (quirk 21)
)

func (t traits) String() string {
	return fmt.Sprintf("meta dropped %v, late %v, lag %v, ids %d, cid ignored %v, stalls %v, deletes taken %v", t.dropsMeta, t.late, t.lag, t.ids, t.ignoreCID, t.stalls, t.takes)
}

// traitsOf is the service of a seed: a third drops meta, a third is late.
func traitsOf(seed uint64, r *rand.Rand) traits {
	t := traits{dropsMeta: seed%3 == 0, late: seed/3%3 == 0, ids: []idKind{manyIDs, cidIDs, manyIDs, oneID, manyIDs, killsOld, manyIDs}[seed%7]}
	if seed%2 == 0 {
		t.lag = time.Duration(r.Int64N(int64(time.Minute)))
	}
	t.ignoreCID, t.stalls, t.takes = seed%11 == 0, seed%5 == 0 && t.ids == manyIDs, seed%4 == 1
	return t
}

// simPin is a pin of a simulated service.
type simPin struct {
	services.PinStatus
	listedAt, pinnedAt time.Time
	foreign            bool
}

// simService is a service in simulated time with a seed of faults.
type simService struct {
	traits
	r       *rand.Rand
	now     time.Time
	pins    []*simPin
	coming  []coming // what is carried out later
	n       int
	faults  int
	calm    bool // no more faults
	removed func(p *simPin)
	behind  bool // it carries out what was asked for long ago
}

type coming struct {
	at time.Time
	do func()
}

// set brings the service to a time.
func (s *simService) set(now time.Time) {
	for {
		i := -1
		for j, c := range s.coming {
			if !c.at.After(now) && (i < 0 || c.at.Before(s.coming[i].at)) {
				i = j
			}
		}
		if i < 0 {
			break
		}
		c := s.coming[i]
		s.coming = slices.Delete(s.coming, i, i+1)
		s.now = c.at
		s.behind = true
		c.do()
		s.behind = false
	}
	s.now = now
}

func (s *simService) fail(err *services.Error) error { s.faults++; return err }

var (
	simTimeout = services.Error{Code: services.CodeTimeout}
	simBusy    = services.Error{Code: services.CodeServer, HTTP: 503}
	simBroken  = services.Error{Code: services.CodeServer, HTTP: 500}
	simNoDial  = services.Error{Code: services.CodeUnreachable, NotSent: true}
	simLimited = services.Error{Code: services.CodeLimited, HTTP: 429, NotSent: true, RetryAfter: time.Second}
	simMissing = services.Error{Code: services.CodeNotFound, HTTP: 404}
)

// write carries out a request that changes something, or not, or later, or
// without saying so: 39 of 100 go wrong.
func (s *simService) write(do func()) error {
	roll := s.r.IntN(100)
	switch {
	case s.calm || roll >= 36:
		do()
		return nil
	case roll < 4:
		return s.fail(&simNoDial)
	case roll < 8:
		return s.fail(&simLimited)
	case roll < 12:
		return s.fail(&simBusy)
	case roll < 18: // lost on its way
		return s.fail(&simTimeout)
	case roll < 26:
		do()
		return s.fail(&simTimeout)
	case roll < 30:
		do()
		return s.fail(&simBroken)
	}
	by := time.Duration(s.r.Int64N(int64(90 * time.Second)))
	if s.late {
		by = time.Duration(s.r.Int64N(int64(30 * time.Minute)))
	}
	s.coming = append(s.coming, coming{s.now.Add(by), do})
	return s.fail(&simTimeout)
}

func (s *simService) read() error {
	if !s.calm && s.r.IntN(10) == 0 {
		return s.fail(&simTimeout)
	}
	return nil
}

func (s *simService) status(p *simPin) services.PinStatus {
	st := p.PinStatus
	if st.Status = services.Queued; !p.pinnedAt.After(s.now) && !(s.stalls && s.of(p.Pin.CID.Key)[0] != p) {
		st.Status = services.Pinned
	}
	return st
}

func (s *simService) find(id string) *simPin {
	for _, p := range s.pins {
		if p.RequestID == id {
			return p
		}
	}
	return nil
}

func (s *simService) of(key string) (list []*simPin) {
	for _, p := range s.pins {
		if p.Pin.CID.Key == key {
			list = append(list, p)
		}
	}
	return list
}

// put adds a pin as the service does.
func (s *simService) put(pin services.Pin, foreign bool) *simPin {
	if s.dropsMeta {
		pin.Meta = nil
	}
	old := s.of(pin.CID.Key)
	if len(old) > 0 && s.ids == oneID {
		return old[0]
	}
	if len(old) > 0 && s.ids == cidIDs {
		old[0].Pin = pin
		return old[0]
	}
	s.n++
	p := &simPin{foreign: foreign, listedAt: s.now.Add(s.lag), pinnedAt: s.now.Add(time.Duration(s.r.Int64N(int64(40 * time.Second))))}
	p.RequestID, p.Created, p.Pin = fmt.Sprintf("r%d", s.n), s.now, pin
	switch s.ids {
	case cidIDs:
		p.RequestID = pin.CID.Text
	case killsOld:
		for _, o := range old {
			p.foreign = p.foreign || o.foreign
			s.pins = slices.DeleteFunc(s.pins, func(q *simPin) bool { return q == o })
		}
	}
	s.pins = append(s.pins, p)
	return p
}

func (s *simService) Add(_ context.Context, pin services.Pin) (services.PinStatus, error) {
	var made services.PinStatus
	err := s.write(func() { made = s.status(s.put(pin, false)) })
	if err != nil {
		made = services.PinStatus{}
	}
	return made, err
}

// Replace puts a pin in another's place in one step.
func (s *simService) Replace(_ context.Context, id string, pin services.Pin) (made services.PinStatus, err error) {
	if s.find(id) == nil {
		return made, &simMissing
	}
	if s.dropsMeta {
		pin.Meta = nil
	}
	err = s.write(func() {
		old := s.find(id)
		if old == nil {
			return
		}
		s.n++
		p := &simPin{foreign: old.foreign, listedAt: s.now.Add(s.lag), pinnedAt: old.pinnedAt}
		p.RequestID, p.Created, p.Pin = fmt.Sprintf("r%d", s.n), s.now, pin
		s.pins[slices.Index(s.pins, old)] = p
		made = s.status(p)
	})
	if err != nil {
		made = services.PinStatus{}
	}
	return made, err
}

func (s *simService) Delete(_ context.Context, id string) error {
	if s.find(id) == nil {
		return &simMissing
	}
	do := func() {
		p := s.find(id)
		if p == nil {
			return
		}
		s.pins = slices.DeleteFunc(s.pins, func(q *simPin) bool { return q == p })
		s.removed(p)
	}
	if s.takes {
		now := do
		do = func() {
			s.coming = append(s.coming, coming{s.now.Add(time.Duration(s.r.Int64N(int64(30 * time.Minute)))), now})
		}
	}
	return s.write(do)
}

func (s *simService) Get(_ context.Context, id string) (services.PinStatus, error) {
	if err := s.read(); err != nil {
		return services.PinStatus{}, err
	}
	p := s.find(id)
	if p == nil {
		return services.PinStatus{}, &simMissing
	}
	return s.status(p), nil
}

func (s *simService) List(_ context.Context, q services.Query) (services.Page, error) {
	if err := s.read(); err != nil {
		return services.Page{}, err
	}
	var page services.Page
	for _, p := range slices.Backward(s.pins) {
		st := s.status(p)
		asked := len(q.CIDs) == 0 || s.ignoreCID || slices.ContainsFunc(q.CIDs, func(c services.CID) bool { return c.Key == p.Pin.CID.Key })
		before := q.Before.IsZero() || p.Created.Before(q.Before)
		after := q.After.IsZero() || p.Created.After(q.After)
		if asked && before && after && !p.listedAt.After(s.now) && slices.Contains(q.Status, st.Status) {
			if page.Count++; len(page.Results) < q.Limit {
				page.Results = append(page.Results, st)
			}
		}
	}
	return page, nil
}

// simCIDs are made-up contents.
var simCIDs = gosync.OnceValue(func() []services.CID {
	list := make([]services.CID, 300)
	for i := range list {
		sum := sha256.Sum256(fmt.Append(nil, "simulated ", i))
		hash, err := mh.Encode(sum[:], mh.SHA2_256)
		if err != nil {
			panic(err)
		}
		list[i] = services.WireCID(cid.NewCidV1(cid.Raw, hash).String())
	}
	return list
})
