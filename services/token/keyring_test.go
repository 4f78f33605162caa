//go:build linux

package token_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/token"
)

// The tests of this file run against a real gnome-keyring on a bus of their
// own. Each starts this test program again under dbus-run-session; there the
// part of the test behind inside runs.

// session is a home, a keyring and a bus that nobody else sees.
type session struct {
	home    string
	display string // of Xvfb, "" for none
	setup   string // shell commands run on the bus before the test
	config  string // bus configuration, "" for the usual one
}

// password opens the made-up keyrings; it can be typed key by key.
const password = "sesame"

// unlock is how a login starts the keyring: with the password.
const unlock = `printf %s ` + password + ` | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
gdbus wait --session --timeout 20 org.freedesktop.secrets
for i in $(seq 200); do
  gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
    --method org.freedesktop.DBus.Properties.Get org.freedesktop.Secret.Service Collections | grep -q login && break
  sleep .02
done
`

// locked is a keyring started without the password.
const locked = `gnome-keyring-daemon --foreground --components=secrets >/dev/null 2>&1 &
gdbus wait --session --timeout 20 org.freedesktop.secrets
`

func newSession(t *testing.T) session {
	t.Helper()
	home, err := os.MkdirTemp("", "pintray-keyring-") // short: bus addresses are
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	for _, dir := range []string{"data", "run"} {
		if err := os.Mkdir(filepath.Join(home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return session{home: home}
}

// command runs a shell command inside the session.
func (s session) command(ctx context.Context, script string, env ...string) *exec.Cmd {
	args := []string{"--", "bash", "-c", s.setup + script}
	if s.config != "" {
		args = append([]string{"--config-file=" + s.config}, args...)
	}
	cmd := exec.CommandContext(ctx, "dbus-run-session", args...)
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.home, "XDG_DATA_HOME=" + s.home + "/data", "XDG_RUNTIME_DIR=" + s.home + "/run",
		"NO_AT_BRIDGE=1", "GSETTINGS_BACKEND=memory", "LANG=C.UTF-8",
	}, env...)
	if s.display != "" {
		cmd.Env = append(cmd.Env, "DISPLAY="+s.display)
	}
	return cmd
}

// run starts the calling test again inside the session and reports its failure.
func (s session) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	cmd := s.command(ctx, `exec "$0" -test.run="^$PINTRAY_INSIDE\$" -test.v`, "PINTRAY_INSIDE="+t.Name())
	cmd.Args = append(cmd.Args, os.Args[0])
	out, err := os.Create(filepath.Join(s.home, "output")) // a pipe would be held open by what the bus started
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	failed := runGroup(cmd)
	said, err := os.ReadFile(out.Name())
	if failed != nil || err != nil || !bytes.Contains(said, []byte("--- PASS: "+t.Name())) {
		t.Fatalf("inside the session: %v %v\n%s", failed, err, said)
	}
	if testing.Verbose() {
		t.Logf("%s", said)
	}
}

// runGroup runs a session in a process group of its own, and ends what is left
// of the group: a keyring may outlive its bus.
func runGroup(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	err := cmd.Wait()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // nobody may be left
	return err
}

// create makes the login keyring of the session, with one entry, unlocked
// once; the next bus finds it locked.
func (s session) create(t *testing.T) {
	t.Helper()
	s.setup = unlock
	if err := runGroup(s.command(t.Context(), "true")); err != nil {
		t.Fatalf("make a keyring: %v", err)
	}
	if _, err := os.Stat(filepath.Join(s.home, "data/keyrings/login.keyring")); err != nil {
		t.Fatalf("make a keyring: %v", err)
	}
}

// onlyServices has the bus start no services but those of the given element.
func (s *session) onlyServices(t *testing.T, servicedir string) {
	t.Helper()
	s.config = filepath.Join(s.home, "bus.conf")
	conf := `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=` + s.home + `/run</listen>` + servicedir + `
<policy context="default"><allow send_destination="*"/><allow eavesdrop="false"/><allow own="*"/></policy></busconfig>`
	if err := os.WriteFile(s.config, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
}

// inside reports whether this is the process inside the session.
func inside(t *testing.T) bool { return os.Getenv("PINTRAY_INSIDE") == t.Name() }

// need skips the test where a tool is missing, and fails it on CI.
func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("not run: no %s", tool)
			}
			t.Skipf("not run: no %s", tool)
		}
	}
	t.Parallel()
}

