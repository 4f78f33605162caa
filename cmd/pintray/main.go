// Command pintray is the desktop and tray app: it opens the data folder, shows
// the window, keeps the tray true, and ends everything in order.
//
// Fyne owns the main goroutine; the engine and the tray each have one, which
// are waited for after the last window is gone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2/app"

	"github.com/pintray/pintray/assets/metadata"
	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

const appID = "io.github.pintray.Pintray"

// raiseTime is how long another start may take to come forward.
const raiseTime = 3 * time.Second

func main() { os.Exit(start(os.Args[1:])) }

// start runs the app and returns its exit status: 0, 1 where it could not
// start, 2 for wrong use.
func start(args []string) int {
	f, err := parseFlags(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Print(usage)
		return 0
	case err != nil:
		fmt.Fprintf(os.Stderr, "error: %v\nhint: see: pintray --help\n", err)
		return 2
	}
	if !f.demo && !f.hidden && raised(f) {
		return 0
	}
	debug.SetGCPercent(50)                         // a check of a long list leaves much behind
	if dir, err := os.UserCacheDir(); err == nil { // the toolkit makes its folder there, but not what is above it
		_ = os.MkdirAll(dir, 0o700)
	}
	app.SetMetadata(metadata.Metadata())
	a := app.NewWithID(appID)
	a.Settings().SetTheme(kit.NewTheme(kit.LookSystem))
	a.SetIcon(kit.AppIcon())
	rest()

	p := newProgram(a, f)
	err = p.open()
	if err == nil {
		err = p.run()
	}
	if err == nil {
		return 0
	}
	if services.CodeOf(err) == services.CodeInUse && (f.hidden || raised(f)) {
		return 0 // another start was faster
	}
	return trouble(a, boot.Dir(f.data), err)
}

// raised brings another start of the same data folder forward, if there is one.
func raised(f flags) bool {
	ctx, cancel := context.WithTimeout(context.Background(), raiseTime)
	defer cancel()
	ok, err := boot.RaiseOther(ctx, boot.Dir(f.data), f.args)
	return ok && err == nil
}
