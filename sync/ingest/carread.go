package ingest

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"runtime"
	"sync"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
)

// sectionsAhead is how many sections of a CAR are read and verified before they
// are wanted: hashing takes as long as sending over a fast line. Each keeps its
// buffer for the next one.
const sectionsAhead = 8

// carReader streams a CAR. Its goroutines begin with the first Read and end with
// Close, or with the context of the reading.
type carReader struct {
	ctx    context.Context // of this one reading
	cancel context.CancelFunc
	r      *Reader
	source store.SourceID
	list   func(context.Context) iter.Seq2[blocks.Place, error]
	work   sync.WaitGroup

	mu    sync.Mutex // Close may come from another goroutine
	begun bool
	over  bool
	order chan *ahead // as they stand in the CAR
	free  chan *ahead
	now   *ahead
	rest  []byte // of the section that is being read
	left  int64  // of the whole
	err   error
}

// ahead is a block on its way into a CAR.
type ahead struct {
	place blocks.Place
	buf   []byte // room for it
	data  []byte // with its length and its CID
	err   error
	ready chan struct{} // capacity one: data, or err, is there
}

func newCARReader(ctx context.Context, r *Reader, source store.SourceID, list func(context.Context) iter.Seq2[blocks.Place, error], head []byte, size int64) *carReader {
	c := &carReader{r: r, source: source, list: list, rest: head, left: size}
	c.ctx, c.cancel = context.WithCancel(ctx)
	return c
}

// begin starts to read ahead.
func (c *carReader) begin() {
	c.begun = true
	c.order, c.free = make(chan *ahead, sectionsAhead+1), make(chan *ahead, sectionsAhead)
	for range sectionsAhead {
		c.free <- &ahead{ready: make(chan struct{}, 1)}
	}
	jobs := make(chan *ahead, sectionsAhead)
	c.work.Go(func() {
		defer close(jobs)
		c.deal(jobs)
	})
	for range min(runtime.GOMAXPROCS(0), sectionsAhead) {
		c.work.Go(func() {
			for s := range jobs {
				s.err = c.r.ahead(c.ctx, c.source, s)
				s.ready <- struct{}{}
			}
		})
	}
}

// deal gives the blocks to those who read them, and keeps their order. There is
// room for all sections in both channels.
func (c *carReader) deal(jobs chan<- *ahead) {
	for p, err := range c.list(c.ctx) {
		if err != nil {
			c.end(err)
			return
		}
		select {
		case <-c.ctx.Done():
			return
		case s := <-c.free:
			s.place = p
			c.order <- s
			jobs <- s
		}
	}
	c.end(io.EOF)
}

// end has the reading end after what is on its way.
func (c *carReader) end(err error) {
	s := &ahead{err: err, ready: make(chan struct{}, 1)}
	s.ready <- struct{}{}
	c.order <- s
}

func (c *carReader) Read(p []byte) (int, error) {
	some, err := c.Lend(len(p))
	return copy(p, some), err
}

// Lend gives what is left of a section, which keeps its buffer until the next
// call; after Close nobody else has it.
func (c *carReader) Lend(most int) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return nil, io.ErrClosedPipe
	}
	if !c.begun {
		c.begin()
	}
	for len(c.rest) == 0 {
		if c.err == nil {
			c.err = c.next()
		}
		if errors.Is(c.err, io.EOF) && c.left != 0 {
			c.err = storage(errors.New("the index of a source is not what it says"))
		}
		if c.err != nil {
			return nil, c.err
		}
	}
	n := min(most, len(c.rest))
	some := c.rest[:n:n]
	c.rest = c.rest[n:]
	c.left -= int64(n)
	return some, nil
}

// next waits for the next section.
func (c *carReader) next() error {
	if c.now != nil {
		c.free <- c.now
		c.now = nil
	}
	var s *ahead
	select {
	case <-c.ctx.Done():
		return c.ctx.Err()
	case s = <-c.order:
	}
	select {
	case <-c.ctx.Done():
		return c.ctx.Err()
	case <-s.ready:
	}
	if s.err != nil {
		return s.err
	}
	c.now, c.rest = s, s.data
	return nil
}

// Close ends the reading ahead; it waits for the blocks that are being read.
func (c *carReader) Close() error {
	c.cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	c.work.Wait()
	return nil
}

// ahead reads and verifies a block where it is to stand in a CAR.
func (r *Reader) ahead(ctx context.Context, source store.SourceID, s *ahead) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b := s.place.Block
	if need := binary.MaxVarintLen64 + b.CID.ByteLen() + b.Size; cap(s.buf) < need {
		s.buf = make([]byte, 0, need)
	}
	head := binary.AppendUvarint(s.buf[:0], uint64(b.CID.ByteLen()+b.Size))
	head = append(head, b.CID.Bytes()...)
	s.data = head[:len(head)+b.Size]
	data := s.data[len(head):]
	if b.File == 0 {
		copy(data, b.Data)
		if err := verify(b.CID, data); err != nil {
			return storage(err)
		}
		return nil
	}
	if have, ok := r.cached(string(b.CID.Hash())); ok { // verified a moment ago for somebody else
		copy(data, have)
		return nil
	}
	err := r.fill(data, b, s.place.In)
	if e := services.AsError(err); err != nil && e.Code == services.CodeSource {
		r.tell(source, s.place.In.Reading, e)
	}
	return err
}
