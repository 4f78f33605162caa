package listing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
)

// everything looks at the first page of everything: order, limit, and how fine
// stamps are.
func (p *prober) everything() error {
	page, _, err := p.ask(services.Query{Limit: services.MaxLimit})
	if err != nil {
		return err
	}
	p.all, p.sorted, p.shown = page, true, time.Second
	steps, n := 0, len(page.Results)
	var last time.Time
	for _, pin := range page.Results {
		t := pin.Created
		switch {
		case t.IsZero():
			continue
		case t.After(last) && !last.IsZero():
			if p.sorted {
				p.disproved(services.FactOrder, fmt.Sprintf("created %s before %s", stamp(last), stamp(t)))
			}
			p.sorted = false
			steps++
		case t.Before(last):
			steps++
		}
		last = t
		p.shown = min(p.shown, precision(t))
	}
	if p.sorted && steps >= enough {
		p.proved(services.FactOrder, fmt.Sprintf("%d steps down, none up", steps))
	}
	switch {
	case p.shown < time.Second:
		p.proved(services.FactCreated, "created in steps of "+p.shown.String())
	case steps >= enough:
		p.disproved(services.FactCreated, fmt.Sprintf("%d stamps in whole seconds", steps+1))
	}
	switch {
	case n == services.MaxLimit:
		p.proved(services.FactLimit, fmt.Sprintf("limit=%d results=%d", services.MaxLimit, n))
	case n > services.MaxLimit:
		p.disproved(services.FactLimit, fmt.Sprintf("limit=%d results=%d", services.MaxLimit, n))
	}
	return nil
}

// stamps are the different stamps of the first page, newest first.
func (p *prober) stamps() []time.Time {
	var all []time.Time
	for _, pin := range p.all.Results {
		if !pin.Created.IsZero() {
			all = append(all, pin.Created)
		}
	}
	slices.SortFunc(all, func(a, b time.Time) int { return b.Compare(a) })
	return slices.CompactFunc(all, time.Time.Equal)
}

// after looks at what `after` brings: nothing that is not newer, and all that
// is.
func (p *prober) after() error {
	stamps := p.stamps()
	if len(stamps) < 2 {
		return nil
	}
	p.at = stamps[min(len(stamps)/2, 50)]
	page, refused, err := p.ask(services.Query{After: p.at, Limit: services.MaxLimit})
	p.newer = page
	if err != nil || refused {
		p.refused(services.FactAfter, refused)
		return err
	}
	got := idsOf(page)
	for _, pin := range page.Results {
		if !pin.Created.IsZero() && !pin.Created.After(p.at) {
			p.disproved(services.FactAfter, fmt.Sprintf("after=%s created %s", stamp(p.at), stamp(pin.Created)))
			return nil
		}
	}
	newer := 0
	for _, pin := range p.all.Results {
		if !pin.Created.After(p.at) {
			continue
		}
		newer++
		if !got[pin.RequestID] && len(page.Results) < len(p.all.Results) {
			p.disproved(services.FactAfter, fmt.Sprintf("after=%s without %s", stamp(p.at), stamp(pin.Created)))
			return nil
		}
	}
	if len(page.Results) < len(p.all.Results) {
		p.proved(services.FactAfter, fmt.Sprintf("after=%s results=%d of %d", stamp(p.at), newer, len(p.all.Results)))
	}
	return nil
}

// before looks at what `before` brings: nothing that is not older, and what is
// a tick older.
func (p *prober) before() error {
	stamps := p.stamps()
	if len(stamps) < 2 {
		return nil
	}
	// Two stamps next to each other, within a second where there are any.
	i := 0
	for j := range stamps[1:] {
		if stamps[j].Sub(stamps[j+1]) < time.Second {
			i = j
			break
		}
	}
	at, next := stamps[i], stamps[i+1]
	page, refused, err := p.ask(services.Query{Before: at, Limit: services.MaxLimit})
	if err != nil || refused {
		p.refused(services.FactBefore, refused)
		return err
	}
	for _, pin := range page.Results {
		if !pin.Created.Before(at) {
			p.disproved(services.FactBefore, fmt.Sprintf("before=%s created %s", stamp(at), stamp(pin.Created)))
			return nil
		}
	}
	p.cut(page)
	if !p.shows(page, next) {
		if p.sorted || len(page.Results) < len(p.all.Results) {
			p.disproved(services.FactBefore, fmt.Sprintf("before=%s without %s", stamp(at), stamp(next)))
		}
		return nil
	}
	if tick := max(p.shown, time.Millisecond); tick < time.Second {
		just := next.Add(tick)
		page, _, err := p.ask(services.Query{Before: just, Limit: services.MaxLimit})
		if err != nil {
			return err
		}
		if !p.shows(page, next) {
			if p.sorted || len(page.Results) < len(p.all.Results) {
				p.disproved(services.FactBefore, fmt.Sprintf("before=%s without %s", stamp(just), stamp(next)))
			}
			return nil
		}
	}
	p.proved(services.FactBefore, fmt.Sprintf("before=%s first %s", stamp(at), stamp(next)))
	return nil
}

