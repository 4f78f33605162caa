package ingest

import (
	"context"
	"crypto/sha256"

	"github.com/pintray/pintray/store/blocks"
)

// output takes blocks in order: children before their parents.
type output struct {
	layout layout
	w      *blocks.Writer // nil: only CIDs are wanted
}

// node writes an inner node and says how to link to it.
func (o *output) node(ctx context.Context, links []link, data []byte) (link, error) {
	size := len(data) + 16
	for _, l := range links {
		size += linkLen(l) + 8
	}
	block := appendNode(make([]byte, 0, size), links, data)
	made := link{cid: o.layout.node(sha256.Sum256(block)), size: uint64(len(block))}
	for _, l := range links {
		made.size += l.size
		made.file += l.file
	}
	if o.w == nil {
		return made, nil
	}
	return made, o.w.Put(ctx, []blocks.Block{{CID: made.cid, Size: len(block), Data: block}})
}

// file notes a file.
func (o *output) file(ctx context.Context, f blocks.File) (blocks.FileID, error) {
	if o.w == nil {
		return 0, nil
	}
	return o.w.File(ctx, f)
}

// leaf is one chunk of a file.
type leaf struct {
	digest [sha256.Size]byte
	size   int // of the block
	length int // of the content in it
}

// fileBuilder lays a file's leaves out as a balanced tree, level by level from
// below, and keeps no more of it than one unfinished node of each level.
type fileBuilder struct {
	out    *output
	id     blocks.FileID
	offset int64
	levels [][]link
}

// add takes the next leaf.
func (f *fileBuilder) add(ctx context.Context, l leaf) error {
	made := link{cid: f.out.layout.leaf(l.digest), size: uint64(l.size), file: uint64(l.length)}
	if f.out.w != nil {
		block := blocks.Block{CID: made.cid, Size: l.size, File: f.id, Offset: f.offset, Length: l.length}
		if err := f.out.w.Put(ctx, []blocks.Block{block}); err != nil {
			return err
		}
	}
	f.offset += int64(l.length)
	return f.push(ctx, 0, made)
}

func (f *fileBuilder) push(ctx context.Context, level int, l link) error {
	if level == len(f.levels) {
		f.levels = append(f.levels, make([]link, 0, 2))
	}
	if len(f.levels[level]) == f.out.layout.width {
		if err := f.close(ctx, level); err != nil {
			return err
		}
	}
	f.levels[level] = append(f.levels[level], l)
	return nil
}

// close makes a node of a level's links.
func (f *fileBuilder) close(ctx context.Context, level int) error {
	made, err := f.out.node(ctx, f.levels[level], fileData(f.levels[level]))
	if err != nil {
		return err
	}
	f.levels[level] = f.levels[level][:0]
	return f.push(ctx, level+1, made)
}

// root ends the file, which has at least one leaf.
func (f *fileBuilder) root(ctx context.Context) (link, error) {
	for level := 0; ; level++ {
		if level == len(f.levels)-1 && len(f.levels[level]) == 1 {
			return f.levels[level][0], nil
		}
		if err := f.close(ctx, level); err != nil {
			return link{}, err
		}
	}
}
