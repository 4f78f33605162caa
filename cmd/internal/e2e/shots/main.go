// Command shots takes a picture of every screen and state of the real window,
// light and dark, into the folder it is given. What is on them is made up.
//
//	go run ./cmd/internal/e2e/shots docs/pictures [SCENE...]    with PINTRAY_BIN naming the binaries
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: shots FOLDER [SCENE...]")
		os.Exit(2)
	}
	err := run(context.Background(), os.Args[1], os.Args[2:])
	switch {
	case errors.Is(err, rig.ErrMissing):
		fmt.Println("not run:", err)
	case err != nil:
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

// studio is where pictures are taken.
type studio struct {
	ctx     context.Context // of the one run
	display *rig.Display
	home    string // of the scene
	out     string
}

// run plays the scenes named, or all of them.
func run(ctx context.Context, out string, only []string) error {
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "pintray-shots")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(home) }()
	if err := rig.Home(home); err != nil {
		return err
	}
	d, err := rig.StartDisplay(home, 1440, 1000)
	if err != nil {
		return err
	}
	defer d.Stop()
	for _, scene := range scenes {
		if len(only) > 0 && !slices.Contains(only, scene.name) {
			continue
		}
		s := &studio{ctx: ctx, display: d, home: filepath.Join(home, scene.name), out: out}
		if err := rig.Home(s.home); err != nil {
			return err
		}
		if err := scene.play(s); err != nil {
			return fmt.Errorf("scene %s: %w", scene.name, err)
		}
	}
	return nil
}

// open starts the window, in the size of the pictures.
func (s *studio) open(env []string, args ...string) (*rig.Window, error) {
	w, err := rig.OpenWindow(s.display, rig.Env(s.home, env...), append([]string{"--data", s.data()}, args...)...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Ask(map[string]any{"do": "resize", "w": wide, "h": high}); err != nil {
		w.Stop()
		return nil, err
	}
	return w, nil
}

// The size of the pictures, and that of a small screen.
const (
	wide, high           = 1280, 800
	narrowWide, narrowHi = 900, 600
)

// data is where a person has it who never chose another place.
func (s *studio) data() string { return filepath.Join(s.home, ".local", "share", "pintray") }

func (s *studio) ctl(env ...string) rig.Ctl {
	return rig.Ctl{Data: s.data(), Env: rig.Env(s.home, env...)}
}

// settle is how long what moves may take to come to rest.
const settle = 700 * time.Millisecond

// shoot takes the picture in both looks, in each after the steps that lead to it:
// a menu keeps the colours it was opened in.
func (s *studio) shoot(w *rig.Window, name string, steps ...func() error) error {
	for _, look := range []string{"light", "dark"} {
		if _, err := w.Ask(map[string]any{"do": "theme", "variant": look}); err != nil {
			return err
		}
		if err := all(steps...); err != nil {
			return err
		}
		time.Sleep(settle)
		path := filepath.Join(s.out, name+"-"+look+".png")
		if _, err := w.Ask(map[string]any{"do": "capture", "path": path}); err != nil {
			return err
		}
		if err := shrink(path); err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}

// shrink makes a picture a quarter of its size: a window has few colours.
func shrink(path string) error {
	out, err := exec.Command("convert", path, "-strip", "-dither", "None", "-colors", "255", "PNG8:"+path).CombinedOutput()
	if err != nil {
		return fmt.Errorf("shrink %s: %w: %s", path, err, out)
	}
	return os.Chmod(path, 0o644)
}

// all does the steps until one fails.
func all(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
