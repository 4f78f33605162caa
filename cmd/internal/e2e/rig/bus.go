package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Bus is a session bus nobody else is on, with a keyring that is open, or none.
type Bus struct {
	daemon  *Process
	keyring *Process
	dir     string // of the socket
	Address string
}

// busConfig is a session bus; a panel needs one that starts services by itself.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=%s</listen>
  %s
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// StartBus starts a bus whose files lie below home. It starts no services by
// itself.
func StartBus(home string) (*Bus, error) { return startBus(home, "") }

// StartDesktopBus starts one that starts the services of the system, such as
// the settings of a panel, on the display.
func StartDesktopBus(home string, d *Display) (*Bus, error) {
	return startBus(home, "<standard_session_servicedirs/>", d.Env()...)
}

func startBus(home, services string, env ...string) (*Bus, error) {
	if err := Need("dbus-daemon"); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bus") // short: a socket's path may be 107 bytes
	if err != nil {
		return nil, err
	}
	config := filepath.Join(home, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, dir, services), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--print-address=1")
	cmd.Env = Env(home, env...)
	b := &Bus{dir: dir}
	b.daemon, err = StartLines(cmd, 10*time.Second, func(line string) bool {
		b.Address = line
		return strings.HasPrefix(line, "unix:")
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// OpenKeyring starts a gnome-keyring on the bus, opened with a made-up password.
func (b *Bus) OpenKeyring(home string) error {
	if err := Need("gnome-keyring-daemon"); err != nil {
		return err
	}
	return b.startKeyring(home, "made-up password", "--unlock")
}

// LockedKeyring starts one that an earlier OpenKeyring of the same home made,
// and that nobody has opened.
func (b *Bus) LockedKeyring(home string) error {
	if err := Need("gnome-keyring-daemon"); err != nil {
		return err
	}
	return b.startKeyring(home, "", "--start")
}

func (b *Bus) startKeyring(home, password, how string) error {
	cmd := exec.Command("gnome-keyring-daemon", "--foreground", how, "--components=secrets")
	cmd.Env = Env(home, b.Env()...)
	cmd.Stdin = strings.NewReader(password)
	var err error
	if b.keyring, err = Start(cmd); err != nil {
		return err
	}
	return b.waitFor("org.freedesktop.secrets")
}

// Env is what a program needs to find the bus.
func (b *Bus) Env() []string { return []string{"DBUS_SESSION_BUS_ADDRESS=" + b.Address} }

// Stop ends the keyring and the bus.
func (b *Bus) Stop() {
	if b.keyring != nil {
		b.keyring.Stop()
	}
	b.daemon.Stop()
	_ = os.RemoveAll(b.dir)
}
