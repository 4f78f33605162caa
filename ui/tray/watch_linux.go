package tray

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
)

// askTime is how long the session bus may take to answer.
const askTime = 2 * time.Second

// Watch reports whether a panel shows tray icons: at once, and whenever that
// changes, until ctx ends. It has a connection of its own, and without a
// session bus it reports false once. report is called from Watch's goroutine.
//
// Fyne cannot be asked: without a panel it just logs that nobody took the icon.
func Watch(ctx context.Context, report func(available bool)) {
	conn, err := connect(ctx)
	if err != nil {
		report(false)
		return
	}
	defer conn.Close()
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, watcherName)},
		{dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostRegistered")},
		{dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostUnregistered")},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			report(false)
			return
		}
	}
	now := hosted(ctx, conn)
	report(now)
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-signals:
			if !open { // the bus went away, and every panel with it
				if now {
					report(false)
				}
				return
			}
		}
		if next := hosted(ctx, conn); next != now && ctx.Err() == nil {
			now = next
			report(now)
		}
	}
}

// connect opens a private connection, never starting a bus where there is none.
func connect(ctx context.Context) (*dbus.Conn, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if err := conn.Auth(nil); err != nil {
		_ = conn.Close()
		return nil, err
	}
	if err := conn.Hello(); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// hosted reports whether somebody watches for icons and somebody shows them. A
// watcher that does not say is taken to have a host.
func hosted(ctx context.Context, conn *dbus.Conn) bool {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	var owned bool
	if err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, watcherName).Store(&owned); err != nil || !owned {
		return false
	}
	var v dbus.Variant
	err := conn.Object(watcherName, watcherPath).
		CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, watcherName, "IsStatusNotifierHostRegistered").Store(&v)
	if err != nil {
		return ctx.Err() == nil
	}
	registered, ok := v.Value().(bool)
	return registered || !ok
}