// within fails the test where f takes longer than limit.
func within(t *testing.T, limit time.Duration, what string, f func()) {
	t.Helper()
	start := time.Now()
	f()
	took := time.Since(start)
	t.Logf("%s: %v", what, took.Round(100*time.Microsecond))
	if took > limit {
		t.Errorf("%s took %v, want under %v", what, took, limit)
	}
}

func TestKeyring_UnlockedKeepsKeys(t *testing.T) {
	if !inside(t) {
		need(t, "dbus-run-session", "gnome-keyring-daemon", "gdbus")
		s := newSession(t)
		s.setup = unlock
		s.run(t)
		return
	}
	ctx, keys := t.Context(), token.New(token.Config{})
	if got := keys.Locked(ctx); got != "" {
		t.Fatalf("Locked = %q", got)
	}
	var source services.KeySource
	long := strings.Repeat("k", token.MaxLength)
	within(t, 3*time.Second, "Set", func() {
		var err error
		if source, err = keys.Set(ctx, services.NewSecret("Bearer "+long)); err != nil || source.Kind() != services.KeyInKeyring {
			t.Fatalf("Set = %q, %v", source, err)
		}
	})
	other, err := keys.Set(ctx, services.NewSecret(key))
	if err != nil || other == source {
		t.Fatalf("second Set = %q, %v; the first was %q", other, err, source)
	}
	later := token.New(token.Config{}) // a later start: nothing in memory
	within(t, 3*time.Second, "Get", func() {
		if got, err := later.Get(ctx, source); err != nil || got.Reveal() != long {
			t.Errorf("Get = %d bytes, %v; want %d", len(got.Reveal()), err, len(long))
		}
	})
	if got, err := later.Get(ctx, other); err != nil || got.Reveal() != key {
		t.Errorf("Get of the second = %v", err)
	}
	if err := later.Delete(ctx, source); err != nil {
		t.Errorf("Delete: %v", err)
	}
	if err := later.Delete(ctx, source); err != nil {
		t.Errorf("Delete of a missing entry: %v", err)
	}
	if _, err := later.Get(ctx, source); reason(err) != "missing-entry" {
		t.Errorf("Get of a deleted entry: %v", err)
	}
	if err := later.Unlock(ctx); err != nil {
		t.Errorf("Unlock of an unlocked keyring: %v", err)
	}
}

func TestKeyring_KeysAreReadOnce(t *testing.T) {
	if !inside(t) {
		need(t, "dbus-run-session", "gnome-keyring-daemon", "gdbus")
		s := newSession(t)
		s.setup = unlock
		s.run(t)
		return
	}
	ctx, keys := t.Context(), token.New(token.Config{})
	source, err := keys.Set(ctx, services.NewSecret(key))
	if err != nil {
		t.Fatal(err)
	}
	lockKeyring(t)
	if got := keys.Locked(ctx); got != "locked" {
		t.Fatalf("Locked = %q", got)
	}
	if got, err := keys.Get(ctx, source); err != nil || got.Reveal() != key {
		t.Errorf("Get of a known key = %v", err)
	}
	if _, err := token.New(token.Config{}).Get(ctx, source); reason(err) != "locked" {
		t.Errorf("Get of an unknown key = %v, want locked", err)
	}
}

