package handover

import (
	"errors"
	"io"
	"sync"
)

// ahead reads on while what it has read is being sent: finding and hashing the
// next block takes as long as sending one over a fast line.
type ahead struct {
	from io.ReadCloser
	full chan piece
	free chan []byte
	stop chan struct{}
	work sync.WaitGroup
	now  piece
	used []byte // the buffer now lies in
}

// piece is what one reading gave.
type piece struct {
	data []byte
	err  error
}

// It holds this many pieces of that size.
const (
	pieces    = 3
	pieceSize = 256 << 10
)

// readAhead starts it; Close ends it and waits.
func readAhead(from io.ReadCloser) *ahead {
	a := &ahead{from: from, full: make(chan piece, pieces), free: make(chan []byte, pieces), stop: make(chan struct{})}
	for range pieces {
		a.free <- make([]byte, pieceSize)
	}
	a.work.Go(a.fill)
	return a
}

func (a *ahead) fill() {
	for {
		select {
		case <-a.stop:
			return
		case buf := <-a.free:
			n, err := io.ReadFull(a.from, buf)
			if errors.Is(err, io.ErrUnexpectedEOF) { // a last, short piece
				err = io.EOF
			}
			a.full <- piece{buf[:n], err} // it has room for all there are
			if err != nil {
				return
			}
		}
	}
}

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.now.data) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.used != nil {
			a.free <- a.used
		}
		a.now = <-a.full // fill ends with an error, or with stop, after which nobody reads
		a.used = a.now.data[:cap(a.now.data)]
	}
	n := copy(p, a.now.data)
	a.now.data = a.now.data[n:]
	return n, nil
}

// Close ends the reading; the last one may still take as long as one block.
func (a *ahead) Close() error {
	close(a.stop)
	a.work.Wait()
	return a.from.Close()
}
