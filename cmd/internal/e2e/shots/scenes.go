package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services/demo"
)

// scenes are played in this order.
var scenes = []struct {
	name string
	play func(*studio) error
}{
	{"first", first},
	{"daily", daily},
	{"folders", folders},
	{"files", files},
	{"odd", odd},
	{"gone", gone},
	{"reading", reading},
	{"trouble", trouble},
	{"offline", offline},
	{"locked", locked},
	{"damaged", damaged},
	{"rare", rare},
}

// first is the first start, and the way to the first service.
func first(s *studio) error {
	bus, err := rig.StartBus(s.home)
	if err != nil {
		return err
	}
	defer bus.Stop()
	if err := bus.OpenKeyring(s.home); err != nil {
		return err
	}
	w, err := s.open(bus.Env())
	if err != nil {
		return err
	}
	defer w.Stop()
	return all(
		func() error { return w.See(rig.Word("items.empty.start")) },
		func() error { return s.shoot(w, "first-start") },
		func() error { return w.Click(rig.Word("shell.services")) },
		func() error { return s.shoot(w, "services-empty") },
		func() error { return w.Click(rig.Word("services.connect")) },
		func() error { return w.See(rig.Word("services.own")) },
		func() error { return s.shoot(w, "connect-choose") },
		func() error { return w.Click("Pinata") },
		func() error { return s.shoot(w, "connect-form") },
		func() error { return w.Key("Escape") },
		func() error { return w.Key("ctrl+1") },
		func() error { return w.Key("F1") },
		func() error { return w.See(rig.Word("shell.keys.title")) },
		func() error { return s.shoot(w, "shortcuts") },
	)
}

// company connects three services that share a part of what they keep. The seeds
// are those whose first screen has no script that few systems have a font for.
func company(s *studio) (svcs []*service, stop func(), err error) {
	stop = func() {
		for _, svc := range svcs {
			svc.stop()
		}
	}
	for i, name := range []string{"Pinata", "Filebase", "My server"} {
		svc, err := s.connect(name, demo.Options{
			Pins: []int{262, 248, 255}[i], Seed: uint64(90 + i), Queued: time.Hour, Pinning: time.Hour,
		})
		if err != nil {
			stop()
			return nil, nil, err
		}
		svcs = append(svcs, svc)
	}
	return svcs, stop, nil
}

// daily is an ordinary day.
func daily(s *studio) error {
	_, stop, err := company(s)
	if err != nil {
		return err
	}
	defer stop()
	if err := s.run("add", poster, "--to", "Pinata,Filebase", "--name", "Exhibition poster.pdf"); err != nil {
		return err
	}
	w, err := s.open([]string{key})
	if err != nil {
		return err
	}
	defer w.Stop()
	rows, err := someRows(w, 6)
	if err != nil {
		return err
	}
	return all(
		func() error { return s.shoot(w, "items") },
		func() error { return w.Click(rows[1]) },
		func() error { return w.Key("Return") },
		func() error { return w.See(rig.Word("items.panel.about")) },
		func() error { return s.shoot(w, "items-details") },
		func() error { return w.Key("Escape") },
		func() error { return w.ClickAs(rows[3], "1", "ctrl") },
		func() error { return w.ClickAs(rows[4], "1", "ctrl") },
		func() error { return w.See(rig.Word("items.selected")) },
		func() error { return s.shoot(w, "items-selection") },
		func() error { return w.ClickAs(rows[3], "3") },
		func() error {
			return s.shoot(w, "items-menu", func() error { return w.Key("Escape") }, func() error { return w.ClickAs(rows[3], "3") })
		},
		func() error { return w.Choose(rig.Word("items.stop")) },
		func() error { return s.shoot(w, "items-stop-keeping") },
		func() error { return w.Key("Escape", "Escape") },
		func() error { return w.ClickAs(rows[1], "3") },
		func() error { return w.Choose(rig.Word("items.menu.replace")) },
		func() error { return w.See(rig.Word("items.replace.title")) },
		func() error { return w.Type("ipfs://" + poster) },
		func() error { return s.shoot(w, "items-replace") },
		func() error { return w.Key("Escape", "Escape") },
		func() error { return narrow(s, w) },
		func() error { return w.Key("ctrl+f") },
		func() error { return w.Type("podcast") },
		func() error { return s.shoot(w, "items-search") },
		func() error { return w.Type(" nowhere") },
		func() error { return w.See(rig.Word("items.empty.filter")) },
		func() error { return s.shoot(w, "items-no-match") },
		func() error { return w.Key("Escape") },
		func() error { return w.Key("ctrl+shift+n") },
		func() error { return w.See(rig.Word("add.title")) },
		func() error { return w.Type(pasted) },
		func() error { return w.See(rig.Word("add.good")) },
		func() error { return s.shoot(w, "add") },
		func() error { return w.Key("Escape") },
		func() error { return pages(s, w) },
	)
}

// poster is something that was added a moment ago.
const poster = "bafkreiehikh4kiuahuyqmxt3zy6pap7eouewmmpf4b5326qp3zqmjtzfy4"

// pasted is what a person might paste: two good ones and one cut short.
const pasted = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi ipfs://QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG bafybeigdyrzt5sfp7udm7"

