// Package kit is what every screen is built from: the palette and the type
// scale, widgets drawn to the numbers of the design, all wording, and the only
// way off the UI thread.
//
// Every function but Go's work runs on the UI thread. Widgets are made with
// New..., take the keyboard (Tab, Space, Enter, arrows) with a visible ring,
// follow a change of theme by themselves, and say what they are with Label.
// The package starts no goroutine except in Go, which Wait waits for.
package kit
