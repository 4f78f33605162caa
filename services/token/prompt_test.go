//go:build linux

package token_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/token"
)

// screen starts an X server of its own on a free display.
func screen(t *testing.T) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	t.Cleanup(func() {
		_ = x.Process.Signal(os.Interrupt)
		_ = x.Wait()
	})
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb says no display: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

// asked runs the calling test in a session with a locked keyring that has a
// screen to ask on.
func asked(t *testing.T) {
	t.Helper()
	need(t, "dbus-run-session", "gnome-keyring-daemon", "gdbus", "Xvfb", "xdotool")
	s := newSession(t)
	s.create(t)
	s.setup, s.display = locked, screen(t)
	s.run(t)
}

// press waits for the question to be on the screen and then presses keys, till
// ctx ends.
func press(ctx context.Context, keys ...string) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		if exec.CommandContext(ctx, "xdotool", "search", "--onlyvisible", "--class", "gcr-prompter").Run() == nil {
			_ = exec.CommandContext(ctx, "xdotool", keys...).Run() // again at the next tick
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// whilePressing calls f while keys are pressed at whatever it makes appear.
func whilePressing(t *testing.T, f func(), keys ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		press(ctx, keys...)
	}()
	f()
	cancel()
	<-ended
}

func TestKeyring_PersonUnlocks(t *testing.T) {
	if !inside(t) {
		asked(t)
		return
	}
	ctx, keys := t.Context(), token.New(token.Config{Ask: 20 * time.Second})
	var source services.KeySource
	whilePressing(t, func() {
		within(t, 15*time.Second, "Set", func() {
			var err error
			if source, err = keys.Set(ctx, services.NewSecret(key)); err != nil || source.Kind() != services.KeyInKeyring {
				t.Fatalf("Set = %q, %v", source, err)
			}
		})
	}, append([]string{"key", "ctrl+a", "BackSpace"}, append(strings.Split(password, ""), "Return")...)...)
	if got, err := token.New(token.Config{}).Get(ctx, source); err != nil || got.Reveal() != key {
		t.Errorf("Get: %v", err)
	}
}

func TestKeyring_PersonDismisses(t *testing.T) {
	if !inside(t) {
		asked(t)
		return
	}
	keys := token.New(token.Config{Ask: 20 * time.Second})
	whilePressing(t, func() {
		within(t, 15*time.Second, "Unlock", func() {
			if err := keys.Unlock(t.Context()); reason(err) != "dismissed" {
				t.Errorf("Unlock: %v, want dismissed", err)
			}
		})
	}, "key", "Escape")
}

func TestKeyring_NobodyAnswers(t *testing.T) {
	if !inside(t) {
		asked(t)
		return
	}
	shared, err := dbus.SessionBus() // as the tray does: signals come in on the shared bus
	if err != nil {
		t.Fatal(err)
	}
	if err := shared.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus")); err != nil {
		t.Fatal(err)
	}
	ctx, keys := t.Context(), token.New(token.Config{Ask: 1500 * time.Millisecond})
	if got := keys.Locked(ctx); got != "locked" {
		t.Fatalf("Locked = %q", got)
	}
	before := runtime.NumGoroutine()
	first := make(chan error, 1)
	go func() { first <- keys.Unlock(ctx) }()
	start := time.Now()
	second := keys.Unlock(ctx) // joins the question of the first, or asks and is joined
	took := time.Since(start)
	if err := <-first; reason(err) != "timeout" || reason(second) != "timeout" {
		t.Errorf("Unlock = %v and %v, want timeout", err, second)
	}
	if took < 1400*time.Millisecond || took > 4*time.Second {
		t.Errorf("it took %v, want 1.5 s: the question was given up early or kept", took)
	}
	within(t, 3*time.Second, "Get while locked", func() {
		if _, err := keys.Get(ctx, "keyring:something"); reason(err) != "locked" {
			t.Errorf("Get: %v", err)
		}
	})
	gone := exec.Command("xdotool", "search", "--onlyvisible", "--class", "gcr-prompter")
	for deadline := time.Now().Add(5 * time.Second); gone.Run() == nil; gone = exec.Command(gone.Args[0], gone.Args[1:]...) {
		if time.Now().After(deadline) {
			t.Fatal("the question is still on the screen")
		}
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
	}
}

func TestKeyring_AnswersEndWithTheContext(t *testing.T) {
	if !inside(t) {
		asked(t)
		return
	}
	keys := token.New(token.Config{})
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	within(t, 3*time.Second, "Unlock", func() {
		if err := keys.Unlock(ctx); reason(err) != "timeout" {
			t.Errorf("Unlock: %v", err)
		}
	})
}

func TestKeyring_UnlockedElsewhereIsNoticed(t *testing.T) {
	if !inside(t) {
		need(t, "dbus-run-session", "gnome-keyring-daemon", "gdbus")
		s := newSession(t)
		s.create(t)
		s.setup = locked
		s.run(t)
		return
	}
	ctx, cancel := context.WithCancel(t.Context())
	keys := token.New(token.Config{Poll: 50 * time.Millisecond})
	ended := make(chan error, 1)
	go func() { ended <- keys.Run(ctx) }()
	if got := keys.Locked(ctx); got != "locked" {
		t.Fatalf("Locked = %q", got)
	}
	<-keys.Changed() // of the first look
	unlockElsewhere(t)
	select {
	case <-keys.Changed():
	case <-time.After(10 * time.Second):
		t.Fatal("no notice")
	}
	if got := keys.Locked(ctx); got != "" {
		t.Errorf("Locked = %q after the notice", got)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v", err)
	}
}

// unlockElsewhere gives the keyring its password without a prompt, through the
// call gnome-keyring has for its own tools.
func unlockElsewhere(t *testing.T) {
	t.Helper()
	ring := secretService(t)
	var unused dbus.Variant
	secret := struct {
		Session   dbus.ObjectPath
		Parameter []byte
		Value     []byte
		Type      string
	}{Parameter: []byte{}, Value: []byte(password), Type: "text/plain"}
	if err := ring.Call("org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&unused, &secret.Session); err != nil {
		t.Fatal(err)
	}
	if err := ring.Call("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword", 0, login, secret).Err; err != nil {
		t.Fatal(err)
	}
}

const login = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")

// lockKeyring locks it, as a screen saver may.
func lockKeyring(t *testing.T) {
	t.Helper()
	if err := secretService(t).Call("org.freedesktop.Secret.Service.Lock", 0, []dbus.ObjectPath{login}).Err; err != nil {
		t.Fatal(err)
	}
}

// secretService is the keyring as any program on the bus may call it.
func secretService(t *testing.T) dbus.BusObject {
	t.Helper()
	bus, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	if err := errors.Join(bus.Auth(nil), bus.Hello()); err != nil {
		t.Fatal(err)
	}
	return bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets")
}
