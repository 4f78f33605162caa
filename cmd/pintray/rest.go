package main

import (
	"time"

	"github.com/go-gl/glfw/v3.4/glfw"

	"github.com/pintray/pintray/ui/kit"
)

// rest lets the UI thread stand still while nothing happens, in what Fyne's
// driver asks for events too.
func rest() {
	kit.Rest(func(atMost time.Duration) { glfw.WaitEventsTimeout(atMost.Seconds()) }, glfw.PostEmptyEvent)
}
