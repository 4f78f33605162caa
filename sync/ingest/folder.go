package ingest

import (
	"context"
	"slices"
	"strings"
)

// folderBuilder makes the node or the nodes of one folder of links that come in
// any order. However many they are, it keeps few in memory.
type folderBuilder struct {
	out     *output
	links   []link
	counted int // the size by which the profile decides
	held    int // bytes of a sharded folder that are kept in memory
	shards  *sharder
}

func newFolder(out *output) *folderBuilder {
	f := &folderBuilder{out: out, held: heldBytes}
	if out.layout.exact {
		f.counted = len(appendNode(nil, nil, folderData()))
	}
	return f
}

// add takes an entry.
func (f *folderBuilder) add(l link) error {
	if f.shards != nil {
		return f.shards.add(l)
	}
	f.links = append(f.links, l)
	if n := linkLen(l); f.out.layout.exact {
		f.counted += 1 + uvarintLen(uint64(n)) + n
	} else {
		f.counted += len(l.name) + l.cid.ByteLen()
	}
	if f.counted <= shardOver {
		return nil
	}
	f.shards = &sharder{most: f.held}
	for _, l := range f.links {
		if err := f.shards.add(l); err != nil {
			return err
		}
	}
	f.links = nil
	return nil
}

// root ends the folder.
func (f *folderBuilder) root(ctx context.Context) (link, error) {
	if f.shards != nil {
		return f.shards.root(ctx, f.out)
	}
	slices.SortFunc(f.links, func(a, b link) int { return strings.Compare(a.name, b.name) })
	return f.out.node(ctx, f.links, folderData())
}

// close gives back what the folder holds; root need not have been called.
func (f *folderBuilder) close() {
	if f.shards != nil {
		f.shards.close()
	}
}
