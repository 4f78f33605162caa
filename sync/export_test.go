package sync

import "context"

// WakeUp is what watchWorld does once the computer slept: no test can let the
// two clocks run apart.
func (e *Engine) WakeUp(ctx context.Context) bool { return e.wokeUp(ctx) }
