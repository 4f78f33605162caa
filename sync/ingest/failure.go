package ingest

import (
	"context"
	"errors"
	"io/fs"

	"github.com/pintray/pintray/services"
)

// failure is why something on disk cannot be taken.
func failure(reason, path string, cause error) *services.Error {
	return &services.Error{Code: services.CodeSource, Op: "read", Reason: reason, Details: services.Clean(path), Err: cause}
}

// storage is a failure of our own.
func storage(err error) error {
	return &services.Error{Code: services.CodeStorage, Op: "read", Err: err}
}

// failed is err of what was done with path. gone is the reason where it is not
// there: ReasonVanished of what was asked for, ReasonChanged of what a listing
// named a moment ago. Errors of a context and our own stay what they are.
func failed(err error, path, gone string) error {
	var known *services.Error
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, fs.ErrNotExist), isGone(err):
		return failure(gone, path, err)
	case isExhausted(err):
		return storage(err) // nothing is wrong with the file
	case isLocked(err):
		return failure(services.ReasonLocked, path, err)
	}
	return failure(services.ReasonUnreadable, path, err)
}

// changed is the failure of a file or folder that is not what it was.
func changed(path string) error { return failure(services.ReasonChanged, path, nil) }
