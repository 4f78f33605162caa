package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// otherComputer is another Pintray that keeps what it is asked for, and fetches
// it itself. It returns its address and its shell.
func otherComputer(t *testing.T) (url string, ctl rig.Ctl) {
	t.Helper()
	home := t.TempDir()
	must(t, rig.Home(home))
	key := filepath.Join(home, "key")
	must(t, os.WriteFile(key, []byte(rig.Token), 0o600))
	ctl = rig.Ctl{Data: filepath.Join(home, "pintray"), Env: rig.Env(home)}
	url, server, err := ctl.Open(key)
	must(t, err)
	t.Cleanup(func() { server.Stop() })
	return url, ctl
}

// drawing writes a file nobody else has.
func drawing(t *testing.T, dir, name string, size int) {
	t.Helper()
	seed := sha256.Sum256([]byte(t.Name() + name))
	must(t, os.WriteFile(filepath.Join(dir, name), bytes.Repeat(seed[:], size/len(seed)), 0o600))
}

// A person has a folder watched, in three steps, and puts files into it: they
// are fetched by another Pintray, and the rows say Safe.
func TestWindow_WhatIsPutIntoAWatchedFolderBecomesSafe(t *testing.T) {
	t.Parallel()
	url, other := otherComputer(t)
	p := newPerson(t)
	d := newDisplay(t, p)
	art := filepath.Join(p.home, "Pictures", "Art")
	must(t, os.MkdirAll(art, 0o700))
	drawing(t, art, "Old sketch.png", 4<<10)
	p.run(t, rig.Token, "accounts", "add", "Studio", "--url", url, "--token-file", "-")

	w := openWindow(t, p, d)
	must(t, w.Key("ctrl+2"))
	must(t, w.See(rig.Word("folders.empty")))
	must(t, w.Click(rig.Word("folders.add")))
	must(t, w.Fill(rig.Word("folders.path"), art))
	must(t, w.See("1 file, 4 KB"))
	must(t, w.Click(rig.Word("folders.next")))
	must(t, w.See("Old sketch.png"))
	must(t, w.Click(rig.Word("folders.next")))
	must(t, w.See("New files in Art will be kept on Studio."))
	must(t, w.Click(rig.Word("folders.start")))
	must(t, w.See(rig.Word("folders.state.watching")))

	names := []string{"Dunes at dawn.png", "Fjord.tif", "Nachtlicht.jpeg"}
	for i, name := range names {
		drawing(t, art, name, (i+1)*700<<10)
	}
	must(t, w.SeeWithin(60*time.Second, fmt.Sprintf("%d items", len(names)))) // the status bar
	must(t, w.Key("ctrl+1"))
	rows(t, w, append(names, "Old sketch.png"), names)
	must(t, rig.Eventually(90*time.Second, func() error {
		if _, err := other.Discard(t.Context(), "sync"); err != nil {
			return err
		}
		theirs, err := rig.JSON[pinLine](t.Context(), other, "", "ls")
		if err != nil {
			return err
		}
		pinned := 0
		for _, pin := range theirs {
			if pin.Status == "pinned" {
				pinned++
			}
		}
		if pinned != len(names) {
			return errStill(fmt.Sprintf("the other computer keeps %+v", theirs))
		}
		return nil
	}))
	must(t, w.Key("ctrl+2"))
	_, err := w.Until(60*time.Second, "all of it Safe", func(s rig.Screen) bool {
		return strings.Contains(strings.Join(s.Words(), "|"), rig.Word("folders.fact.safe")+"|3|")
	})
	must(t, err)
	noWrongThread(t, w)
}
