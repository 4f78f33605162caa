package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"

	"github.com/ipfs/go-cid"
	carv2 "github.com/ipld/go-car/v2"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
)

const (
	// largestBlock is what peers have to take over bitswap.
	largestBlock = 2 << 20
	// largestHeader is room for some 25,000 roots.
	largestHeader = 1 << 20
)

// carFile is an open CAR.
type carFile struct {
	f     *os.File
	info  fs.FileInfo
	path  string
	from  int64             // where the CAR v1 in it begins
	data  *io.SectionReader // the CAR v1
	roots []cid.Cid         // each once
}

// openCAR opens a CAR and reads its roots.
func openCAR(p store.Path) (*carFile, error) {
	path, err := absolute(p)
	if err != nil {
		return nil, err
	}
	f, info, err := openFile(path)
	if err != nil {
		return nil, err
	}
	c := &carFile{f: f, info: info, path: path}
	if err := c.header(); err != nil {
		_ = f.Close()
		return nil, err
	}
	return c, nil
}

func (c *carFile) close() { _ = c.f.Close() }

// header finds the CAR v1 and its roots.
func (c *carFile) header() error {
	if !isCAR(c.f) {
		return failure(services.ReasonBrokenCAR, c.path, errors.New("the file does not begin like a CAR"))
	}
	r, err := carv2.NewReader(c.f, carv2.MaxAllowedHeaderSize(largestHeader))
	if err != nil {
		return c.broken(err)
	}
	size := c.info.Size()
	if r.Version == 2 {
		at, n := r.Header.DataOffset, r.Header.DataSize
		if at > uint64(size) || n > uint64(size)-at {
			return c.broken(io.ErrUnexpectedEOF)
		}
		c.from, size = int64(at), int64(n)
	}
	c.data = io.NewSectionReader(c.f, c.from, size)
	roots, err := r.Roots()
	if err != nil {
		return c.broken(err)
	}
	seen := make(map[string]bool)
	for _, root := range roots {
		if key := string(root.Hash()); !seen[key] {
			seen[key] = true
			c.roots = append(c.roots, root)
		}
	}
	if len(c.roots) == 0 {
		return failure(services.ReasonEmptyCAR, c.path, nil)
	}
	return nil
}

// broken is err of reading what should be a CAR.
func (c *carFile) broken(err error) error {
	var onDisk *fs.PathError
	if errors.As(err, &onDisk) {
		return failed(err, c.path, services.ReasonVanished)
	}
	return failure(services.ReasonBrokenCAR, c.path, err)
}

// isCAR reports whether a file begins like a CAR of version 1 or 2.
func isCAR(f io.ReaderAt) bool {
	head := make([]byte, 64)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	head = head[:n]
	if bytes.HasPrefix(head, carv2.Pragma) {
		return true
	}
	for i, b := range head[:min(len(head), 4)] { // the length, a varint
		if b < 0x80 {
			head = head[i+1:]
			// A map of two: roots and version, in either order.
			return bytes.HasPrefix(head, []byte("\xa2\x65roots")) || bytes.HasPrefix(head, []byte("\xa2\x67version"))
		}
	}
	return false
}

// Roots reads the roots of a CAR, each once, without looking at its blocks.
func Roots(_ context.Context, p store.Path) ([]services.CID, error) {
	c, err := openCAR(p)
	if err != nil {
		return nil, err
	}
	defer c.close()
	list := make([]services.CID, 0, len(c.roots))
	for _, root := range c.roots {
		list = append(list, services.WireCID(root.String()))
	}
	return list, nil
}

// CAR verifies every block of a CAR of version 1 or 2 and gives references to
// those its roots need to w, children first (nil: it only verifies). The caller
// commits or discards w. It fails where a root needs a block that is not there
// (ReasonMissingCAR), as far as the links of dag-pb, dag-cbor and dag-json say:
// where a root needs a block of another codec, every block of the file is kept.
// Of the options only Progress is looked at. Root.Size counts blocks, each with
// the first root that needs it.
func CAR(ctx context.Context, p store.Path, o Options, w *blocks.Writer) ([]Root, error) {
	c, err := openCAR(p)
	if err != nil {
		return nil, err
	}
	defer c.close()
	m := &meter{tell: o.Progress}
	m.totals(1, c.info.Size())
	s := newScan(c)
	if err := s.run(ctx, m); err != nil {
		return nil, err
	}
	roots, err := s.keep(ctx, w)
	if err != nil {
		return nil, err
	}
	if err := still(c.f, c.info, c.path); err != nil {
		return nil, err
	}
	m.add(1, c.info.Size()-m.now.Bytes)
	m.end()
	return roots, nil
}

// section is a block in a CAR.
type section struct {
	cid    cid.Cid
	offset int64 // of the block, in the file
	size   int
}

// sections calls take with each block's place, in order.
func (c *carFile) sections(ctx context.Context, take func(section) error) error {
	r, err := carv2.NewBlockReader(&window{r: c.data}, carv2.WithTrustedCAR(true),
		carv2.MaxAllowedHeaderSize(largestHeader), carv2.MaxAllowedSectionSize(math.MaxInt32))
	if err != nil {
		return c.broken(err)
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		m, err := r.SkipNext()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return c.broken(err)
		}
		if m.Size > largestBlock {
			return failure(services.ReasonLargeCAR, c.path, fmt.Errorf("block %s has %d bytes", m.Cid, m.Size))
		}
		end := m.SourceOffset + uint64(uvarintLen(uint64(m.ByteLen())+m.Size)) + uint64(m.ByteLen())
		if err := take(section{m.Cid, c.from + int64(end), int(m.Size)}); err != nil {
			return err
		}
	}
}

// block reads a block and verifies it.
func (c *carFile) block(id cid.Cid, offset int64, data []byte) error {
	n, err := c.f.ReadAt(data, offset)
	if n < len(data) {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return c.broken(err)
	}
	if err := verify(id, data); err != nil {
		return failure(services.ReasonBrokenCAR, c.path, fmt.Errorf("block %s: %w", id, err))
	}
	return nil
}

// window reads little pieces of a large file: it seeks without a system call
// and reads some KiB at once.
type window struct {
	r   *io.SectionReader
	at  int64
	buf []byte
	off int64 // of buf
}

func (w *window) Read(p []byte) (int, error) {
	if w.at < w.off || w.at >= w.off+int64(len(w.buf)) {
		if cap(w.buf) == 0 {
			w.buf = make([]byte, 4<<10)
		}
		n, err := w.r.ReadAt(w.buf[:cap(w.buf)], w.at)
		w.buf, w.off = w.buf[:n], w.at
		if n == 0 {
			return 0, err
		}
	}
	n := copy(p, w.buf[w.at-w.off:])
	w.at += int64(n)
	return n, nil
}

func (w *window) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += w.at
	case io.SeekEnd:
		offset += w.r.Size()
	}
	if offset < 0 {
		return 0, fs.ErrInvalid
	}
	w.at = offset
	return offset, nil
}

// isIdentity reports whether the CID is its own content.
func isIdentity(c cid.Cid) bool { return c.Prefix().MhType == mh.IDENTITY }
