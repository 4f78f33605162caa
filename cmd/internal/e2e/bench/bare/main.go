// Command bare is a window of the toolkit with nothing of ours in it: the floor
// that the figures of Pintray's window are read against, in the same run. It
// shows Fyne's own list of 100,000 labels, and answers the driver's socket
// (PINTRAY_DRIVER) with as little as the bench asks for.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	w := app.NewWithID("io.github.pintray.bare").NewWindow("bare")
	label := func() fyne.CanvasObject { return widget.NewLabel("") }
	w.SetContent(widget.NewList(func() int { return 100_000 }, label, func(i int, o fyne.CanvasObject) {
		o.(*widget.Label).SetText(fmt.Sprintf("Line %d of a list", i))
	}))
	w.Resize(fyne.NewSize(1280, 800))
	l, err := net.Listen("unix", os.Getenv("PINTRAY_DRIVER"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
	go serve(l)
	w.ShowAndRun() // the process ends with the window, and serve with it
}

// serve answers each line once the UI thread has come to it; one text is enough
// for the rig to see that the window paints.
func serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			fyne.DoAndWait(func() {})
			if _, err := fmt.Fprintln(conn, `{"shown":true,"texts":[{"label":"bare"}]}`); err != nil {
				break
			}
		}
		_ = conn.Close()
	}
}
