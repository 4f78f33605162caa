//go:build linux

package token

import (
	"context"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Any program on the bus can send what looks like the end of our prompt.
func TestAnswer_OnlyAWholeSignalOfThisPromptEndsIt(t *testing.T) {
	const prompt = dbus.ObjectPath("/org/freedesktop/secrets/prompt/p1")
	signals := make(chan *dbus.Signal, 3)
	signals <- &dbus.Signal{Name: completed, Path: prompt} // without a body
	signals <- &dbus.Signal{Name: completed, Path: "/another", Body: []any{true}}
	signals <- &dbus.Signal{Name: completed, Path: prompt, Body: []any{false}}
	if err := (bus{}).answer(context.Background(), prompt, signals); err != nil {
		t.Error(err)
	}
}
