//go:build linux || freebsd || netbsd || openbsd || dragonfly

package token

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/godbus/dbus/v5"
)

// waitDefault: a keyring that need not ask answers in milliseconds; starting
// one takes under a second.
const waitDefault = 3 * time.Second

// The Secret Service API of freedesktop.org, draft 0.2.
const (
	busName    = "org.freedesktop.secrets"
	busPath    = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath  = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	ifService  = "org.freedesktop.Secret.Service"
	ifKeeping  = "org.freedesktop.Secret.Collection"
	ifPrompt   = "org.freedesktop.Secret.Prompt"
	getProp    = "org.freedesktop.DBus.Properties.Get"
	noDefault  = dbus.ObjectPath("/")
	completed  = ifPrompt + ".Completed"
	defaultFor = "default"
)

// bus is a connection of our own to the session bus: on the shared one any
// signal of the tray is taken for the answer of a prompt. It ends with ctx.
type bus struct {
	*dbus.Conn
	flags dbus.Flags
}

// connect never launches a bus.
func connect(ctx context.Context, start bool) (bus, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return bus{}, none("no-bus", err)
	}
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	if err != nil {
		_ = conn.Close()
		return bus{}, none("no-bus", err)
	}
	b := bus{Conn: conn}
	if !start {
		b.flags = dbus.FlagNoAutoStart
	}
	return b, nil
}

func (b bus) call(ctx context.Context, path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	return b.Object(busName, path).CallWithContext(ctx, method, b.flags, args...)
}

// collection finds where the library would keep an entry: "login", else the
// default one; and whether it is locked.
func (b bus) collection(ctx context.Context) (path dbus.ObjectPath, locked bool, err error) {
	var all, state dbus.Variant
	if err := b.call(ctx, busPath, getProp, ifService, "Collections").Store(&all); err != nil {
		return "", false, busError(ctx, err)
	}
	paths, _ := all.Value().([]dbus.ObjectPath)
	for _, p := range paths {
		if p == loginPath {
			path = p
		}
	}
	if path == "" {
		if err := b.call(ctx, busPath, ifService+".ReadAlias", defaultFor).Store(&path); err != nil {
			return "", false, busError(ctx, err)
		}
		if path == noDefault {
			return "", false, none("no-default", nil)
		}
	}
	if err := b.call(ctx, path, getProp, ifKeeping, "Locked").Store(&state); err != nil {
		return "", false, busError(ctx, err)
	}
	locked, _ = state.Value().(bool)
	return path, locked, nil
}

// busError tells "it takes too long" from "there is none": the first must not
// make a caller do without the keyring.
func busError(ctx context.Context, err error) error {
	var reply dbus.Error
	switch {
	case ctx.Err() != nil:
		return fail("timeout", ctx.Err())
	case errors.As(err, &reply) && (reply.Name == "org.freedesktop.DBus.Error.NoReply" || reply.Name == "org.freedesktop.DBus.Error.TimedOut"):
		return fail("timeout", err)
	}
	return none("no-service", err)
}

// look says whether keys can be read without asking anyone.
func look(ctx context.Context, start bool) error {
	b, err := connect(ctx, start)
	if err != nil {
		return err
	}
	defer b.Close()
	_, locked, err := b.collection(ctx)
	if err == nil && locked {
		return fail("locked", nil)
	}
	return err
}

// ask has the keyring ask the person to unlock it. It waits c.Ask for the
// answer of that very prompt, and dismisses it then.
func ask(ctx context.Context, c Config) error {
	ctx, cancel := context.WithTimeout(ctx, c.Ask)
	defer cancel()
	life, end := context.WithCancel(context.WithoutCancel(ctx)) // outlives ctx, to take the question back
	defer end()
	late := time.AfterFunc(c.Wait, end)
	b, err := connect(life, true)
	late.Stop()
	if err != nil {
		return err
	}
	defer b.Close()
	short, done := context.WithTimeout(ctx, c.Wait)
	defer done()
	path, locked, err := b.collection(short)
	if err != nil || !locked {
		return err
	}
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	if err := b.call(short, busPath, ifService+".Unlock", []dbus.ObjectPath{path}).Store(&unlocked, &prompt); err != nil {
		return busError(short, err)
	}
	if prompt == noDefault {
		return nil
	}
	signals := make(chan *dbus.Signal, 16)
	b.Signal(signals)
	if err := b.AddMatchSignalContext(short, dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(ifPrompt)); err != nil {
		return busError(short, err)
	}
	if err := b.call(short, prompt, ifPrompt+".Prompt", "").Err; err != nil {
		return busError(short, err)
	}
	return b.answer(ctx, prompt, signals)
}

// answer waits for the end of prompt and of no other.
func (b bus) answer(ctx context.Context, prompt dbus.ObjectPath, signals <-chan *dbus.Signal) error {
	for {
		select {
		case <-ctx.Done():
			b.dismiss(prompt)
			return fail("timeout", ctx.Err())
		case s, ok := <-signals:
			if !ok {
				return none("no-bus", dbus.ErrClosed)
			}
			if s.Name != completed || s.Path != prompt || len(s.Body) == 0 {
				continue
			}
			if dismissed, _ := s.Body[0].(bool); !dismissed {
				return nil
			}
			if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
				return fail("locked", errors.New("nobody could be asked: no display"))
			}
			return fail("dismissed", nil)
		}
	}
}

// dismiss takes the question off the screen.
func (b bus) dismiss(prompt dbus.ObjectPath) {
	ctx, cancel := context.WithTimeout(context.Background(), waitDefault)
	defer cancel()
	_ = b.call(ctx, prompt, ifPrompt+".Dismiss").Err // the prompt may have ended meanwhile
}
