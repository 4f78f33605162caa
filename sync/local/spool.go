package local

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ipfs/go-cid"
	"github.com/ipld/go-car/v2"
	"github.com/ipld/go-car/v2/blockstore"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
)

// What is fetched is written to one CAR file per CID. While it grows it is
// ID.part, and a stop loses nothing; once it is whole and was read back it is
// ID.car, and the blocks of the pin are references into it.
const (
	partSuffix  = ".part"
	wholeSuffix = ".car"
)

// file is where the content of key is kept.
func (s *Service) file(key, suffix string) string { return filepath.Join(s.c.Dir, key+suffix) }

// openSpool opens the growing CAR of root, made where there is none or where
// the one there cannot be gone on with. Close it with Discard: its format needs
// no end.
func (s *Service) openSpool(root cid.Cid, key string) (*blockstore.ReadWrite, error) {
	if err := os.MkdirAll(s.c.Dir, 0o700); err != nil {
		return nil, storage(err)
	}
	path := s.file(key, partSuffix)
	open := func() (*blockstore.ReadWrite, error) {
		return blockstore.OpenReadWrite(path, []cid.Cid{root}, car.WriteAsCarV1(true), car.MaxAllowedSectionSize(maxSection))
	}
	sp, err := open()
	if err == nil {
		return sp, nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, storage(err)
	}
	if sp, err = open(); err != nil {
		return nil, storage(err)
	}
	return sp, nil
}

// maxSection is more than a block that came in one message can be.
const maxSection = 8 << 20

// whole makes the growing CAR the final one.
func (s *Service) whole(key string) error {
	path := s.file(key, partSuffix)
	f, err := os.Open(path)
	if err != nil {
		return storage(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return storage(err)
	}
	return storage(os.Rename(path, s.file(key, wholeSuffix)))
}

// tidy removes the files of key that nothing needs: a growing one that no pin
// waits for, a whole one that no block stands in.
func (s *Service) tidy(ctx context.Context, key string) error {
	_, waiting, err := s.c.User.LocalPins(ctx, services.Query{
		CIDs: []services.CID{services.WireCID(key)}, Status: []services.Status{services.Queued, services.Pinning}, Limit: 1,
	})
	if err != nil || waiting > 0 {
		return err
	}
	used, err := s.c.Blocks.Refers(ctx, store.Path(s.file(key, wholeSuffix)))
	if err != nil {
		return err
	}
	err = remove(s.file(key, partSuffix))
	if !used {
		err = errors.Join(err, remove(s.file(key, wholeSuffix)))
	}
	return err
}

// tidyAll looks at every file that was fetched, and lets go of what holders of
// pins that are gone hold: a stop may have come between the two.
func (s *Service) tidyAll(ctx context.Context) error {
	if err := s.dropGone(ctx); err != nil {
		return err
	}
	entries, err := os.ReadDir(s.c.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return storage(err)
	}
	for _, e := range entries {
		key, suffix := e.Name(), filepath.Ext(e.Name())
		if suffix != partSuffix && suffix != wholeSuffix {
			continue
		}
		if err := s.tidy(ctx, strings.TrimSuffix(key, suffix)); err != nil {
			return err
		}
	}
	return nil
}

// dropGone drops the blocks of pins that are gone.
func (s *Service) dropGone(ctx context.Context) error {
	pins, _, err := s.c.User.LocalPins(ctx, services.Query{})
	if err != nil {
		return err
	}
	there := make(map[blocks.Holder]bool, len(pins))
	for _, p := range pins {
		there[holder(p)] = true
	}
	all, err := s.c.Blocks.AllHolders(ctx)
	if err != nil {
		return err
	}
	for _, h := range all {
		if h < 0 && !there[h] {
			if err := s.c.Blocks.Drop(ctx, h); err != nil {
				return err
			}
		}
	}
	return nil
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return storage(err)
	}
	return nil
}

// storage is a failure of our own files; nil stays nil.
func storage(err error) error {
	if err == nil {
		return nil
	}
	return &services.Error{Code: services.CodeStorage, Op: "add", Err: err}
}
