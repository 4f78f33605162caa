package blocks

import (
	"time"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/store"
)

// Holder is what needs blocks: a source (its SourceID), or a pin of this
// computer that was fetched (its negated row in local_pins). The blocks of a
// holder go with it.
type Holder int64

// HolderOf is the holder of a source.
func HolderOf(id store.SourceID) Holder { return Holder(id) }

// FileID names a file that blocks refer to.
type FileID int64

// File is a file as it was when it was read: another size, time or inode means
// it is not that file any more.
type File struct {
	ID       FileID
	Path     store.Path // absolute
	Size     int64
	Modified time.Time // to the nanosecond
	Dev, Ino uint64    // 0 where the system has none
	// Reading is another number each time the holder is written anew; Find and
	// Files say it.
	Reading int64
}

// Block is one block of a holder, by reference or by value.
type Block struct {
	// CID is the block's own ID, version and codec as its parent links to it.
	CID  cid.Cid
	Size int // bytes of the block
	// File, Offset and Length say where it stands; Data is the block itself where
	// File is 0. Where Length is less than Size, the block is a UnixFS leaf around
	// those bytes.
	File   FileID
	Offset int64
	Length int
	Data   []byte
}

// Totals is what a holder holds.
type Totals struct {
	Blocks int64
	Bytes  int64 // of all its blocks, each counted once
	// CAR is how long a CAR v1 of all of them is, without its header.
	CAR int64
	// Roots is how many DAGs they make: more than one of a CAR with several roots.
	Roots int64
}
