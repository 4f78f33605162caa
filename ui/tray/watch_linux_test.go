package tray_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"

	"github.com/pintray/pintray/ui/tray"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	patience    = 5 * time.Second
)

// sessionBus starts a session bus for the test alone.
func sessionBus(t *testing.T) {
	t.Helper()
	path, err := exec.LookPath("dbus-daemon")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("not run: no dbus-daemon")
	}
	if err != nil {
		t.Skip("not run: no dbus-daemon")
	}
	cmd := exec.Command(path, "--session", "--nofork", "--print-address=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
}

// watch collects what Watch reports.
func watch(t *testing.T) <-chan bool {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reports, ended := make(chan bool, 16), make(chan struct{})
	go func() {
		defer close(ended)
		tray.Watch(ctx, func(available bool) { reports <- available })
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return reports
}

func next(t *testing.T, reports <-chan bool, want bool, when string) {
	t.Helper()
	select {
	case got := <-reports:
		if got != want {
			t.Fatalf("%s: reported %v", when, got)
		}
	case <-time.After(patience):
		t.Fatalf("%s: nothing was reported", when)
	}
}

// panel is a watcher on the bus, with a host or without.
func panel(t *testing.T, hosted bool) (conn *dbus.Conn, host func(bool)) {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	props, err := prop.Export(conn, watcherPath, prop.Map{watcherName: {"IsStatusNotifierHostRegistered": {Value: hosted}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(watcherName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return conn, func(there bool) {
		props.SetMust(watcherName, "IsStatusNotifierHostRegistered", there)
		signal := map[bool]string{true: "StatusNotifierHostRegistered", false: "StatusNotifierHostUnregistered"}[there]
		if err := conn.Emit(watcherPath, watcherName+"."+signal); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWatch_FollowsThePanelAsItComesAndGoes(t *testing.T) {
	sessionBus(t)
	reports := watch(t)
	next(t, reports, false, "before there is a panel")
	conn, host := panel(t, true)
	next(t, reports, true, "once a panel came")
	host(false)
	next(t, reports, false, "once nobody shows icons")
	host(true)
	next(t, reports, true, "once somebody shows them again")
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	next(t, reports, false, "once the panel is gone")
}

func TestWatch_AWatcherWithoutAHostIsNoTray(t *testing.T) {
	sessionBus(t)
	panel(t, false)
	next(t, watch(t), false, "with a watcher alone")
}

func TestWatch_WithoutASessionBusThereIsNoTray(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	next(t, watch(t), false, "without a bus")
}
