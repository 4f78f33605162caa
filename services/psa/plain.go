package psa

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// plain reads what nearly every service sends: JSON in the words of the spec and
// no others, in a fifth of the time encoding/json takes. Its methods report false
// where they meet anything else, also where it is no JSON; what they have read by
// then is of no use.
type plain struct{ rest []byte }

// page reads a whole answer.
func (p *plain) page(w *wirePage) bool {
	ok := p.object(func(key []byte) bool {
		switch string(key) {
		case "count":
			return p.digits(&w.Count)
		case "results":
			w.Results = nil
			return p.each('[', ']', func() bool {
				w.Results = append(w.Results, wireStatus{})
				return p.status(&w.Results[len(w.Results)-1])
			})
		}
		return false
	})
	return ok && len(bytes.TrimLeft(p.rest, space)) == 0
}

func (p *plain) status(w *wireStatus) bool {
	return p.object(func(key []byte) bool {
		switch string(key) {
		case "requestid":
			return p.text(&w.RequestID)
		case "status":
			return p.text(&w.Status)
		case "created":
			return p.text(&w.Created)
		case "pin":
			return p.pin(&w.Pin)
		case "delegates":
			return p.list(&w.Delegates)
		case "info":
			return p.pairs(&w.Info)
		}
		return false
	})
}

func (p *plain) pin(w *wirePin) bool {
	return p.object(func(key []byte) bool {
		switch string(key) {
		case "cid":
			return p.text(&w.CID)
		case "name":
			return p.text(&w.Name)
		case "origins":
			return p.list(&w.Origins)
		case "meta":
			return p.pairs(&w.Meta)
		}
		return false
	})
}

func (p *plain) list(l *list) bool {
	*l = nil
	return p.each('[', ']', func() bool {
		var t text
		if !p.text(&t) {
			return false
		}
		if t != "" && len(*l) < maxAddrs {
			*l = append(*l, cut(string(t), maxName))
		}
		return true
	})
}

// pairs reads so few that all are kept.
func (p *plain) pairs(m *pairs) bool {
	*m = nil
	before := len(p.rest)
	return p.object(func(key []byte) bool {
		var t text
		if !p.text(&t) {
			return false
		}
		if *m == nil {
			*m = make(pairs)
		}
		(*m)[string(key)] = string(t)
		return len(*m) < services.MaxMeta && before-len(p.rest) < maxPairs
	})
}

// object reads an object whose values value reads.
func (p *plain) object(value func(key []byte) bool) bool {
	return p.each('{', '}', func() bool {
		key, ok := p.quoted()
		return ok && p.skip(':') && value(key)
	})
}

// each reads what stands between open and end, with commas in between.
func (p *plain) each(open, end byte, one func() bool) bool {
	if !p.skip(open) {
		return false
	}
	if p.skip(end) {
		return true
	}
	for one() {
		if !p.skip(',') {
			return p.skip(end)
		}
	}
	return false
}

const space = " \t\r\n"

// skip goes past c, where that is next.
func (p *plain) skip(c byte) bool {
	if len(p.rest) > 0 && p.rest[0] <= ' ' {
		p.rest = bytes.TrimLeft(p.rest, space)
	}
	if len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// digits reads a number of them.
func (p *plain) digits(t *text) bool {
	p.rest = bytes.TrimLeft(p.rest, space)
	n := 0
	for n < len(p.rest) && '0' <= p.rest[n] && p.rest[n] <= '9' {
		n++
	}
	*t, p.rest = text(p.rest[:n]), p.rest[n:]
	return n == 1 || n > 1 && (*t)[0] != '0'
}

// quoted reads a string that stands for itself.
func (p *plain) quoted() (s []byte, ok bool) {
	if !p.skip('"') {
		return nil, false
	}
	ascii := true
	for n, c := range p.rest {
		switch {
		case c == '"':
			s, p.rest = p.rest[:n], p.rest[n+1:]
			return s, ascii || utf8.Valid(s)
		case c == '\\' || c < ' ':
			return nil, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false
}

// text reads any string.
func (p *plain) text(t *text) bool {
	before := p.rest
	if s, ok := p.quoted(); ok {
		*t = text(s)
		return true
	}
	p.rest = before
	if !p.skip('"') {
		return false
	}
	begin := before[len(before)-len(p.rest)-1:]
	for n := 1; n < len(begin); n++ {
		switch begin[n] {
		case '\\':
			n++
		case '"':
			p.rest = begin[n+1:]
			return json.Unmarshal(begin[:n+1], (*string)(t)) == nil
		}
	}
	return false
}
