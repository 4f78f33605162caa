package main

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui"
	"github.com/pintray/pintray/ui/items"
	"github.com/pintray/pintray/ui/kit"
	"github.com/pintray/pintray/ui/tray"
)

const (
	// demoPins is how many pins each made-up service of --demo has.
	demoPins = 3000
	// endTime is how long the engine may take to end once the window is gone: a
	// dead service is not waited for, what was sent is looked for at the next start.
	endTime = 2500 * time.Millisecond
	// panelTime is how long a start asks for a panel; panelLateTime how long a
	// hidden one does, since at login the panel may be slower than we are.
	panelTime     = 300 * time.Millisecond
	panelLateTime = 8 * time.Second
	// panelGone is how long the panel may be away before a hidden window comes
	// back: panels restart.
	panelGone = 15 * time.Second
	// maxCopied is the longest clipboard looked at, in bytes.
	maxCopied = 64 << 10
)

// program is everything that runs.
type program struct {
	app   fyne.App
	flags flags
	core  *boot.App
	ui    *ui.UI
	tray  *tray.Tray

	panel  atomic.Bool   // a panel shows our icon
	called chan struct{} // another start asked for the window
}

func newProgram(a fyne.App, f flags) *program {
	return &program{app: a, flags: f, called: make(chan struct{}, 1)}
}

// open opens the data folder, as its owner.
func (p *program) open() (err error) {
	o := boot.Options{Dir: boot.Dir(p.flags.data), Mode: boot.Own, Raise: p.raise}
	if p.flags.demo {
		o.Demo = demoPins
	}
	p.core, err = boot.Open(context.Background(), o)
	return err
}

// raise is asked of us by another start. It may come before there is a window.
func (p *program) raise(args []string) {
	select {
	case p.called <- struct{}{}:
	default:
	}
	kit.OnUI(func() {
		if p.ui != nil {
			p.ui.Raise(args)
		}
	})
}

// run shows the window and returns when all has ended.
func (p *program) run() error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var running sync.WaitGroup
	running.Go(func() { p.core.Keep(ctx) })
	running.Go(func() { giveBack(ctx) })
	p.ui = ui.New(p.app, ui.Deps{
		Reader: p.core.Reader, Changes: p.core.Changes, Engine: p.core.Engine, Log: p.core.Log,
		Dir: p.core.Dir, LogFile: filepath.Join(p.core.Dir, "pintray.log"), Version: boot.Version,
		TrayAvailable: p.panel.Load, OpenURL: p.openURL,
		Space: func(ctx context.Context) (int64, error) {
			s, err := p.core.Engine.Space(ctx)
			return s.Used, err
		},
	})
	driven := drive(ctx, p.app, p.ui.Window(), p.ui)
	p.putTray(ctx, &running)
	if len(p.flags.args) > 0 {
		p.ui.Raise(p.flags.args)
	}
	p.ui.Run(ctx, p.flags.hidden && len(p.flags.args) == 0)
	stop()
	return p.end(func() { running.Wait(); driven() })
}

// end waits for what runs and closes the files, but not for ever.
func (p *program) end(wait func()) error {
	late := time.AfterFunc(endTime, func() {
		p.core.Log.Warn("ended without waiting any longer")
		os.Exit(0)
	})
	defer late.Stop()
	wait()
	return p.core.Close()
}

// putTray puts the icon up and learns whether a panel shows it, now and later.
func (p *program) putTray(ctx context.Context, running *sync.WaitGroup) {
	var ok bool
	if p.tray, ok = tray.Put(p.app, p.trayActions()); !ok {
		return
	}
	running.Go(func() { p.tray.Run(ctx, p.core.Reader, p.core.Changes, p.core.Log) })
	reports := make(chan bool)
	running.Go(func() {
		tray.Watch(ctx, func(available bool) {
			select {
			case reports <- available:
			case <-ctx.Done():
			}
		})
	})
	patience := panelTime
	if p.flags.hidden {
		patience = panelLateTime
	}
	p.awaitPanel(reports, patience)
	running.Go(func() { p.followPanel(ctx, reports) })
}

// awaitPanel waits for a panel at most so long, and no longer once somebody
// wants to see the window.
func (p *program) awaitPanel(reports <-chan bool, patience time.Duration) {
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case available := <-reports:
			p.panel.Store(available)
			if available || !p.flags.hidden {
				return
			}
		case <-p.called:
			p.flags.hidden = false
			return
		case <-late.C:
			return
		}
	}
}

// followPanel keeps p.panel true. A hidden window comes back where the panel
// that could bring it back stays away.
func (p *program) followPanel(ctx context.Context, reports <-chan bool) {
	gone := time.NewTimer(panelGone)
	defer gone.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case available := <-reports:
			p.panel.Store(available)
			gone.Reset(panelGone)
		case <-gone.C:
			if !p.panel.Load() && p.ui.Hidden() {
				p.ui.Raise(nil)
			}
		}
	}
}

func (p *program) trayActions() tray.Actions {
	shown := func(then func()) func() {
		return func() {
			p.ui.Raise(nil)
			then()
		}
	}
	return tray.Actions{
		Open:       func() { p.ui.Raise(nil) },
		NeedsYou:   shown(p.ui.ShowNeedsYou),
		Working:    shown(p.ui.ShowWorking),
		KeepCopied: func() { p.ui.Raise(nil); p.ui.Add(copied(p.app.Clipboard().Content())) },
		CopyLink:   p.copyLink,
		Pause: func(until time.Time) {
			p.do(func(ctx context.Context) error { return p.core.Engine.Pause(ctx, until) })
		},
		Resume:   func() { p.do(p.core.Engine.Resume) },
		CheckNow: func() { p.do(func(ctx context.Context) error { return p.core.Engine.Refresh(ctx, nil) }) },
		Settings: shown(func() { p.ui.Show(ui.Settings) }),
		Quit:     p.ui.Quit,
	}
}

// copyLink copies a link to content, or its ID where no service keeps it.
func (p *program) copyLink(c services.CID) {
	kit.Go(context.Background(), func(ctx context.Context) (string, error) {
		it, known, err := p.core.Reader.ItemByCID(ctx, c)
		if err != nil || !known {
			return c.Text, err
		}
		return items.Link(it), nil
	}, func(text string, err error) {
		if err != nil {
			p.core.Log.Warn("the tray asked in vain", "err", err)
			text = c.Text
		}
		p.app.Clipboard().SetContent(text)
	})
}

// do asks the engine for something the tray was clicked for.
func (p *program) do(verb func(context.Context) error) {
	kit.Do(context.Background(), verb, func(err error) {
		if err != nil {
			p.core.Log.Warn("the tray asked in vain", "err", err)
		}
	})
}

// copied is what of the clipboard goes into the add sheet: nothing, unless it
// names something that can be kept. A password stays where it is.
func copied(text string) string {
	if len(text) > maxCopied {
		return ""
	}
	for line := range strings.Lines(text) {
		if _, err := services.ParseLink(line); err == nil {
			return text
		}
	}
	return ""
}

// openURL opens a web page in the person's browser, and nothing else.
func (p *program) openURL(u *url.URL) error {
	if u.Scheme != "https" && (u.Scheme != "http" || !services.Loopback(u.Hostname())) {
		return &services.Error{Code: services.CodeUsage, Op: "open", Reason: "scheme", Details: u.Scheme}
	}
	return p.app.OpenURL(u)
}
