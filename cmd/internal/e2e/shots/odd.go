package main

import (
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services/demo"
)

// odd is services that keep to less than the API promises: one like IPFS
// Cluster, one that shows only a part of its list, one that wants to be left
// alone for a while; and what can be done with what they keep.
func odd(s *studio) error {
	var svcs []*service
	defer func() {
		for _, svc := range svcs {
			svc.stop()
		}
	}()
	for _, one := range []struct {
		name string
		o    demo.Options
	}{
		{"Cluster", demo.Options{Pins: 262, Seed: 90, RequestIDIsCID: true, MaxLimit: 100}},
		{"Filebase", demo.Options{Pins: 248, Seed: 91}},
		{"Old server", demo.Options{Pins: 2_400, Seed: 92, Ties: 1_200}},
	} {
		svc, err := s.connect(one.name, one.o)
		if err != nil {
			return err
		}
		svcs = append(svcs, svc)
	}
	w, err := s.open([]string{key})
	if err != nil {
		return err
	}
	defer w.Stop()
	return all(
		func() error { return w.Click(rig.Word("shell.services")) },
		func() error { return w.See("Cluster") },
		func() error { return w.Click("More about Cluster") },
		func() error { return w.Choose(rig.Word("services.inspect.menu")) },
		func() error { return w.See(rig.Word("services.inspect.idle")) },
		func() error { return w.Click(rig.Word("services.inspect.go")) },
		func() error { return w.See("It says that it keeps 262 items for you.") },
		func() error { return s.shoot(w, "service-check") },
		func() error { return size(w, narrowWide, narrowHi) },
		func() error { return s.shoot(w, "service-check-small") },
		func() error { return size(w, wide, high) },
		func() error { return w.Key("Escape") },
		func() error { svcs[1].limits.Store(true); return nil },
		func() error { return w.Click(rig.Word("services.check.all")) },
		func() error { return w.SeeWithin(calm, "Limited until") },
		func() error { return w.SeeWithin(calm, rig.Word("services.state.incomplete")) },
		func() error { time.Sleep(10 * settle); return s.shoot(w, "services-odd") }, // the toast has gone
		func() error { return w.Key("ctrl+1") },
		func() error { return w.See(rig.Word("items.banner.incomplete")) },
		func() error { return s.shoot(w, "items-limited") },
		func() error { return w.Key("ctrl+4") },
		func() error { return size(w, narrowWide, narrowHi) },
		func() error { return s.shoot(w, "services-odd-small") },
		func() error { return size(w, wide, high) },
		func() error { return w.Click("More about Cluster") },
		func() error { return w.Choose(rig.Word("services.menu.copy")) },
		func() error { return w.SeeWithin(time.Minute, "items to copy") },
		func() error { return s.shoot(w, "copy") },
		func() error { return w.Key("Escape") },
		func() error { return w.Click(rig.Word("services.connect")) },
		func() error { return w.Click("IPFS Cluster") },
		func() error { return w.See(rig.Word("services.form.user.hint")) },
		func() error { time.Sleep(settle); return w.Fill(rig.Word("services.form.user"), "anna") },
		func() error { return w.See(rig.Word("services.form.password")) },
		func() error { return s.shoot(w, "connect-cluster") },
	)
}

// gone is a service that shows nothing any more of what it kept.
func gone(s *studio) error {
	svcs, stop, err := company(s)
	if err != nil {
		return err
	}
	defer stop()
	w, err := s.open([]string{key})
	if err != nil {
		return err
	}
	defer w.Stop()
	svcs[0].empty.Store(true)
	return all(
		func() error { return w.Click(rig.Word("shell.services")) },
		// One whole list without them may be a mistake; two are not.
		func() error { return s.run("sync", "--full", "--account", "Pinata") },
		func() error { return s.run("sync", "--full", "--account", "Pinata") },
		func() error { return w.SeeWithin(calm, rig.Word("services.gone")) },
		func() error { return s.shoot(w, "services-missing") },
		func() error { return w.Key("ctrl+1") },
		func() error { return w.See(rig.Word("items.banner.look")) },
		func() error { return s.shoot(w, "items-missing") },
		func() error { return w.Click(rig.Word("shell.activity")) },
		func() error { return w.See(rig.Word("activity.act.gone")) },
		func() error { return s.shoot(w, "activity-missing") },
		func() error { return w.Click(rig.Word("activity.act.show")) }, // of the last card
		func() error { return w.See("Missing at Pinata") },
		func() error { return s.shoot(w, "items-missing-only") },
		func() error { return w.Key("ctrl+3") },
		func() error { return w.Click(rig.Word("activity.act.gone")) },
		func() error { return w.See(rig.Word("services.gone.go")) },
		func() error { return s.shoot(w, "services-gone") },
	)
}
