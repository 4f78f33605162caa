package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"
	"golang.org/x/sync/singleflight"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/handover"
)

// cachedBytes is how much of what was read lately is kept for others who ask
// for the same.
const cachedBytes = 16 << 20

// Reader reads blocks of sources and verifies each: what it returns is what the
// CID says. Its methods may be called from any goroutine; several who want the
// same block at once share one reading. It closes files it has not needed for
// some seconds.
type Reader struct {
	db    *blocks.DB
	bad   func(store.SourceID, *services.Error)
	once  singleflight.Group
	files openFiles

	mu     sync.Mutex
	recent lru
	told   map[store.SourceID]int64 // the Reading it was called bad in
}

// NewReader makes a Reader over db. bad is told, from the goroutine that reads
// and once per source until it is read anew, that a file of it is not what it
// was; nil: nobody is.
func NewReader(db *blocks.DB, bad func(store.SourceID, *services.Error)) *Reader {
	return &Reader{db: db, bad: bad, recent: lru{most: cachedBytes}, told: make(map[store.SourceID]int64)}
}

// Close closes the files it has open. It may be used again.
func (r *Reader) Close() error { return r.files.close() }

// Block reads and verifies one block of a source: handover.ErrNoBlock where the
// source has none, CodeSource where its file is not what it was. Nobody may
// change the bytes.
func (r *Reader) Block(ctx context.Context, source store.SourceID, c cid.Cid) ([]byte, error) {
	b, f, found, err := r.db.Find(ctx, blocks.HolderOf(source), c)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, handover.ErrNoBlock
	}
	data, err := r.Read(ctx, b, f)
	if e := services.AsError(err); err != nil && e.Code == services.CodeSource {
		r.tell(source, f.Reading, e)
	}
	return data, err
}

// Read reads and verifies a block that blocks.DB.Find found, of whatever holder.
// Nobody may change the bytes.
func (r *Reader) Read(ctx context.Context, b blocks.Block, f blocks.File) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if b.File == 0 {
		if err := verify(b.CID, b.Data); err != nil {
			return nil, storage(err)
		}
		return b.Data, nil
	}
	hash := string(b.CID.Hash())
	if data, ok := r.cached(hash); ok {
		return data, nil
	}
	// A file may be one of several that have the block, and the others be good.
	data, err, _ := r.once.Do(fmt.Sprint(b.File, hash), func() (any, error) {
		if data, ok := r.cached(hash); ok {
			return data, nil
		}
		data, err := r.fromFile(b, f)
		if err != nil {
			return nil, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.recent.add(hash, data)
		return data, nil
	})
	if err != nil {
		return nil, err
	}
	return data.([]byte), nil
}

func (r *Reader) cached(hash string) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.recent.get(hash)
}

// fromFile reads a block from where it stands.
func (r *Reader) fromFile(b blocks.Block, f blocks.File) ([]byte, error) {
	data := make([]byte, b.Size)
	if err := r.fill(data, b, f); err != nil {
		return nil, err
	}
	return data, nil
}

// fill reads a block into its bytes, and verifies it.
func (r *Reader) fill(data []byte, b blocks.Block, f blocks.File) error {
	var before, after []byte
	if b.Length < b.Size {
		before, after = leafFrame(b.Length)
	}
	if len(data) != len(before)+b.Length+len(after) {
		return storage(errors.New("the index of a source is not what it says"))
	}
	copy(data, before)
	copy(data[len(before)+b.Length:], after)
	if b.Length > 0 { // an empty file needs no opening
		if err := r.files.read(f, data[len(before):len(before)+b.Length], b.Offset); err != nil {
			return err
		}
	}
	if err := verify(b.CID, data); err != nil {
		return failure(services.ReasonChanged, string(f.Path), err)
	}
	return nil
}

// tell calls the source bad, once a Reading.
func (r *Reader) tell(source store.SourceID, reading int64, e *services.Error) {
	r.mu.Lock()
	old := r.told[source]
	r.told[source] = reading
	r.mu.Unlock()
	if old != reading && r.bad != nil {
		r.bad(source, e)
	}
}

// Size is how long a block of a source is, by the index alone.
func (r *Reader) Size(ctx context.Context, source store.SourceID, c cid.Cid) (int, error) {
	b, _, found, err := r.db.Find(ctx, blocks.HolderOf(source), c)
	if err == nil && !found {
		err = handover.ErrNoBlock
	}
	return b.Size, err
}

// Sources are the sources that have a block, by its hash; pins that were
// fetched are left out. The index answers, no file is looked at.
func (r *Reader) Sources(ctx context.Context, c cid.Cid) ([]store.SourceID, error) {
	holders, err := r.db.Holders(ctx, c)
	if err != nil {
		return nil, err
	}
	var list []store.SourceID
	for _, h := range holders {
		if h > 0 {
			list = append(list, store.SourceID(h))
		}
	}
	return list, nil
}

// Unchanged looks, without reading, whether the files of a source are what they
// were; CodeSource says what is not.
func (r *Reader) Unchanged(ctx context.Context, source store.SourceID) error {
	for f, err := range r.db.EachFile(ctx, blocks.HolderOf(source)) {
		if err != nil {
			return err
		}
		path := string(f.Path)
		info, err := os.Stat(path)
		if err != nil {
			return failed(err, path, services.ReasonVanished)
		}
		// The device's number is not compared: it may be another after a restart.
		_, ino := identity(info)
		if info.Size() != f.Size || info.ModTime().UnixNano() != f.Modified.UnixNano() || ino != f.Ino {
			return changed(path)
		}
	}
	return nil
}

// verify is nil where data is what the CID says.
func verify(c cid.Cid, data []byte) error {
	p := c.Prefix()
	if p.MhType == mh.SHA2_256 && p.MhLength == sha256.Size {
		digest := sha256.Sum256(data)
		if string(c.Hash()[2:]) == string(digest[:]) {
			return nil
		}
		return errMismatch
	}
	made, err := mh.Sum(data, p.MhType, p.MhLength)
	if err == nil && string(made) != string(c.Hash()) {
		err = errMismatch
	}
	return err
}

var errMismatch = errors.New("a block is not what its ID says")