func TestKeyring_LockedWithoutDisplayFailsFast(t *testing.T) {
	if !inside(t) {
		need(t, "dbus-run-session", "gnome-keyring-daemon", "gdbus")
		s := newSession(t)
		s.create(t)
		s.setup = locked
		s.run(t)
		return
	}
	ctx, keys := t.Context(), token.New(token.Config{})
	if got := keys.Locked(ctx); got != "locked" {
		t.Fatalf("Locked = %q", got)
	}
	within(t, 3*time.Second, "Get", func() {
		if _, err := keys.Get(ctx, "keyring:something"); reason(err) != "locked" {
			t.Errorf("Get: %v", err)
		}
	})
	within(t, 5*time.Second, "Unlock", func() {
		if err := keys.Unlock(ctx); reason(err) != "locked" {
			t.Errorf("Unlock: %v", err)
		}
	})
	within(t, 5*time.Second, "Set", func() {
		if source, err := keys.Set(ctx, services.NewSecret(key)); reason(err) != "locked" {
			t.Errorf("Set = %q, %v: a locked keyring is not an absent one", source, err)
		}
	})
	if err := keys.Delete(ctx, "keyring:something"); reason(err) != "locked" {
		t.Errorf("Delete: %v", err)
	}
}

func TestKeyring_AbsentHoldsKeysForTheSession(t *testing.T) {
	if !inside(t) {
		need(t, "dbus-run-session")
		s := newSession(t)
		s.onlyServices(t, "")
		s.run(t)
		return
	}
	absent(t, "no-service")
}

func TestKeyring_SlowIsNotAbsent(t *testing.T) {
	if !inside(t) {
		need(t, "dbus-run-session")
		s := newSession(t)
		services := filepath.Join(s.home, "services")
		if err := os.Mkdir(services, 0o700); err != nil {
			t.Fatal(err)
		}
		hangs := "[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sleep 5\n"
		if err := os.WriteFile(filepath.Join(services, "org.freedesktop.secrets.service"), []byte(hangs), 0o600); err != nil {
			t.Fatal(err)
		}
		s.onlyServices(t, "<servicedir>"+services+"</servicedir>")
		s.run(t)
		return
	}
	ctx, keys := t.Context(), token.New(token.Config{Wait: 300 * time.Millisecond})
	within(t, 2*time.Second, "Locked", func() {
		if got := keys.Locked(ctx); got != "locked" {
			t.Errorf("Locked = %q", got)
		}
	})
	within(t, 2*time.Second, "Set", func() {
		if source, err := keys.Set(ctx, services.NewSecret(key)); reason(err) != "timeout" {
			t.Errorf("Set = %q, %v; want a timeout, not memory behind the person's back", source, err)
		}
	})
}

func TestKeyring_NoBusHoldsKeysForTheSession(t *testing.T) {
	if !inside(t) {
		need(t)
		s := newSession(t)
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		cmd.Env = []string{"PATH=/nonexistent", "HOME=" + s.home, "PINTRAY_INSIDE=" + t.Name(), "DBUS_SESSION_BUS_ADDRESS=unix:path=" + s.home + "/no-bus"}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	absent(t, "no-bus")
}

func TestKeyring_NeverMadeHoldsKeysForTheSession(t *testing.T) {
	if !inside(t) {
		need(t, "dbus-run-session", "gnome-keyring-daemon", "gdbus")
		s := newSession(t)
		s.setup = locked
		s.run(t)
		return
	}
	absent(t, "no-default")
}

// absent is what holds where there is no keyring.
func absent(t *testing.T, why string) {
	t.Helper()
	ctx, keys := t.Context(), token.New(token.Config{})
	within(t, 3*time.Second, "Locked", func() {
		if got := keys.Locked(ctx); got != "no-keyring" {
			t.Errorf("Locked = %q", got)
		}
	})
	if err := keys.Unlock(ctx); reason(err) != "no-keyring" || services.AsError(err).Details != why {
		t.Errorf("Unlock: %v, want no-keyring, %s", err, why)
	}
	if _, err := keys.Get(ctx, "keyring:something"); reason(err) != "no-keyring" {
		t.Errorf("Get: %v", err)
	}
	source, err := keys.Set(ctx, services.NewSecret(key))
	if err != nil || source.Kind() != services.KeySession {
		t.Fatalf("Set = %q, %v; want a session source", source, err)
	}
	if got, err := keys.Get(ctx, source); err != nil || got.Reveal() != key {
		t.Errorf("Get of the session's key: %v", err)
	}
}
