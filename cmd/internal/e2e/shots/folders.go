package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services/demo"
)

// works is what a creator has in a folder.
var works = []string{
	"Dunes at dawn, study.tif", "Fjord.png", "Harbour at night.wav", "Nachtlicht, back cover.png", "Price list, winter.pdf",
	"Zine 3/cover.png", "Zine 3/page 01.png", "Zine 3/page 02.png", ".DS_Store", "Fjord.png.part", "accounts.kdbx",
}

// folders is a folder from the empty page to one that waits for the person.
func folders(s *studio) error {
	for _, name := range []string{"Pinata", "Filebase"} {
		svc, err := s.connect(name, demo.Options{Queued: time.Second, Pinning: time.Second})
		if err != nil {
			return err
		}
		defer svc.stop()
	}
	art, scans := filepath.Join(s.home, "Pictures", "Art"), filepath.Join(s.home, "Pictures", "Scans")
	if err := os.MkdirAll(scans, 0o700); err != nil {
		return err
	}
	if err := fill(art, 40<<10, works...); err != nil {
		return err
	}
	w, err := s.open([]string{key})
	if err != nil {
		return err
	}
	defer w.Stop()
	return all(
		func() error { return w.Key("ctrl+2") },
		func() error { return w.See(rig.Word("folders.empty")) },
		func() error { return s.shoot(w, "folders-empty") },
		func() error { return wizard(s, w) },
		func() error { return fill(art, 90<<10, "Winter light.png", "Winter dark.png", "Winter.wav") },
		func() error { return w.SeeWithin(calm, "3 items") },
		func() error { return watch(w, scans) },
		func() error { return fill(scans, 3<<10, many(600)...) },
		func() error { return w.SeeWithin(calm, rig.Word("folders.state.waits")) },
		func() error { return s.shoot(w, "folders") },
		func() error { return w.Click(rig.Word("shell.activity")) },
		func() error { return w.See(rig.Word("activity.act.folder")) },
		func() error { return s.shoot(w, "activity-folder") },
		func() error {
			return s.run("add", poster, "--to", "Pinata,Filebase", "--name", "Exhibition poster.pdf")
		},
		func() error { return w.Click(rig.Word("activity.tab.history")) },
		func() error { return w.See("Folder Art: 3 items safe on Filebase") },
		func() error { return w.See("Exhibition poster.pdf") },
		func() error { return s.shoot(w, "activity-history") },
		func() error { return w.Key("ctrl+2") },
		func() error { return size(w, narrowWide, narrowHi) },
		func() error { return s.shoot(w, "folders-small") },
		func() error { return w.Click("More about Art") },
		func() error { return w.Choose(rig.Word("folders.menu.edit")) },
		func() error { return w.See("Winter.wav") },
		func() error { return s.shoot(w, "folders-rules-small") },
	)
}

// wizard has the folder of art watched, and takes a picture of each step.
func wizard(s *studio, w *rig.Window) error {
	return all(
		func() error { return w.Click(rig.Word("folders.add")) },
		func() error { return w.Fill(rig.Word("folders.path"), "~/Pictures/Art") },
		func() error { return w.See("8 files") },
		func() error { return s.shoot(w, "folders-wizard-folder") },
		func() error { return w.Click(rig.Word("folders.next")) },
		func() error { return w.See("Zine 3/cover.png") },
		func() error { return s.shoot(w, "folders-wizard-rule") },
		func() error { return w.Click(rig.Word("folders.next")) },
		func() error { return w.See(rig.Word("folders.will.deleted")) },
		func() error { return s.shoot(w, "folders-wizard-where") },
		func() error { return w.Click(rig.Word("folders.start")) },
		func() error { return w.See(rig.Word("folders.state.watching")) },
	)
}

// watch has one more folder watched.
func watch(w *rig.Window, dir string) error {
	next := func() error { return w.Click(rig.Word("folders.next")) }
	return all(
		func() error { return w.Click(rig.Word("folders.add")) },
		func() error { return w.Fill(rig.Word("folders.path"), dir) },
		func() error { return w.See(rig.Word("folders.inside.none")) },
		next,
		func() error { return w.See(rig.Word("folders.tab.kept.none")) },
		next,
		func() error { return w.Click(rig.Word("folders.start")) },
		func() error { return w.See("2 folders") },
	)
}

func many(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("scan %03d.png", i+1)
	}
	return names
}

// fill writes files of that size nobody else has.
func fill(dir string, size int, names ...string) error {
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		seed := sha256.Sum256([]byte(name))
		if err := os.WriteFile(path, bytes.Repeat(seed[:], size/len(seed)), 0o600); err != nil {
			return err
		}
	}
	return nil
}
