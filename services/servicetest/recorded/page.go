package recorded

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// page is the pins that fit a query, and how many the service says there are.
func (s *Service) page(words []string, q url.Values) (pins, count string) {
	var fit []pin
	for _, p := range s.pins {
		if p.fits(words, q) {
			fit = append(fit, p)
		}
	}
	limit := len(fit)
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && !slices.Contains(words, "ignores:limit") {
		limit = n
	}
	if most := number(words, "cap:"); most > 0 {
		limit = min(limit, most)
	}
	var shown []string
	for _, p := range fit[:min(limit, len(fit))] {
		if !slices.Contains(words, "late:status") || p.hasStatus(q) {
			shown = append(shown, p.raw)
		}
	}
	n := len(fit)
	switch {
	case slices.Contains(words, "count:page"):
		n = len(shown)
	case slices.Contains(words, "count:plus-one"):
		n = len(shown) + 1
	case slices.Contains(words, "count:all"):
		n = len(s.pins)
	}
	return strings.Join(shown, ","), strconv.Itoa(n)
}

// fits reports whether a list that errs as the words say shows the pin.
func (p pin) fits(words []string, q url.Values) bool {
	for _, name := range []string{"before", "after"} {
		text := q.Get(name)
		if text == "" || slices.Contains(words, "ignores:"+name) {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return false
		}
		if slices.Contains(words, "seconds") {
			at = at.Truncate(time.Second)
		}
		inside := p.Created.Before(at)
		if name == "after" {
			inside = p.Created.After(at)
		}
		if !inside && !(slices.Contains(words, "inclusive") && p.Created.Equal(at)) {
			return false
		}
	}
	if q.Has("cid") && !slices.Contains(words, "ignores:cid") && !slices.Contains(strings.Split(q.Get("cid"), ","), p.Pin.CID) {
		return false
	}
	return slices.Contains(words, "ignores:status") || slices.Contains(words, "late:status") || p.hasStatus(q)
}

// hasStatus is the status filter, with the spec's default.
func (p pin) hasStatus(q url.Values) bool {
	asked := "pinned"
	if q.Has("status") {
		asked = q.Get("status")
	}
	return slices.Contains(strings.Split(asked, ","), p.Status)
}
