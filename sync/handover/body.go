package handover

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/textproto"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
)

// body is a form with a CAR in it, as it is read to be sent. It is as long as
// it says or fails: a service must never take part of a CAR for all of it.
type body struct {
	length int64
	kind   string
	watch  *time.Timer
	// abandon ends the call, and with it what the CAR is waiting for.
	abandon context.CancelCauseFunc

	mu   sync.Mutex // the transport may read on while send returns
	head []byte
	car  Reading
	tail []byte
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
		head: head.Bytes(), car: car, abandon: abandon, tail: []byte(tail),
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
	some, err := b.lend(len(p))
	return copy(p, some), err
}

// atOnce is how much goes out in one piece: watch is to see a slow line move.
const atOnce = 64 << 10

// WriteTo is Read without a copy of the CAR in between.
func (b *body) WriteTo(w io.Writer) (n int64, err error) {
	for {
		some, err := b.lend(atOnce)
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		m, err := w.Write(some) // not under mu: it may wait for the service
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
}

// lend gives the next bytes, most at most, until the next call.
func (b *body) lend(most int) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.over:
		return nil, io.ErrClosedPipe
	case b.err != nil:
		return nil, b.err
	}
	b.watch.Reset(stallTime)
	if len(b.head) > 0 {
		return next(&b.head, most), nil
	}
	if b.left > 0 {
		return b.lendCAR(most)
	}
	if len(b.tail) == 0 {
		return nil, io.EOF
	}
	some := next(&b.tail, most)
	if len(b.tail) == 0 {
		b.watch.Reset(answerTime)
	}
	return some, nil
}

// next cuts off the first bytes, most at most.
func next(of *[]byte, most int) []byte {
	n := min(most, len(*of))
	some := (*of)[:n]
	*of = (*of)[n:]
	return some
}

// lendCAR goes on in the CAR; a byte too few or too many is an error before its
// last bytes are given.
func (b *body) lendCAR(most int) ([]byte, error) {
	some, err := b.car.Lend(int(min(int64(most), b.left)))
	b.left -= int64(len(some))
	if len(some) > 0 {
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
	if b.err = err; err != nil {
		return nil, err
	}
	return some, nil
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

// lending has connections take bodies where their bytes stand.
func lending(dial func(ctx context.Context, network, addr string) (net.Conn, error)) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if tcp, ok := conn.(*net.TCPConn); ok {
			return taker{tcp}, err
		}
		return conn, err
	}
}

// taker is a connection that net/http has read a body by itself, as it has one
// read a file: without TLS, and but for the first bytes.
type taker struct{ *net.TCPConn }

// ReadFrom has a body write what it has; of any other it does what a connection
// does.
func (t taker) ReadFrom(r io.Reader) (int64, error) {
	if l, ok := r.(*io.LimitedReader); ok {
		if b, ok := l.R.(*body); ok { // which is as long as the limit
			n, err := b.WriteTo(t.TCPConn)
			l.N -= n
			return n, err
		}
	}
	return t.TCPConn.ReadFrom(r)
}
