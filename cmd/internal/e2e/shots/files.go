package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services/demo"
)

// art makes a person's folder: its files are as large as here.
func art(s *studio) (dir string, err error) {
	dir = filepath.Join(s.home, "Art")
	files := map[string]int{
		"Dunes at dawn — study.tif": 20 << 20, "Nachtlicht, back cover.png": 900 << 10, "Portrait series No. 4.psd": 400 << 20,
		"Price list, winter.pdf": 70 << 10, "Winter series/.cache/thumbs": 100,
	}
	for i := range 37 {
		files[fmt.Sprintf("Winter series/%02d.jpg", i+1)] = 300 << 10
	}
	for name, size := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		line := name + "\n"
		if err := os.WriteFile(path, []byte(strings.Repeat(line, size/len(line)+1)), 0o644); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// files is how a person's files come online: chosen, prepared, fetched, and one
// that went before anybody could read it.
func files(s *studio) error {
	dir, err := art(s)
	if err != nil {
		return err
	}
	slow := demo.Options{Pins: 40, Seed: 91, Queued: time.Hour, Pinning: time.Hour}
	for _, name := range []string{"Pinata", "Filebase"} {
		svc, err := s.connect(name, slow)
		if err != nil {
			return err
		}
		defer svc.stop()
		slow.Seed++
	}
	w, err := s.open([]string{key})
	if err != nil {
		return err
	}
	defer w.Stop()
	given := func(names ...string) func() error { return func() error { return s.giveTo(dir, names) } }
	return all(
		func() error { return w.Key("ctrl+n") },
		func() error { return w.See(rig.Word("add.drop")) },
		func() error { return s.shoot(w, "add-drop") },
		given("Dunes at dawn — study.tif", "Nachtlicht, back cover.png", "Portrait series No. 4.psd", "Winter series", "Price list, winter.pdf"),
		func() error { return w.See("41 files") },
		func() error { return w.Click("Pinata") },
		func() error { return s.shoot(w, "add-files") },
		func() error { return w.Click(rig.Word("add.go")) },
		func() error { return w.See(rig.Word("add.preparing")) },
		func() error { return os.Remove(filepath.Join(dir, "Price list, winter.pdf")) }, // the large one is read before it
		func() error { return w.See(rig.Word("kit.source.vanished")) },
		func() error { return w.SeeWithin(time.Minute, "fetch it") },
		func() error { return s.shoot(w, "items-bringing") },
		func() error { return w.Click("Portrait series No. 4.psd") },
		func() error { return w.Key("Return") },
		func() error { return w.See(rig.Word("items.about.from")) },
		func() error { return s.shoot(w, "items-bringing-details") },
		func() error { return w.Click(rig.Word("shell.activity")) },
		func() error { return w.See(rig.Word("activity.act.remove")) },
		func() error { return s.shoot(w, "activity-unread") },
		func() error { return w.Click(rig.Word("activity.tab.working")) },
		func() error { return s.shoot(w, "activity-bringing") },
		func() error { return w.Key("ctrl+1") },
		func() error { return w.SeeWithin(2*time.Minute, rig.Word("items.place.no-connection")) },
		func() error { return s.shoot(w, "items-nobody-comes") },
	)
}

// giveTo starts pintray again with files of dir, as a file manager does; the
// window that is open takes them.
func (s *studio) giveTo(dir string, names []string) error {
	bin, err := rig.Binary("pintray")
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(s.ctx, bin, append([]string{"--data", s.data()}, names...)...)
	cmd.Dir, cmd.Env = dir, append(rig.Env(s.home, key), s.display.Env()...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("a second start: %w: %s", err, out)
	}
	return nil
}
