package psa

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// What one field of an answer may hold; a longer one is cut.
const (
	maxRequestID = 512
	maxCID       = 256
	maxName      = 1 << 10
	maxPairs     = 64 << 10 // meta and info, each, keys and values together
	maxAddrs     = 20       // rule 11
)

// pinBody is a Pin as the spec writes it.
type pinBody struct {
	CID     string            `json:"cid"`
	Name    string            `json:"name,omitempty"`
	Origins []string          `json:"origins,omitempty"`
	Meta    map[string]string `json:"meta,omitempty"`
}

// The wire types take anything for anything: encoding/json goes on after a
// field of the wrong type, matches keys without regard to case (quirk 22) and
// ignores what it does not know (quirk 34), so one odd item never costs the page.
type (
	wirePage struct {
		Count   text         `json:"count"`
		Results []wireStatus `json:"results"`
	}
	wireStatus struct {
		RequestID text    `json:"requestid"`
		Status    text    `json:"status"`
		Created   text    `json:"created"`
		Pin       wirePin `json:"pin"`
		Delegates list    `json:"delegates"`
		Info      pairs   `json:"info"`
	}
	wirePin struct {
		CID     text  `json:"cid"`
		Name    text  `json:"name"`
		Origins list  `json:"origins"`
		Meta    pairs `json:"meta"`
	}
)

// decodePage reads a PinResults. reason is "" where it is one, else why not.
func decodePage(body []byte) (page services.Page, reason string) {
	var w wirePage
	var err error
	if p := (plain{body}); !p.page(&w) {
		w = wirePage{}
		err = lenient(body, &w)
	}
	if len(w.Results) == 0 || err != nil {
		if r := shape(body, "results", "count"); r != "" {
			return page, r
		}
	}
	page.Results = make([]services.PinStatus, 0, len(w.Results))
	for _, item := range w.Results {
		if st, ok := item.pinStatus(); ok {
			page.Results = append(page.Results, st)
		}
	}
	page.Count = w.Count.count(len(page.Results))
	return page, ""
}

// decodeOne reads a PinStatus. reason is "" where it is one, else why not.
func decodeOne(body []byte) (st services.PinStatus, reason string) {
	var w wireStatus
	err := lenient(body, &w)
	if w.RequestID == "" || err != nil {
		if r := shape(body, "requestid", "pin"); r != "" {
			return st, r
		}
	}
	st, ok := w.pinStatus()
	if !ok || st.RequestID == "" {
		return st, "no-requestid"
	}
	return st, ""
}

// shape says what keeps body from being a JSON object with one of the keys.
func shape(body []byte, keys ...string) (reason string) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return "empty"
	}
	if body[0] != '{' {
		return "json"
	}
	var top map[string]json.RawMessage
	if json.Unmarshal(body, &top) != nil {
		return "json"
	}
	for k := range top {
		if slices.ContainsFunc(keys, func(key string) bool { return strings.EqualFold(key, k) }) {
			return ""
		}
	}
	return "foreign-json"
}

// lenient decodes what it can; only a text that is no JSON is an error.
func lenient(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	if _, wrongType := errors.AsType[*json.UnmarshalTypeError](err); wrongType {
		return nil
	}
	return err
}

// pinStatus is false for an item that names nothing.
func (w wireStatus) pinStatus() (services.PinStatus, bool) {
	if len(w.RequestID) > maxRequestID || (w.RequestID == "" && w.Pin.CID == "") {
		return services.PinStatus{}, false
	}
	return services.PinStatus{
		RequestID: string(w.RequestID),
		Status:    services.ParseStatus(strings.ToLower(string(w.Status))),
		Created:   parseCreated(string(w.Created)),
		Pin: services.Pin{
			CID:     services.WireCID(cut(string(w.Pin.CID), maxCID)),
			Name:    cut(string(w.Pin.Name), maxName),
			Origins: w.Pin.Origins,
			Meta:    w.Pin.Meta,
		},
		Delegates: w.Delegates,
		Info:      w.Info,
	}, true
}

// text is a JSON string; a number or a boolean is taken as it is written, null
// and everything else is empty.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		if bytes.IndexByte(data, '\\') < 0 && utf8.Valid(data) { // nearly every one
			*t = text(data[1 : len(data)-1])
			return nil
		}
		return json.Unmarshal(data, (*string)(t))
	case '{', '[', 'n':
		*t = ""
	default:
		*t = text(data)
	}
	return nil
}

// count reads a number however it is written (quirk 9); without one it is the
// length of the page.
func (t text) count(page int) int64 {
	if n, err := strconv.ParseInt(string(t), 10, 64); err == nil {
		return max(0, n)
	}
	f, err := strconv.ParseFloat(string(t), 64)
	switch {
	case err != nil || math.IsNaN(f):
		return int64(page)
	case f >= math.MaxInt64:
		return math.MaxInt64
	}
	return max(0, int64(f))
}

// list is an array of texts, or one alone; what is no text is left out.
type list []string

func (l *list) UnmarshalJSON(data []byte) error {
	*l = nil
	var all []text
	switch data[0] {
	case '[':
		if err := lenient(data, &all); err != nil {
			return err
		}
	case '"':
		all = make([]text, 1)
		if err := json.Unmarshal(data, &all[0]); err != nil {
			return err
		}
	}
	for _, t := range all {
		if t != "" && len(*l) < maxAddrs {
			*l = append(*l, cut(string(t), maxName))
		}
	}
	return nil
}

// pairs is an object of texts; a nested value is kept as JSON text.
type pairs map[string]string

func (p *pairs) UnmarshalJSON(data []byte) error {
	*p = nil
	if data[0] != '{' {
		return nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	keys := make([]string, 0, len(raw))
	for k := range raw {
		keys = append(keys, k)
	}
	slices.Sort(keys) // the same ones are kept every time
	left := maxPairs
	for _, k := range keys[:min(len(keys), services.MaxMeta)] {
		value, ok := pairValue(raw[k])
		if left -= len(k) + len(value); !ok || left < 0 {
			continue
		}
		if *p == nil {
			*p = make(pairs, len(raw))
		}
		(*p)[k] = value
	}
	return nil
}

func pairValue(raw json.RawMessage) (value string, ok bool) {
	switch raw[0] {
	case 'n':
		return "", false
	case '{', '[':
		return string(raw), true
	}
	var t text
	if t.UnmarshalJSON(raw) != nil {
		return "", false
	}
	return string(t), true
}

// cut shortens s to at most n bytes, between two characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
