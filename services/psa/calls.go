package psa

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// List implements services.Service.
func (c *Client) List(ctx context.Context, q services.Query) (services.Page, error) {
	query, err := encodeQuery(q)
	if err != nil {
		return services.Page{}, err
	}
	a, err := c.do(ctx, request{op: "list", method: http.MethodGet, path: "/pins", query: query})
	if err != nil {
		return services.Page{}, err
	}
	if c.none404 && a.status == http.StatusNotFound && readFailure(a).spec { // quirk 6
		return services.Page{}, nil
	}
	if err := c.check("list", a); err != nil {
		return services.Page{}, err
	}
	page, reason := decodePage(a.body)
	if reason != "" {
		return services.Page{}, c.foreign("list", a, reason)
	}
	return page, nil
}

// Add implements services.Service. At most services.MaxOrigins different
// origins are sent, the first ones.
func (c *Client) Add(ctx context.Context, p services.Pin) (services.PinStatus, error) {
	return c.post(ctx, "add", "/pins", p)
}

// Get implements services.Service.
func (c *Client) Get(ctx context.Context, requestID string) (services.PinStatus, error) {
	path, err := pinPath("get", requestID)
	if err != nil {
		return services.PinStatus{}, err
	}
	return c.one(ctx, request{op: "get", method: http.MethodGet, path: path})
}

// Replace implements services.Service. It sends what Add sends.
func (c *Client) Replace(ctx context.Context, requestID string, p services.Pin) (services.PinStatus, error) {
	path, err := pinPath("replace", requestID)
	if err != nil {
		return services.PinStatus{}, err
	}
	return c.post(ctx, "replace", path, p)
}

// Delete implements services.Service. The body of a good answer is not read
// (quirk 1), but a web page is no good answer.
func (c *Client) Delete(ctx context.Context, requestID string) error {
	path, err := pinPath("delete", requestID)
	if err != nil {
		return err
	}
	a, err := c.do(ctx, request{op: "delete", method: http.MethodDelete, path: path})
	if err != nil {
		return err
	}
	if a.good() && !a.html() {
		return nil
	}
	return c.check("delete", a)
}

func (c *Client) post(ctx context.Context, op, path string, p services.Pin) (services.PinStatus, error) {
	body, err := encodePin(op, p)
	if err != nil {
		return services.PinStatus{}, err
	}
	return c.one(ctx, request{op: op, method: http.MethodPost, path: path, body: body})
}

// one makes a call that is answered by a single PinStatus.
func (c *Client) one(ctx context.Context, r request) (services.PinStatus, error) {
	a, err := c.do(ctx, r)
	if err != nil {
		return services.PinStatus{}, err
	}
	if err := c.check(r.op, a); err != nil {
		return services.PinStatus{}, err
	}
	st, reason := decodeOne(a.body)
	if reason != "" {
		return services.PinStatus{}, c.foreign(r.op, a, reason)
	}
	return st, nil
}

// pinPath escapes a requestid as one path segment (rule 1) and refuses what
// could hit another pin, or all of them (quirk 22).
func pinPath(op, id string) (string, error) {
	switch {
	case id == "":
		return "", refuse(op, "empty-id", "")
	case len(id) > maxRequestID, !utf8.ValidString(id), strings.ContainsRune(id, utf8.RuneError):
		return "", refuse(op, "bad-id", "")
	case strings.Trim(id, ".") == "": // "." and ".." would be resolved on the way
		return "/pins/" + strings.ReplaceAll(id, ".", "%2E"), nil
	}
	return "/pins/" + url.PathEscape(id), nil
}

// encodeQuery writes the parameters of the spec and no other (quirk 13).
func encodeQuery(q services.Query) (url.Values, error) {
	v := url.Values{}
	switch {
	case q.Limit < 0:
		return nil, refuse("list", "limit", strconv.Itoa(q.Limit))
	case len(q.CIDs) > services.MaxCIDs:
		return nil, refuse("list", "too-many-cids", strconv.Itoa(len(q.CIDs)))
	case utf8.RuneCountInString(q.Name) > services.MaxName:
		return nil, refuse("list", "name-too-long", "")
	}
	if len(q.CIDs) > 0 {
		v.Set("cid", strings.Join(texts(q.CIDs), ","))
	}
	if q.Name != "" {
		match := q.Match
		if match == "" {
			match = services.MatchExact
		}
		v.Set("name", q.Name)
		v.Set("match", string(match)) // quirk 12: some ignore name without it
	}
	if len(q.Status) > 0 {
		v.Set("status", strings.Join(texts(q.Status), ","))
	}
	if !q.Before.IsZero() {
		v.Set("before", q.Before.UTC().Format(time.RFC3339Nano))
	}
	if !q.After.IsZero() {
		v.Set("after", q.After.UTC().Format(time.RFC3339Nano))
	}
	if q.Limit > 0 { // not cut to MaxLimit: IPFS Cluster takes more (quirk 27)
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	if len(q.Meta) > 0 {
		meta, err := json.Marshal(q.Meta)
		if err != nil {
			return nil, refuse("list", "meta", "")
		}
		v.Set("meta", string(meta))
	}
	return v, nil
}

// texts is every element's word, once each (the spec wants unique items).
func texts[T interface{ String() string }](list []T) []string {
	var out []string
	for _, e := range list {
		if s := e.String(); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// encodePin writes the body of a POST: fields of the spec only, empty ones
// left out (quirk 35).
func encodePin(op string, p services.Pin) ([]byte, error) {
	switch {
	case p.CID.IsZero():
		return nil, refuse(op, "no-cid", "")
	case utf8.RuneCountInString(p.Name) > services.MaxName:
		return nil, refuse(op, "name-too-long", "")
	case len(p.Meta) > services.MaxMeta:
		return nil, refuse(op, "meta", "")
	}
	out := pinBody{CID: p.CID.Text, Name: p.Name, Meta: p.Meta}
	for _, o := range p.Origins {
		if len(out.Origins) < services.MaxOrigins && !slices.Contains(out.Origins, o) {
			out.Origins = append(out.Origins, o)
		}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return nil, refuse(op, "body", "")
	}
	return body, nil
}
