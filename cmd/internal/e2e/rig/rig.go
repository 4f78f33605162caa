// Package rig starts what the end-to-end tests, the bench and the pictures drive:
// the real binaries, servers other people wrote, a bus with a keyring, a virtual
// display with a window manager. Everything listens on loopback or in a folder of
// its own, and everything started is ended by its process id.
//
// Errors that wrap ErrMissing mean that a tool is not installed: the check
// cannot run here, which is not the same as having failed.
package rig

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// ErrMissing is wrapped by the errors that mean: not installed here.
var ErrMissing = errors.New("not installed")

// Need returns an error that wraps ErrMissing for the first of the tools that
// is not on the path.
func Need(tools ...string) error {
	for _, t := range tools {
		if _, err := exec.LookPath(t); err != nil {
			return fmt.Errorf("%s: %w", t, ErrMissing)
		}
	}
	return nil
}

// Root is the folder of the repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "..")
}

// Binary is the path of a binary that make built: in $PINTRAY_BIN, else in
// bin/test.
func Binary(name string) (string, error) {
	dir := os.Getenv("PINTRAY_BIN")
	if dir == "" {
		dir = filepath.Join(Root(), "bin", "test")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s (make test builds it): %w", path, ErrMissing)
	}
	return path, nil
}

// Env is the environment of this process without what belongs to the person's
// own desktop or data, and with everything a program writes below home.
func Env(home string, more ...string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"LANG=C.UTF-8",
		"HOME=" + home,
		"TMPDIR=" + os.TempDir(),
		"XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"),
		"XDG_DATA_HOME=" + filepath.Join(home, "data"),
		"XDG_STATE_HOME=" + filepath.Join(home, "state"),
		"XDG_RUNTIME_DIR=" + filepath.Join(home, "run"),
	}
	return append(env, more...)
}

// Home makes the folders of Env below dir.
func Home(dir string) error {
	for _, d := range []string{"cache", "config", "data", "state", "run"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return err
		}
	}
	return nil
}
