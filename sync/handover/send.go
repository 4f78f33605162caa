package handover

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/services"
)

const (
	// stallTime is how long not a byte may go out, answerTime how long a service
	// may take to answer once it has everything: some pin before they do.
	stallTime  = 60 * time.Second
	answerTime = 10 * time.Minute
	// continueTime is how long a service may take to say that it wants the body;
	// one that would refuse the call does so before gigabytes are sent.
	continueTime = 2 * time.Second
	maxAnswer    = 1 << 20
)

var errStalled = errors.New("nothing moved for too long")

// newHTTP makes a client by the rules of the pinning API's: no redirect, which
// would carry the key elsewhere; TLS 1.2 or later; no cookies.
func newHTTP() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            lending(dialer.DialContext),
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    10 * time.Second,
			ExpectContinueTimeout:  continueTime,
			IdleConnTimeout:        10 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
			WriteBufferSize:        64 << 10,
			ForceAttemptHTTP2:      true,
			HTTP2:                  &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
		},
	}
}

// send makes the call once and reads the answer, whatever its status.
func (u *uploader) send(ctx context.Context, c CAR, expect bool) (answer, error) {
	ctx, abandon := context.WithCancelCause(ctx)
	defer abandon(nil)
	var asked, left atomic.Bool // a connection was asked for; one was had
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { left.Store(true) },
	})
	b, err := newBody(ctx, c, u.fields(c), abandon)
	if err != nil {
		return answer{}, err
	}
	defer b.finish()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.target, b)
	if err != nil {
		return answer{}, &services.Error{Code: services.CodeInvalid, Op: opUpload, Reason: "request", NotSent: true}
	}
	req.ContentLength = b.length
	req.Header.Set("Content-Type", b.kind)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", u.agent)
	if expect {
		req.Header.Set("Expect", "100-continue")
	}
	if u.key != "" {
		req.Header.Set("Authorization", "Bearer "+u.key)
	}
	resp, err := u.http.Do(req)
	if err != nil {
		return answer{}, b.why(ctx, err, asked.Load() && !left.Load())
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil || b.failed() != nil: // whatever it makes of part of a CAR
		return answer{}, b.why(ctx, err, false)
	case len(text) > maxAnswer:
		return answer{}, &services.Error{Code: services.CodeDecode, Op: opUpload, Reason: "too-large", HTTP: resp.StatusCode}
	}
	return answer{status: resp.StatusCode, header: resp.Header, trailer: resp.Trailer, url: req.URL, body: text}, nil
}

// why is the failure of a call without an answer: the CAR's own first.
func (b *body) why(ctx context.Context, err error, notSent bool) error {
	if own := b.failed(); own != nil && context.Cause(ctx) == nil {
		return services.AsError(own)
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return transportError(err, notSent)
}

// transportError is the failure of a call that has no answer.
func transportError(err error, notSent bool) *services.Error {
	if e, ok := errors.AsType[*url.Error](err); ok { // its text repeats the whole address
		err = e.Err
	}
	e := &services.Error{Code: services.CodeUnreachable, Op: opUpload, NotSent: notSent, Err: err}
	slow, _ := errors.AsType[net.Error](err)
	_, dns := errors.AsType[*net.DNSError](err)
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	switch {
	case errors.Is(err, context.Canceled):
		e.Code, e.Reason = services.CodeTimeout, "cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errStalled), slow != nil && slow.Timeout():
		e.Code = services.CodeTimeout
	case verify, record, alert:
		e.Code = services.CodeTLS
	case dns:
		e.Reason = "dns"
	}
	return e
}
