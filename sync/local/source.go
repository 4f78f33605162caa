package local

import (
	"context"
	"slices"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/ingest"
)

// readAtOnce is up to how many bytes an Add reads of the person's files; more is
// for Run.
const readAtOnce = 64 << 20

// takeSource makes pin pinned where a file or folder of the person's is known to
// have been its content, up to most bytes of it, and still is. held is false where
// there is none.
func (s *Service) takeSource(ctx context.Context, pin *user.LocalPin, most int64) (held bool, err error) {
	source, found, err := s.c.User.SourceOf(ctx, pin.Pin.CID)
	if err != nil || !found || source.Size > most {
		return false, err
	}
	err = s.readSource(ctx, pin, source)
	if services.CodeOf(err) == services.CodeSource {
		return false, ctx.Err() // it is another one now
	}
	return err == nil, err
}

// readSource makes pin hold what is read of a file or folder; CodeSource where
// that is not its content.
func (s *Service) readSource(ctx context.Context, pin *user.LocalPin, source store.Source) error {
	w, err := s.c.Blocks.Write(ctx, holder(*pin))
	if err != nil {
		return err
	}
	defer w.Discard()
	o := ingest.Options{Profile: source.Profile, Hidden: source.Hidden, Ignore: source.Ignore}
	var roots []ingest.Root
	if source.CAR {
		roots, err = ingest.CAR(ctx, source.Path, o, w)
	} else {
		var root ingest.Root
		root, err = ingest.Path(ctx, source.Path, o, w)
		roots = []ingest.Root{root}
	}
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(roots, func(r ingest.Root) bool { return r.CID.Key == pin.Pin.CID.Key }) {
		return &services.Error{Code: services.CodeSource, Op: "look", Reason: services.ReasonChanged}
	}
	if _, err := w.Commit(ctx); err != nil {
		return err
	}
	return s.keep(ctx, pin)
}
