//go:build linux

package boot_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

const keyringKey = "canary-key-of-the-keyring"

// TestProcesses_AKeyWaitsInTheKeyring runs two starts of Pintray over one real
// keyring: the first keeps a key in it, the second finds it locked, shows what
// it knows, and goes on once it is unlocked elsewhere.
func TestProcesses_AKeyWaitsInTheKeyring(t *testing.T) {
	home, dir := reachable(t), t.TempDir()
	endpoint, svc := service(t, 7, keyringKey)
	start := func(what string, keyring func(*rig.Bus, string) error) {
		t.Helper()
		bus, err := rig.StartBus(home)
		if err == nil {
			defer bus.Stop()
			err = keyring(bus, home)
		}
		if errors.Is(err, rig.ErrMissing) && os.Getenv("CI") != "true" {
			t.Skipf("not run: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		cmd := process(t, dir, what, endpoint)
		cmd.Env = append(cmd.Env, append(rig.Env(home, bus.Env()...), "PINTRAY_TEST_KEYRING="+what)...)
		cmd.Args = append([]string{cmd.Args[0], "-test.run=^TestKeyringProcess$"}, cmd.Args[2:]...)
		said(t, cmd)
	}
	start("keep", (*rig.Bus).OpenKeyring)
	before := svc.Calls()
	start("wait", (*rig.Bus).LockedKeyring)
	if svc.Calls() == before {
		t.Error("the second start never asked the service")
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "canary") {
			t.Errorf("the key is in %s", d.Name())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func said(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestKeyringProcess") {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestKeyringProcess is the main of either start; by itself it tests nothing.
func TestKeyringProcess(t *testing.T) {
	what, endpoint := os.Getenv("PINTRAY_TEST_KEYRING"), os.Getenv("PINTRAY_TEST_ARGS")
	if what == "" {
		return
	}
	a := open(t, boot.Options{Mode: boot.Own})
	running(t, a)
	if what == "keep" {
		made, err := a.Engine.Connect(t.Context(), pinsync.NewAccount{Name: "Mine", Endpoint: endpoint, Key: services.NewSecret("Bearer " + keyringKey)})
		if err != nil || made.Key.Kind() != services.KeyInKeyring {
			t.Errorf("Connect = %+v, %v", made, err)
		}
		return
	}
	if got, err := a.Engine.KeyringState(t.Context()); err != nil || got != "locked" {
		t.Fatalf("KeyringState = %q, %v", got, err)
	}
	waitFor(t, a, "the account to wait for the keyring", func(s store.AccountState) bool {
		return s.Err != nil && s.Err.Code == services.CodeKeyring
	})
	unlockedAt := time.Now()
	unlockKeyring(t)
	waitFor(t, a, "the account to be read", func(s store.AccountState) bool {
		return s.Err == nil && s.CheckedAt.After(unlockedAt)
	})
	t.Logf("read %v after the keyring was unlocked", time.Since(unlockedAt))
}

// waitFor reads the one service after each change until it is as it should be.
func waitFor(t *testing.T, a *boot.App, what string, ok func(store.AccountState) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	changes, end := a.Changes.Subscribe()
	defer end()
	var last []store.AccountState
	for {
		select {
		case <-changes:
		case <-ctx.Done():
			t.Fatalf("waited for %s; it is %+v", what, last)
		}
		var err error
		last, err = a.Reader.Accounts(ctx)
		last = slices.DeleteFunc(last, func(s store.AccountState) bool { return s.Local() })
		if err != nil || len(last) != 1 {
			t.Fatalf("accounts: %+v, %v", last, err)
		}
		if ok(last[0]) {
			return
		}
	}
}

// unlockKeyring gives the keyring its password without a prompt, through the
// call gnome-keyring has for its own tools.
func unlockKeyring(t *testing.T) {
	t.Helper()
	bus, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		t.Fatal(err)
	}
	defer bus.Close()
	if err := errors.Join(bus.Auth(nil), bus.Hello()); err != nil {
		t.Fatal(err)
	}
	ring := bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets")
	var unused dbus.Variant
	secret := struct {
		Session   dbus.ObjectPath
		Parameter []byte
		Value     []byte
		Type      string
	}{Parameter: []byte{}, Value: []byte("made-up password"), Type: "text/plain"}
	if err := ring.Call("org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&unused, &secret.Session); err != nil {
		t.Fatal(err)
	}
	login := dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	if err := ring.Call("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword", 0, login, secret).Err; err != nil {
		t.Fatal(err)
	}
}
