package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

// damaged is a start with a user.db that a disk has spoiled.
func damaged(s *studio) error {
	svc, err := s.connect("Pinata", demo.Options{Pins: 60, Seed: 90})
	if err != nil {
		return err
	}
	defer svc.stop()
	day, err := s.open([]string{key}) // makes the copy of the day
	if err != nil {
		return err
	}
	err = day.See("Items")
	day.Stop()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.data(), "user.db"), make([]byte, 64<<10), 0o600); err != nil {
		return err
	}
	w, err := rig.OpenWindow(s.display, rig.Env(s.home, key), "--data", s.data()) // in its own size
	if err != nil {
		return err
	}
	defer w.Stop()
	return all(
		func() error { return w.See(rig.Word("shell.trouble.file")) },
		func() error { return s.shoot(w, "damaged") },
	)
}

// rare is what happens once in a long while: a service that does not rename, and
// one that has kept something twice.
func rare(s *studio) error {
	svc, err := s.connect("Filebase", demo.Options{Pins: 262, Seed: 90})
	if err != nil {
		return err
	}
	defer svc.stop()
	list, err := svc.kept.List(s.ctx, services.Query{Limit: 8, Status: []services.Status{services.Pinned}})
	if err != nil {
		return err
	}
	old, double := list.Results[1], list.Results[2]
	if _, err := svc.kept.Service.Add(s.ctx, double.Pin); err != nil {
		return err
	}
	svc.kept.on.Store(true)
	// It waits for a decision, which the shell says is no success.
	if _, err := s.ctl(key).Run(s.ctx, "", "rename", "--account", "Filebase", old.RequestID, "Another name.jpg"); err != nil {
		return err
	}
	if err := s.run("sync", "--full"); err != nil {
		return err
	}
	if err := s.run("add", list.Results[4].Pin.CID.Text, "--to", "Filebase"); err != nil {
		return err
	}
	if err := s.observe(store.Observation{At: time.Now(), Account: 2, Kind: "twice", CID: double.Pin.CID, Name: double.Pin.Name}); err != nil {
		return err
	}
	for _, gone := range []string{"Harbour at night.wav", "Zine 3, print edition.pdf"} {
		if err := s.observe(store.Observation{At: time.Now(), Account: 2, Kind: "lost", CID: services.WireCID(poster), Name: gone, Count: 1}); err != nil {
			return err
		}
	}
	w, err := s.open([]string{key})
	if err != nil {
		return err
	}
	defer w.Stop()
	return all(
		func() error { return w.Click(rig.Word("shell.activity")) },
		func() error { return w.See(rig.Word("activity.act.in-place")) },
		func() error { return s.shoot(w, "activity-not-renamed") },
		func() error { return w.Click(rig.Word("activity.act.lost")) },
		func() error { return w.See("Harbour at night.wav") },
		func() error { return s.shoot(w, "activity-lost") },
		func() error { return w.Click(rig.Word("activity.all")) },
		func() error { return w.Click(rig.Word("activity.tab.history")) },
		func() error { return w.See("Kept twice on Filebase") },
		func() error { return s.shoot(w, "activity-twice") },
		func() error { return w.Key("ctrl+1") },
		func() error { return w.Click(old.Pin.Name) },
		func() error { return w.Key("Return") },
		func() error { return w.See(rig.Word("items.place.decide")) },
		func() error { return s.shoot(w, "items-not-renamed") },
		func() error { return w.Click(double.Pin.Name) },
		func() error { return w.See("2 requests for it") },
		func() error { return w.Click(rig.Word("items.place.stop")) },
		func() error { return w.See("2 pins of it") },
		func() error { return w.Click(double.Pin.Name) },
		func() error { return s.shoot(w, "items-stop-one") },
	)
}

// observe writes down what the engine would after years.
func (s *studio) observe(o store.Observation) error {
	db, err := user.Open(s.ctx, s.data(), new(store.Changes))
	if err != nil {
		return fmt.Errorf("observe: %w", err)
	}
	err = db.ObserveOnce(s.ctx, o)
	if closed := db.Close(); err == nil {
		err = closed
	}
	return err
}
