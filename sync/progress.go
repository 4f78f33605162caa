package sync

import (
	"context"

	"github.com/pintray/pintray/store"
)

// Progress is how far what is being read, uploaded and given has come.
func (e *Engine) Progress(context.Context) ([]store.Progress, error) { return nil, nil }
