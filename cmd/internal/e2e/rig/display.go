package rig

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Display is a virtual screen with a window manager.
type Display struct {
	server  *Process
	manager *Process
	Name    string // as in $DISPLAY
	home    string
}

// StartDisplay starts one of the given size. What it writes lies below home.
func StartDisplay(home string, width, height int) (*Display, error) {
	if err := Need("Xvfb", "openbox", "xdotool", "import"); err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{w}
	cmd.Env = Env(home)
	d := &Display{home: home}
	if d.server, err = Start(cmd); err != nil {
		_ = w.Close()
		return nil, err
	}
	_ = w.Close()
	number, err := io.ReadAll(io.LimitReader(r, 16))
	if err != nil || len(number) == 0 {
		d.server.Stop()
		return nil, fmt.Errorf("Xvfb did not start: %s", d.server.Said())
	}
	d.Name = ":" + strings.TrimSpace(string(number))
	if err := d.manage(); err != nil {
		d.Stop()
		return nil, err
	}
	return d, nil
}

// manage starts the window manager and waits until it manages.
func (d *Display) manage() error {
	cmd := exec.Command("openbox", "--sm-disable")
	cmd.Env = Env(d.home, d.Env()...)
	var err error
	if d.manager, err = Start(cmd); err != nil {
		return err
	}
	return Eventually(10*time.Second, func() error {
		_, err := d.Do("getactivewindow")
		if err == nil {
			return nil
		}
		_, err = d.Do("get_desktop")
		return err
	})
}

// Env is what a program needs to find the display.
func (d *Display) Env() []string {
	return []string{"DISPLAY=" + d.Name, "LIBGL_ALWAYS_SOFTWARE=1"}
}

// Do runs xdotool on the display and returns what it printed.
func (d *Display) Do(args ...string) (string, error) {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = Env(d.home, d.Env()...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("xdotool %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// Window waits for the visible window of a process and returns its id.
func (d *Display) Window(pid int, limit time.Duration) (string, error) {
	var id string
	err := Eventually(limit, func() error {
		out, err := d.Do("search", "--onlyvisible", "--pid", strconv.Itoa(pid))
		if err != nil {
			return err
		}
		id, _, _ = strings.Cut(out, "\n")
		if id == "" {
			return fmt.Errorf("process %d shows no window", pid)
		}
		return nil
	})
	return id, err
}

// Picture saves the whole screen as a PNG.
func (d *Display) Picture(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	cmd := exec.Command("import", "-display", d.Name, "-window", "root", path)
	cmd.Env = Env(d.home)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("picture of the screen: %w: %s", err, out)
	}
	return nil
}

// Stop ends the window manager and the display.
func (d *Display) Stop() {
	if d.manager != nil {
		d.manager.Stop()
	}
	d.server.Stop()
}
