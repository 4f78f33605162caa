package boot_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/store"
)

func TestClose_AnOwnersCallMakesTheDaysCopy(t *testing.T) {
	dir := t.TempDir()
	call := func(m boot.Mode) {
		t.Helper()
		a, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: m})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	call(boot.Ask)
	made := boot.Copy(dir)
	if made == "" {
		t.Fatal("there is no copy")
	}
	before, err := os.Stat(filepath.Join(dir, made))
	if err != nil {
		t.Fatal(err)
	}
	call(boot.Ask)
	if after, err := os.Stat(filepath.Join(dir, made)); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("today's copy was made again: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, made)); err != nil {
		t.Fatal(err)
	}
	call(boot.Read)
	if made := boot.Copy(dir); made != "" {
		t.Errorf("a call that only reads made %s", made)
	}
}

func TestClose_ACopyThatCannotBeMadeFailsNoCall(t *testing.T) {
	dir := t.TempDir()
	for _, day := range []time.Time{time.Now(), time.Now().AddDate(0, 0, 1)} {
		inTheWay := filepath.Join(dir, store.UserFile+".bak-"+day.UTC().Format(time.DateOnly)+".part", "file")
		if err := os.MkdirAll(inTheWay, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	a, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Ask})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}
