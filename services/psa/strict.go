package psa

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// defaultLimit is how many pins a list answers with when it is not told
// (rule 5).
const defaultLimit = 10

// bad is a request the spec does not allow.
func bad(format string, args ...any) error {
	return &services.Error{
		Code: services.CodeInvalid, Reason: "BAD_REQUEST", Details: fmt.Sprintf(format, args...),
	}
}

// readQuery reads the parameters of a list, with the spec's defaults for limit
// and status (rules 5 and 7). Parameters the spec does not have are ignored.
func readQuery(raw string) (services.Query, error) {
	v, err := url.ParseQuery(raw)
	if err != nil {
		return services.Query{}, bad("the query cannot be read")
	}
	q := services.Query{
		Name: v.Get("name"), Match: services.MatchExact,
		Status: []services.Status{services.Pinned}, Limit: defaultLimit,
	}
	for _, read := range []func(url.Values, *services.Query) error{
		readLimit, readName, readStatus, readCIDs, readTimes, readMeta,
	} {
		if err := read(v, &q); err != nil {
			return services.Query{}, err
		}
	}
	return q, nil
}

func readLimit(v url.Values, q *services.Query) error {
	if !v.Has("limit") {
		return nil
	}
	n, err := strconv.Atoi(v.Get("limit"))
	if err != nil || n < 1 || n > services.MaxLimit {
		return bad("limit must be 1 to %d", services.MaxLimit)
	}
	q.Limit = n
	return nil
}

func readName(v url.Values, q *services.Query) error {
	if !utf8.ValidString(q.Name) || utf8.RuneCountInString(q.Name) > services.MaxName {
		return bad("name must have at most %d characters", services.MaxName)
	}
	if !v.Has("match") {
		return nil
	}
	switch q.Match = services.TextMatch(v.Get("match")); q.Match {
	case services.MatchExact, services.MatchIExact, services.MatchPartial, services.MatchIPartial:
		return nil
	}
	return bad("match must be exact, iexact, partial or ipartial")
}

func readStatus(v url.Values, q *services.Query) error {
	if !v.Has("status") {
		return nil
	}
	q.Status = nil
	for _, word := range words(v["status"]) {
		s := services.ParseStatus(word)
		if s == services.Unknown {
			return bad("status must be of queued, pinning, pinned, failed")
		}
		q.Status = append(q.Status, s)
	}
	return nil
}

func readCIDs(v url.Values, q *services.Query) error {
	if !v.Has("cid") {
		return nil
	}
	all := words(v["cid"])
	if len(all) > services.MaxCIDs {
		return bad("cid takes at most %d", services.MaxCIDs)
	}
	for _, text := range all {
		c, err := services.ParseCID(text)
		if err != nil {
			return bad("cid: %v", err)
		}
		q.CIDs = append(q.CIDs, c)
	}
	return nil
}

func readTimes(v url.Values, q *services.Query) error {
	for name, into := range map[string]*time.Time{"before": &q.Before, "after": &q.After} {
		if !v.Has(name) {
			continue
		}
		// A + of an offset that was not escaped arrives as a space.
		t, err := time.Parse(time.RFC3339, strings.ReplaceAll(v.Get(name), " ", "+"))
		if err != nil {
			return bad("%s must be a time as of RFC 3339", name)
		}
		*into = t
	}
	return nil
}

func readMeta(v url.Values, q *services.Query) error {
	if !v.Has("meta") {
		return nil
	}
	if err := json.Unmarshal([]byte(v.Get("meta")), &q.Meta); err != nil || len(q.Meta) > services.MaxMeta {
		return bad("meta must be a JSON object of texts")
	}
	return nil
}

// words splits comma-joined values, each word once.
func words(values []string) []string {
	var out []string
	for _, v := range values {
		for word := range strings.SplitSeq(v, ",") {
			if !slices.Contains(out, word) {
				out = append(out, word)
			}
		}
	}
	return out
}

// parsePin reads a Pin and checks what the spec asks of one.
func parsePin(body []byte) (services.Pin, error) {
	var w pinBody
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&w); err != nil {
		return services.Pin{}, bad("the body is no pin: %v", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return services.Pin{}, bad("there is more than one pin in the body")
	}
	c, err := services.ParseCID(w.CID)
	switch {
	case err != nil:
		return services.Pin{}, bad("cid: %v", err)
	case utf8.RuneCountInString(w.Name) > services.MaxName:
		return services.Pin{}, bad("name must have at most %d characters", services.MaxName)
	case len(w.Origins) > services.MaxOrigins:
		return services.Pin{}, bad("origins takes at most %d", services.MaxOrigins)
	case len(slices.Compact(slices.Sorted(slices.Values(w.Origins)))) < len(w.Origins):
		return services.Pin{}, bad("origins must be unique")
	case len(w.Meta) > services.MaxMeta:
		return services.Pin{}, bad("meta takes at most %d", services.MaxMeta)
	}
	return services.Pin{CID: c, Name: w.Name, Origins: w.Origins, Meta: w.Meta}, nil
}
