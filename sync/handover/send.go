package handover

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"sync"
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
			DialContext:            dialer.DialContext,
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

// body is a form with a CAR in it, as it is read to be sent. It is as long as
// it says or fails: a service must never take part of a CAR for all of it.
type body struct {
	length int64
	kind   string
	watch  *time.Timer
	// abandon ends the call, and with it what the CAR is waiting for.
	abandon context.CancelCauseFunc

	mu   sync.Mutex // the transport may read on while send returns
	head *bytes.Reader
	car  io.ReadCloser
	tail *bytes.Reader
	left int64 // of the CAR
	size int64
	sent func(int64)
	err  error // why the CAR cannot be read on
	over bool
}

func newBody(ctx context.Context, c CAR, fields []field, abandon context.CancelCauseFunc) (*body, error) {
	var head bytes.Buffer
	form := multipart.NewWriter(&head)
	for _, f := range fields {
		_ = form.WriteField(f.name, f.value) // a Buffer takes everything
	}
	_, _ = form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s.car"`, c.Root.Key)},
		"Content-Type":        {"application/vnd.ipld.car"},
	})
	tail := "\r\n--" + form.Boundary() + "--\r\n"
	car, err := c.Open(ctx)
	if err != nil {
		return nil, services.AsError(err)
	}
	b := &body{
		length: int64(head.Len()) + c.Size + int64(len(tail)), kind: form.FormDataContentType(),
		head: bytes.NewReader(head.Bytes()), car: car, abandon: abandon, tail: bytes.NewReader([]byte(tail)),
		left: c.Size, size: c.Size, sent: c.Sent,
	}
	if b.sent == nil {
		b.sent = func(int64) {}
	}
	b.sent(0)
	b.watch = time.AfterFunc(stallTime+continueTime, func() { abandon(errStalled) })
	return b, nil
}

func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.over:
		return 0, io.ErrClosedPipe
	case b.err != nil:
		return 0, b.err
	}
	b.watch.Reset(stallTime)
	if b.head.Len() > 0 {
		return b.head.Read(p)
	}
	if b.left > 0 {
		return b.readCAR(p)
	}
	n, err := b.tail.Read(p)
	if b.tail.Len() == 0 {
		b.watch.Reset(answerTime)
	}
	return n, err
}

// readCAR reads on in the CAR; a byte too few or too many is an error before
// the form is ended.
func (b *body) readCAR(p []byte) (int, error) {
	n, err := b.car.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if n > 0 {
		b.sent(b.size - b.left)
	}
	if b.left == 0 && (err == nil || errors.Is(err, io.EOF)) {
		var more [1]byte
		if _, err = io.ReadFull(b.car, more[:]); err == nil {
			err = errors.New("bug: a CAR is longer than it said")
		}
	}
	switch {
	case errors.Is(err, io.EOF) && b.left == 0:
		err = nil
	case errors.Is(err, io.EOF):
		err = errors.New("bug: a CAR is shorter than it said")
	}
	b.err = err
	return n, err
}

// Close is the transport's; finish closes the CAR.
func (b *body) Close() error { return nil }

// finish makes sure that nothing is read and no one told of it any more.
func (b *body) finish() {
	b.watch.Stop()
	b.abandon(nil)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	_ = b.car.Close()
}

// failed is why the CAR could not be read on, nil where it could.
func (b *body) failed() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
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
