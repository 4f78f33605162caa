package local

import (
	"context"
	"errors"
	"slices"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/user"
)

// takeHeld makes pin pinned where all its blocks are on this computer already,
// whoever needed them so far. held is false where they are not.
func (s *Service) takeHeld(ctx context.Context, pin *user.LocalPin) (held bool, err error) {
	root, err := parse("add", pin.Pin.CID)
	if err != nil {
		return false, err
	}
	holders, err := s.c.Blocks.Holders(ctx, root)
	if err != nil {
		return false, err
	}
	slices.SortFunc(holders, func(a, b blocks.Holder) int { return int(b - a) }) // the person's own files first
	for _, from := range holders {
		if from == holder(*pin) {
			continue
		}
		if err := s.reader.Unchanged(ctx, store.SourceID(from)); err != nil {
			if ctx.Err() != nil {
				return false, err
			}
			continue
		}
		if held, err = s.takeFrom(ctx, from, root, pin); held || err != nil {
			return held, err
		}
	}
	return false, nil
}

// takeFrom makes the pin hold root as from does, if that has all of it.
func (s *Service) takeFrom(ctx context.Context, from blocks.Holder, root cid.Cid, pin *user.LocalPin) (held bool, err error) {
	n := int64(0)
	err = s.walk(ctx, from, root, func(blocks.Block, blocks.File) error { n++; return nil })
	if errors.Is(err, errMissing) || services.CodeOf(err) == services.CodeSource {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	all, err := s.c.Blocks.Totals(ctx, from)
	if err != nil {
		return false, err
	}
	if n == all.Blocks {
		err = s.c.Blocks.Share(ctx, from, holder(*pin))
	} else {
		err = s.takePart(ctx, from, root, holder(*pin))
	}
	if err != nil {
		return false, err
	}
	return true, s.keep(ctx, pin)
}

// takePart gives to what is below root of what from holds, and nothing else.
func (s *Service) takePart(ctx context.Context, from blocks.Holder, root cid.Cid, to blocks.Holder) error {
	w, err := s.c.Blocks.Write(ctx, to)
	if err != nil {
		return err
	}
	defer w.Discard()
	files := make(map[blocks.FileID]blocks.FileID)
	err = s.walk(ctx, from, root, func(b blocks.Block, f blocks.File) error {
		if b.File != 0 {
			id, known := files[b.File]
			if !known {
				if id, err = w.File(ctx, f); err != nil {
					return err
				}
				files[b.File] = id
			}
			b.File = id
		}
		return w.Put(ctx, []blocks.Block{b})
	})
	if err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}

// keep notes that the blocks of a pin are all here. A pin that was let go of
// meanwhile gives them back.
func (s *Service) keep(ctx context.Context, pin *user.LocalPin) error {
	t, err := s.c.Blocks.Totals(ctx, holder(*pin))
	if err != nil {
		return err
	}
	pin.Status, pin.Size, pin.Details = services.Pinned, t.Bytes, ""
	ok, err := s.c.User.NoteLocalPin(ctx, *pin)
	if err != nil || ok {
		return err
	}
	return s.release(context.WithoutCancel(ctx), *pin)
}

// errMissing: a holder does not have all of something.
var errMissing = errors.New("a block is missing")

// frame is a block on the way down, and which of its links is next.
type frame struct {
	block blocks.Block
	file  blocks.File
	links []cid.Cid
}

// walk calls visit for every block below root that h holds, each once, children
// before their parents; it is errMissing where h lacks one.
func (s *Service) walk(ctx context.Context, h blocks.Holder, root cid.Cid, visit func(blocks.Block, blocks.File) error) error {
	seen := make(map[string]bool)
	var path []frame // not a recursion: how deep it is was not decided here
	enter := func(c cid.Cid) error {
		if seen[string(c.Hash())] {
			return nil
		}
		seen[string(c.Hash())] = true
		f, err := s.look(ctx, h, c)
		if err == nil {
			path = append(path, f)
		}
		return err
	}
	if err := enter(root); err != nil {
		return err
	}
	for len(path) > 0 {
		top := &path[len(path)-1]
		if len(top.links) > 0 {
			next := top.links[0]
			top.links = top.links[1:]
			if err := enter(next); err != nil {
				return err
			}
			continue
		}
		if top.block.CID.Defined() {
			if err := visit(top.block, top.file); err != nil {
				return err
			}
		}
		path = path[:len(path)-1]
	}
	return nil
}

// look finds a block among what h holds, with its links.
func (s *Service) look(ctx context.Context, h blocks.Holder, c cid.Cid) (frame, error) {
	if data, inline := content(c); inline {
		links, err := linksOf(c, data)
		return frame{links: links}, err
	}
	b, file, found, err := s.c.Blocks.Find(ctx, h, c)
	if err != nil {
		return frame{}, err
	}
	if !found {
		return frame{}, errMissing
	}
	b.CID = c // as its parent links to it
	f := frame{block: b, file: file}
	if c.Prefix().Codec == cid.Raw || b.File != 0 && b.Length < b.Size {
		return f, nil // a leaf
	}
	data := b.Data
	if b.File != 0 {
		if data, err = s.reader.Read(ctx, b, file); err != nil {
			return frame{}, err
		}
	}
	f.links, err = linksOf(c, data)
	return f, err
}
