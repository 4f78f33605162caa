package sync

import (
	"context"
	"os"
)

// WakeUp is what watchWorld does once the computer slept: no test can let the
// two clocks run apart.
func (e *Engine) WakeUp(ctx context.Context) bool { return e.wokeUp(ctx) }

// SystemRefuses is why a folder of such a system must not be watched.
func SystemRefuses(goos, path string) string { return systemOf(goos, os.Getenv).refused(path) }