// narrow is the window of someone with a small screen.
func narrow(s *studio, w *rig.Window) error {
	return all(
		func() error { return size(w, narrowWide, narrowHi) },
		func() error { return s.shoot(w, "items-small") },
		func() error { return size(w, wide, high) },
	)
}

func size(w *rig.Window, width, height int) error {
	_, err := w.Ask(map[string]any{"do": "resize", "w": width, "h": height})
	time.Sleep(settle)
	return err
}

// pages are the other entries of the navigation.
func pages(s *studio, w *rig.Window) error {
	visit := func(key, picture string) func() error {
		return func() error {
			return all(func() error { return w.Click(rig.Word(key)) }, func() error { return s.shoot(w, picture) })
		}
	}
	return all(
		visit("shell.services", "services"),
		visit("shell.activity", "activity"),
		visit("activity.tab.working", "activity-working"),
		visit("shell.settings", "settings"),
		func() error { return scroll(w, rig.Word("settings.theme"), 12) },
		func() error { return w.See(rig.Word("settings.daily")) },
		func() error { return s.shoot(w, "settings-data") },
	)
}

// scroll turns the wheel over a text.
func scroll(w *rig.Window, over string, clicks int) error {
	if err := w.ClickAs(over, "5"); err != nil {
		return err
	}
	_, err := w.Display.Do("click", "--repeat", strconv.Itoa(clicks), "--delay", "30", "5")
	return err
}

// reading is the first list of a large and slow service on its way.
func reading(s *studio) error {
	svc, err := serve(s.ctx, demo.Options{Pins: 21_000, Seed: 1})
	if err != nil {
		return err
	}
	defer svc.stop()
	if err := s.run("accounts", "add", "Pinata", "--url", svc.url, "--token-env", "MADE_UP_KEY"); err != nil {
		return err
	}
	svc.slow.Store(int64(3 * time.Second))
	w, err := s.open([]string{key})
	if err != nil {
		return err
	}
	defer w.Stop()
	return all(
		func() error { return w.See(rig.Word("items.banner.reading-of")) },
		func() error { return s.shoot(w, "items-first-load") },
	)
}

// calm is longer than the minute an outage lasts before it is spoken of.
const calm = 2 * time.Minute

// trouble is one service that refuses the key and one that is gone.
func trouble(s *studio) error {
	svcs, stop, err := company(s)
	if err != nil {
		return err
	}
	defer stop()
	svcs[0].refuses.Store(true)
	svcs[1].stop()
	w, err := s.open([]string{key})
	if err != nil {
		return err
	}
	defer w.Stop()
	return all(
		func() error { return w.See(rig.Word("items.banner.key")) },
		func() error { return s.shoot(w, "items-key-refused") },
		func() error { return w.Click(rig.Word("shell.services")) },
		func() error { return w.SeeWithin(calm, rig.Word("services.state.away")) },
		func() error { return s.shoot(w, "services-trouble") },
		func() error { return w.Click(rig.Word("shell.activity")) },
		func() error { return s.shoot(w, "activity-needs-you") },
	)
}

// offline is a start with no connection.
func offline(s *studio) error {
	_, stop, err := company(s)
	if err != nil {
		return err
	}
	stop()
	w, err := s.open([]string{key})
	if err != nil {
		return err
	}
	defer w.Stop()
	return all(
		func() error { return w.SeeWithin(calm, rig.Word("items.banner.offline")) },
		func() error { return s.shoot(w, "items-offline") },
	)
}

// locked is a keyring nobody has opened yet.
func locked(s *studio) error {
	svc, err := serve(s.ctx, demo.Options{Pins: 60, Seed: 1})
	if err != nil {
		return err
	}
	defer svc.stop()
	open, err := rig.StartBus(s.home)
	if err != nil {
		return err
	}
	if err := open.OpenKeyring(s.home); err != nil {
		open.Stop()
		return err
	}
	for _, args := range [][]string{
		{"accounts", "add", "Pinata", "--url", svc.url, "--token-file", "-"}, {"sync"},
	} {
		a, err := s.ctl(open.Env()...).Run(s.ctx, rig.Token, args...)
		if err == nil && a.Status != 0 {
			err = fmt.Errorf("pintrayctl %v: status %d: %s", args, a.Status, a.Err)
		}
		if err != nil {
			open.Stop()
			return err
		}
	}
	open.Stop()

	closed, err := rig.StartBus(s.home)
	if err != nil {
		return err
	}
	defer closed.Stop()
	if err := closed.LockedKeyring(s.home); err != nil {
		return err
	}
	w, err := s.open(closed.Env())
	if err != nil {
		return err
	}
	defer w.Stop()
	return all(
		func() error { return w.See(rig.Word("items.banner.locked")) },
		func() error { return s.shoot(w, "items-keyring-locked") },
	)
}

// someRows are the names of the first rows that have one.
func someRows(w *rig.Window, n int) ([]string, error) {
	var names []string
	_, err := w.Until(20*time.Second, fmt.Sprintf("%d rows", n), func(s rig.Screen) bool {
		names = names[:0]
		for _, t := range s.Things {
			if strings.HasSuffix(t.Type, ".rowView") && !strings.HasPrefix(t.Label, "Unnamed") {
				names = append(names, t.Label)
			}
		}
		return len(names) >= n
	})
	return names, err
}
