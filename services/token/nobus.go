//go:build !linux && !freebsd && !netbsd && !openbsd && !dragonfly

package token

import (
	"context"
	"time"
)

// waitDefault: the system itself may ask the person within a call.
const waitDefault = 30 * time.Second

// look: these systems cannot be asked whether the keyring is locked; a call
// that cannot be answered ends by its deadline.
func look(ctx context.Context, _ bool) error {
	if ctx.Err() != nil {
		return fail("timeout", ctx.Err())
	}
	return nil
}

// ask: the system asks by itself when an entry is read.
func ask(context.Context, Config) error { return nil }
