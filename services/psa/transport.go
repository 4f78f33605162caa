package psa

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
)

// How long things may take, and how much an answer may hold once unpacked.
const (
	dialTime   = 10 * time.Second
	tlsTime    = 10 * time.Second
	headerTime = 30 * time.Second // not for POST, which may block for 90 s (quirk 36)
	callTime   = 30 * time.Second // GET of one pin, DELETE
	listTime   = 60 * time.Second
	postTime   = 120 * time.Second

	maxList = 16 << 20
	maxBody = 1 << 20
)

// errNoHeader ends a request whose answer does not begin in time.
var errNoHeader = errors.New("no answer within 30 s")

// newHTTP is given without its redirects and cookies, or a client of our own.
func newHTTP(given *http.Client, connections int) *http.Client {
	client := &http.Client{Transport: newTransport(connections)}
	if given != nil {
		client = &http.Client{Transport: given.Transport, Timeout: given.Timeout}
	}
	// A redirect would carry the key in clear or to another host, and turns a
	// POST into a GET (quirk 44).
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

// usualConnections is how many connections there are to a host at once, where
// nobody says more.
const usualConnections = 4

func newTransport(connections int) *http.Transport {
	if connections <= 0 {
		connections = usualConnections
	}
	dialer := &net.Dialer{Timeout: dialTime, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    tlsTime,
		IdleConnTimeout:        90 * time.Second,
		MaxConnsPerHost:        connections,
		MaxIdleConnsPerHost:    connections,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
		// Finds connections that died while the computer slept.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
	}
}

// request is one call on its way out.
type request struct {
	op, method, path string
	auth             string // the Authorization header, "" for none
	query            url.Values
	body             []byte
}

func (r request) timeout() time.Duration {
	switch {
	case r.path == tokenPath:
		return callTime
	case r.method == http.MethodPost:
		return postTime
	case r.op == "list":
		return listTime
	}
	return callTime
}

// answer is what came back, whatever its status.
type answer struct {
	method string
	status int
	header http.Header
	url    *url.URL
	body   []byte
}

func (a answer) good() bool { return a.status >= 200 && a.status < 300 }

func (a answer) mediaType() string {
	t, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

func (a answer) html() bool {
	return a.mediaType() == "text/html" || a.mediaType() == "application/xhtml+xml"
}

func (a answer) json() bool {
	t := a.mediaType()
	return t == "application/json" || t == "text/json" || strings.HasSuffix(t, "+json")
}

// once makes the request once, when its turn comes, and reads the answer within
// the limits.
func (c *Client) once(ctx context.Context, r request) (a answer, err error) {
	if err := ctx.Err(); err != nil {
		return answer{}, transportError(r.op, err, true)
	}
	done, err := c.budget.await(ctx, r.op)
	if err != nil {
		return answer{}, err
	}
	defer func() { done(a) }()
	ctx, cancel := context.WithTimeout(ctx, r.timeout())
	defer cancel()
	ctx, abandon := context.WithCancelCause(ctx)
	defer abandon(nil)
	ctx, way := watch(ctx)

	req, err := c.newRequest(ctx, r)
	if err != nil {
		return answer{}, refuse(r.op, "request", "")
	}
	if r.method != http.MethodPost {
		timer := time.AfterFunc(headerTime, func() { abandon(errNoHeader) })
		defer timer.Stop()
		way.header = timer
	}
	c.requests.Add(1)
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, transportError(r.op, cause(ctx, err), way.neverLeft(err))
	}
	defer resp.Body.Close()
	way.answered()
	limit := int64(maxBody)
	if r.op == "list" {
		limit = maxList
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return answer{}, transportError(r.op, cause(ctx, err), false)
	case int64(len(body)) > limit:
		return answer{}, &services.Error{
			Code: services.CodeDecode, Op: r.op, Reason: "too-large", HTTP: resp.StatusCode,
		}
	}
	return answer{method: r.method, status: resp.StatusCode, header: resp.Header, url: req.URL, body: body}, nil
}

func (c *Client) newRequest(ctx context.Context, r request) (*http.Request, error) {
	target := c.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	var body io.Reader // nil, not an empty one, where there is none
	if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.auth != "" {
		req.Header.Set("Authorization", r.auth)
	}
	return req, nil
}

// way watches a request on its way, to tell whether it can have arrived.
type way struct {
	header      *time.Timer // runs until the answer begins; nil for a POST
	asked, left atomic.Bool // a connection was asked for; one was had
}

// watch gives a ctx under which w sees what the transport does.
func watch(ctx context.Context) (context.Context, *way) {
	w := new(way)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { w.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { w.left.Store(true) },
	}), w
}

func (w *way) answered() {
	if w.header != nil {
		w.header.Stop()
	}
}

// neverLeft reports whether a request that ended in err surely reached nobody:
// it had no connection yet. A transport that traces nothing is judged by err.
func (w *way) neverLeft(err error) bool {
	if w.asked.Load() {
		return !w.left.Load()
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return true
	}
	_, dns := errors.AsType[*net.DNSError](err)
	return dns || isTLS(err)
}

// cause is err, or what ended ctx where that is why the request ended.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil {
		return c
	}
	if e, ok := errors.AsType[*url.Error](err); ok { // its text repeats the whole address
		return e.Err
	}
	return err
}

// transportError is the failure of a request that has no answer.
func transportError(op string, err error, notSent bool) *services.Error {
	e := &services.Error{Code: services.CodeUnreachable, Op: op, NotSent: notSent, Err: err}
	_, dns := errors.AsType[*net.DNSError](err)
	timeout, _ := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, context.Canceled):
		e.Code, e.Reason = services.CodeTimeout, "cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errNoHeader), timeout != nil && timeout.Timeout():
		e.Code = services.CodeTimeout
	case isTLS(err):
		e.Code = services.CodeTLS
	case dns:
		e.Reason = "dns"
	}
	return e
}

// isTLS reports whether the two sides could not agree on a safe connection.
func isTLS(err error) bool {
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return verify || record || alert || authority || host || invalid || errors.Is(err, http.ErrSchemeMismatch)
}