// cut looks for pins that the first page could have held.
func (p *prober) cut(page services.Page) {
	n := len(p.all.Results)
	if n >= services.MaxLimit || p.capped {
		return
	}
	here := idsOf(p.all)
	for _, pin := range page.Results {
		if !here[pin.RequestID] {
			p.capped = true
			p.disproved(services.FactLimit, fmt.Sprintf("limit=%d results=%d, and then others", services.MaxLimit, n))
			return
		}
	}
}

// shows reports whether a page has a pin of the first page with the stamp.
func (p *prober) shows(page services.Page, at time.Time) bool {
	got := idsOf(page)
	return slices.ContainsFunc(p.all.Results, func(pin services.PinStatus) bool {
		return pin.Created.Equal(at) && got[pin.RequestID]
	})
}

// count looks at whether counts are of what matches, whatever the page's
// length.
func (p *prober) count() error {
	n := len(p.all.Results)
	switch {
	case p.all.Count < int64(n), n == 0 && p.all.Count > 0:
		p.disproved(services.FactCount, fmt.Sprintf("count=%d results=%d", p.all.Count, n))
		return nil
	case n < 3:
		return nil // a page of one would be no evidence
	}
	one, refused, err := p.ask(services.Query{Limit: 1})
	if err != nil || refused {
		return err
	}
	if len(one.Results) > 1 {
		p.disproved(services.FactLimit, fmt.Sprintf("limit=1 results=%d", len(one.Results)))
	} else if one.Count != p.all.Count {
		p.disproved(services.FactCount, fmt.Sprintf("limit=1 count=%d, limit=%d count=%d", one.Count, services.MaxLimit, p.all.Count))
		return nil
	}
	// A part whose size is known.
	part := p.newer
	m := len(part.Results)
	_, honoured := p.found[services.FactAfter]
	if !honoured || p.found[services.FactAfter].Belief != services.Proved || m == 0 {
		return nil
	}
	switch {
	case part.Count != int64(m):
		p.disproved(services.FactCount, fmt.Sprintf("after=%s count=%d results=%d", stamp(p.at), part.Count, m))
	case p.whole() && p.all.Count != int64(n):
		p.disproved(services.FactCount, fmt.Sprintf("count=%d results=%d", p.all.Count, n))
	case p.all.Count > int64(n) && n < services.MaxLimit && !p.capped:
		// A count of more than there is, or something else: a walk will tell.
	case one.Count > int64(len(one.Results))+1:
		p.proved(services.FactCount, fmt.Sprintf("limit=1 count=%d, after=%s count=%d results=%d", one.Count, stamp(p.at), part.Count, m))
	}
	return nil
}

// statuses looks at whether a status is kept, also where few have it.
func (p *prober) statuses() error {
	var pinned, other int
	for _, pin := range p.all.Results {
		if unfinished(pin.Status) {
			other++
		} else if pin.Status == services.Pinned {
			pinned++
		}
	}
	if pinned == 0 {
		return nil
	}
	asked := []services.Status{services.Queued, services.Pinning, services.Failed}
	rest, refused, err := p.ask(services.Query{Status: asked, Limit: services.MaxLimit})
	if err != nil || refused {
		p.refused(services.FactStatusFilter, refused)
		return err
	}
	for _, pin := range rest.Results {
		if pin.Status == services.Pinned {
			p.disproved(services.FactStatusFilter, "status=queued,pinning,failed had pinned")
			return nil
		}
	}
	if len(rest.Results) < min(other, services.MaxLimit) {
		p.disproved(services.FactStatusFilter, fmt.Sprintf("status=queued,pinning,failed results=%d of %d", len(rest.Results), other))
		return nil
	}
	// One of either: the filter must not come after the limit (quirk 15).
	first := []services.Status{services.Pinned}
	if p.all.Results[0].Status == services.Pinned && other > 0 {
		first = asked
	}
	one, refused, err := p.ask(services.Query{Status: first, Limit: 1})
	if err != nil || refused {
		p.refused(services.FactStatusFilter, refused)
		return err
	}
	if len(one.Results) == 0 || !slices.Contains(first, one.Results[0].Status) {
		p.disproved(services.FactStatusFilter, fmt.Sprintf("status=%s limit=1 results=%d", first[0], len(one.Results)))
		return nil
	}
	if evidence, ok := keptApart(len(rest.Results), pinned > 0); ok {
		p.proved(services.FactStatusFilter, evidence)
	}
	return nil
}

