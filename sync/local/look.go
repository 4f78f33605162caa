package local

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

// ofFile are the reasons of a failed pin that go when its files are back.
var ofFile = []string{
	services.ReasonChanged, services.ReasonVanished, services.ReasonUnreadable, services.ReasonLocked,
	services.ReasonPlaceholder, services.ReasonSpecial,
}

// lookAll sees whether the files of pinned content are what they were: a pin
// whose file was changed or is gone has failed, until it is back.
func (s *Service) lookAll(ctx context.Context) error {
	pins, _, err := s.c.User.LocalPins(ctx, services.Query{Status: []services.Status{services.Pinned, services.Failed}})
	if err != nil {
		return err
	}
	for _, pin := range pins {
		if pin.Status == services.Failed && !slices.Contains(ofFile, pin.Details) {
			continue
		}
		if err := s.lookAt(ctx, pin); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) lookAt(ctx context.Context, pin user.LocalPin) error {
	t, err := s.c.Blocks.Totals(ctx, holder(pin))
	if err != nil {
		return err
	}
	if t.Blocks > 0 {
		err = s.reader.Unchanged(ctx, store.SourceID(holder(pin)))
	}
	if t.Blocks == 0 || services.CodeOf(err) == services.CodeSource && s.fetched(pin) {
		err = s.restore(ctx, &pin) // the index was lost, or the data folder was moved
	}
	var e *services.Error
	switch {
	case err == nil && pin.Status == services.Failed:
		return s.keep(ctx, &pin)
	case err == nil, ctx.Err() != nil:
		return err
	case !errors.As(err, &e) || e.Code != services.CodeSource:
		return err
	case pin.Status == services.Failed && pin.Details == e.Reason:
		return nil
	}
	s.c.Log.Warn("a file that is kept by reference is not what it was", "op", "look", "cid", pin.Pin.CID.Text, "reason", e.Reason)
	pin.Status, pin.Details = services.Failed, e.Reason
	_, err = s.c.User.NoteLocalPin(ctx, pin)
	return err
}

// fetched reports whether there is a file of the pin's content.
func (s *Service) fetched(pin user.LocalPin) bool {
	_, err := os.Stat(s.file(pin.Pin.CID.Key, wholeSuffix))
	return err == nil
}

// restore indexes what a pin holds anew: from the file it was fetched to, else
// from the file or folder it was imported from.
func (s *Service) restore(ctx context.Context, pin *user.LocalPin) error {
	if s.fetched(*pin) {
		return s.index(ctx, pin, s.file(pin.Pin.CID.Key, wholeSuffix))
	}
	source, found, err := s.c.User.SourceOf(ctx, pin.Pin.CID)
	if err != nil {
		return err
	}
	if !found {
		return &services.Error{Code: services.CodeSource, Op: "look", Reason: services.ReasonVanished}
	}
	return s.readSource(ctx, pin, source)
}
