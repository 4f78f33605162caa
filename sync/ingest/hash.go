package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"runtime"
	"sync"
)

// mostHashers bounds the buffers, each of one chunk.
const mostHashers = 8

// frameRoom is room around a chunk for what a dag-pb leaf puts there.
const frameRoom = 32

// hasher reads chunks and hashes them.
type hasher struct {
	layout layout
	buf    []byte
}

// hashers are those of one reading; who takes one gives it back.
type hashers chan *hasher

func newHashers(l layout) hashers {
	all := make(hashers, min(runtime.GOMAXPROCS(0), mostHashers))
	for range cap(all) {
		all <- &hasher{layout: l}
	}
	return all
}

// leaf reads and hashes n bytes at offset; io.ErrUnexpectedEOF where the file
// has become shorter.
func (h *hasher) leaf(f io.ReaderAt, offset int64, n int) (leaf, error) {
	if need := frameRoom + n + frameRoom; len(h.buf) < need {
		h.buf = make([]byte, need)
	}
	if got, err := f.ReadAt(h.buf[frameRoom:frameRoom+n], offset); got < n {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return leaf{}, err
	}
	begin, end := frameRoom, frameRoom+n
	if !h.layout.raw {
		before, after := leafFrame(n)
		begin -= copy(h.buf[begin-len(before):], before)
		end += copy(h.buf[end:], after)
	}
	return leaf{digest: sha256.Sum256(h.buf[begin:end]), size: end - begin, length: n}, nil
}

// leaves reads a whole file of that size with one hasher.
func (h *hasher) leaves(ctx context.Context, f io.ReaderAt, size int64) ([]leaf, error) {
	list := make([]leaf, 0, chunks(size, h.layout.chunk))
	for i := range int64(cap(list)) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		offset := i * int64(h.layout.chunk)
		l, err := h.leaf(f, offset, int(min(size-offset, int64(h.layout.chunk))))
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// chunks is how many leaves a file has: at least one.
func chunks(size int64, chunk int) int64 { return max(1, (size+int64(chunk)-1)/int64(chunk)) }

// hashed leaf of a place in a file.
type placed struct {
	leaf
	at  int64
	err error
}

// each reads a whole file with all hashers and gives its leaves to add in order,
// on the goroutine of the caller. Few are ever held.
func (hs hashers) each(ctx context.Context, l layout, f io.ReaderAt, size int64, add func(leaf) error) error {
	ctx, cancel := context.WithCancel(ctx)
	total := chunks(size, l.chunk)
	window := int64(4 * cap(hs))
	turns := make(chan int64, window) // chunks that may be read now
	done := make(chan placed, window) // never full, so nobody waits to send
	var readers sync.WaitGroup
	defer readers.Wait()
	defer cancel()
	for range min(int64(cap(hs)), total) {
		readers.Go(func() {
			h := <-hs
			defer func() { hs <- h }()
			for {
				select {
				case <-ctx.Done():
					return
				case at, more := <-turns:
					if !more {
						return
					}
					offset := at * int64(l.chunk)
					got, err := h.leaf(f, offset, int(min(size-offset, int64(l.chunk))))
					done <- placed{got, at, err}
				}
			}
		})
	}
	given := min(window, total)
	for at := range given {
		turns <- at
	}
	ring := make([]placed, window)
	here := make([]bool, window)
	for at := int64(0); at < total; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case p := <-done:
			if p.err != nil {
				return p.err
			}
			ring[p.at%window], here[p.at%window] = p, true
		}
		for at < total && here[at%window] {
			here[at%window] = false
			if err := add(ring[at%window].leaf); err != nil {
				return err
			}
			at++
			if given < total {
				turns <- given
				given++
			}
		}
	}
	close(turns)
	return nil
}
