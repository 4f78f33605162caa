//go:build !driver

package main

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/ui"
)

// drive does nothing: only test builds can be steered from outside.
func drive(context.Context, fyne.App, fyne.Window, *ui.UI) (wait func()) { return func() {} }
