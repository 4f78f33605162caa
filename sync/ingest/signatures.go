package ingest

import (
	"context"
	"errors"
	"io"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
)

var errUnbuilt = &services.Error{Code: services.CodeInternal, Op: "read", Err: errors.New("not built yet")}

// CAR verifies every block of a CAR and gives references to those its roots
// need to w (nil: it only verifies). It fails where one of them is missing.
func CAR(ctx context.Context, p store.Path, o Options, w *blocks.Writer) ([]Root, error) {
	return nil, errUnbuilt
}

// Roots reads the roots of a CAR without looking at its blocks.
func Roots(ctx context.Context, p store.Path) ([]services.CID, error) { return nil, errUnbuilt }

// Inspect says what Path or CAR would take, without reading contents. Its error
// is ctx's only; what stands in the way is Plan.Err.
func Inspect(ctx context.Context, p store.Path, o Options) (Plan, error) {
	return Plan{}, errUnbuilt
}

// Reader reads blocks of sources and verifies each.
type Reader struct{}

// NewReader makes a Reader over db. bad is told, once per source until it is
// read anew, that a file of it is not what it was; nil: nobody is.
func NewReader(db *blocks.DB, bad func(store.SourceID, *services.Error)) *Reader { return &Reader{} }

// Close closes the files it has open.
func (r *Reader) Close() error { return nil }

// Block reads and verifies one block of a source: handover.ErrNoBlock where the
// source has none, CodeSource where its file is not what it was.
func (r *Reader) Block(ctx context.Context, source store.SourceID, c cid.Cid) ([]byte, error) {
	return nil, errUnbuilt
}

// Size is how long a block of a source is, by the index alone.
func (r *Reader) Size(ctx context.Context, source store.SourceID, c cid.Cid) (int, error) {
	return 0, errUnbuilt
}

// CAR is the CAR v1 of a root of a source, parents first: how long it is, and
// how to read it from the beginning.
func (r *Reader) CAR(ctx context.Context, source store.SourceID, root services.CID) (size int64, open func(context.Context) (io.ReadCloser, error), err error) {
	return 0, nil, errUnbuilt
}

// Unchanged looks, without reading, whether the files of a source are what they
// were; CodeSource says what is not.
func (r *Reader) Unchanged(ctx context.Context, source store.SourceID) error { return errUnbuilt }
// Sources are the sources that have a block, by its hash; pins that were
// fetched are left out. The index answers, no file is looked at.
func (r *Reader) Sources(ctx context.Context, c cid.Cid) ([]store.SourceID, error) {
	return nil, errUnbuilt
}