// filter looks at whether a query brings the pins it must and no others. That
// proves something only where there are others.
func (p *prober) filter(fact services.Fact, q services.Query, asked string, match func(services.PinStatus) bool) (kept bool, err error) {
	q.Limit = services.MaxLimit
	page, refused, err := p.ask(q)
	if err != nil || refused {
		p.refused(fact, refused)
		return false, err
	}
	for _, pin := range page.Results {
		if !match(pin) {
			p.disproved(fact, asked+" had another")
			return false, nil
		}
	}
	got := idsOf(page)
	for _, pin := range p.all.Results {
		if match(pin) && !got[pin.RequestID] && len(page.Results) < len(p.all.Results) {
			p.disproved(fact, fmt.Sprintf("%s results=%d", asked, len(page.Results)))
			return false, nil
		}
	}
	return true, nil
}

// others reports whether there are pins a filter has to leave out.
func (p *prober) others(match func(services.PinStatus) bool) bool {
	return slices.ContainsFunc(p.all.Results, func(pin services.PinStatus) bool { return !match(pin) })
}

func (p *prober) cids() error {
	i := slices.IndexFunc(p.all.Results, func(pin services.PinStatus) bool { return pin.Pin.CID.Valid() })
	if i < 0 {
		return nil
	}
	c := p.all.Results[i].Pin.CID
	match := func(pin services.PinStatus) bool { return pin.Pin.CID.Key == c.Key }
	kept, err := p.filter(services.FactCIDFilter, services.Query{CIDs: []services.CID{c}}, "cid="+c.Text, match)
	if kept && p.others(match) {
		p.proved(services.FactCIDFilter, fmt.Sprintf("cid=%s brought no other", c.Text))
	}
	return err
}

// names looks at three ways of asking for a name; services keep some of them
// (quirk 12).
func (p *prober) names() error {
	i := slices.IndexFunc(p.all.Results, func(pin services.PinStatus) bool {
		name := pin.Pin.Name
		return len([]rune(name)) > 3 && name != pin.Pin.CID.Text && strings.ToLower(name) != strings.ToUpper(name)
	})
	if i < 0 {
		return nil
	}
	name := []rune(p.all.Results[i].Pin.Name)
	whole, part := string(name), strings.ToLower(string(name[:len(name)-1]))
	for _, look := range []struct {
		match services.TextMatch
		name  string
		ok    func(string) bool
	}{
		{services.MatchExact, whole, func(s string) bool { return s == whole }},
		{services.MatchExact, string(name[:len(name)-1]), func(s string) bool { return s == string(name[:len(name)-1]) }},
		{services.MatchIPartial, part, func(s string) bool { return strings.Contains(strings.ToLower(s), part) }},
	} {
		asked := fmt.Sprintf("match=%s of %d letters", look.match, len(look.name))
		kept, err := p.filter(services.FactNameFilter, services.Query{Name: look.name, Match: look.match}, asked,
			func(pin services.PinStatus) bool { return look.ok(pin.Pin.Name) })
		if err != nil || !kept {
			return err
		}
	}
	if p.others(func(pin services.PinStatus) bool { return pin.Pin.Name == whole }) {
		p.proved(services.FactNameFilter, "match=exact and match=ipartial brought no other")
	}
	return nil
}

func (p *prober) meta() error {
	for _, has := range p.all.Results {
		for k, v := range has.Pin.Meta {
			match := func(pin services.PinStatus) bool { return pin.Pin.Meta[k] == v }
			kept, err := p.filter(services.FactMetaFilter, services.Query{Meta: map[string]string{k: v}}, "meta of one key", match)
			if kept && p.others(match) {
				p.proved(services.FactMetaFilter, "meta of one key brought no other")
			}
			return err
		}
	}
	return nil
}

// refused notes that a service does not take a filter at all.
func (p *prober) refused(f services.Fact, refused bool) {
	if refused {
		p.disproved(f, "refused")
	}
}

func idsOf(page services.Page) map[string]bool {
	ids := make(map[string]bool, len(page.Results))
	for _, pin := range page.Results {
		ids[pin.RequestID] = true
	}
	return ids
}
