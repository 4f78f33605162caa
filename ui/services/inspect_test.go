package services_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// someProfile is of a service that keeps to most of it.
func someProfile() services.Profile {
	p := services.Profile{}
	learn := func(f services.Fact, b services.Belief, how string, ago time.Duration) {
		p[f] = services.Finding{Fact: f, Belief: b, Evidence: how, At: now.Add(-ago)}
	}
	learn(services.FactOrder, services.Proved, "created of 1000 results never rises", 3*time.Minute)
	learn(services.FactCount, services.Proved, "count=398 results=398", 3*time.Minute)
	learn(services.FactLimit, services.Disproved, "limit=1000 results=100 count=398", 3*time.Minute)
	learn(services.FactBefore, services.Proved, "before=2026-11-20T10:00:00Z results=12", 3*time.Minute)
	learn(services.FactCreated, services.Disproved, "398 of 398 have no fraction", 3*time.Minute)
	learn(services.FactStatusFilter, services.Proved, "status=failed results=0", 26*time.Hour)
	learn(services.FactReplace, services.Undecided, "pinned; before: disproved by 404", time.Hour)
	return p
}

// shows reports whether a text stands on the screen.
func shows(o fyne.CanvasObject, want string) bool {
	return find(o, func(t *kit.Text) bool { return t.Label() == want }) != nil ||
		find(o, func(p *kit.Para) bool { return p.Label() == want }) != nil
}

func TestInspect_ShowsWhatIsKnownAndAsks(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.engine.check = pinsync.Check{Pins: 398, Latency: 400 * time.Millisecond}
	s.Inspect(1)
	kit.Wait(context.Background())
	s.look(t, "inspect-dark")
	sheet := s.window.Canvas().Overlays().Top()
	for _, want := range []string{
		"Its list has the newest first", "Its pages are shorter than asked for, so reading takes more calls",
		"4 kept, 2 not kept, 8 not known yet. Pintray works around what is not kept.",
		"Seen 3 min ago: limit=1000 results=100 count=398", "Learnt by itself when you add, rename or remove something there.",
	} {
		if !shows(sheet, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	s.press(t, "Check now")
	if got := s.engine.asked; len(got) != 1 || got[0] != "check" {
		t.Errorf("asked %q", got)
	}
	if !shows(sheet, "It answers in 0.4 s.") || !shows(sheet, "Your key may read. It says that it keeps 398 items for you.") {
		t.Error("it does not say how it went")
	}
	if !shows(sheet, "The check could not tell: that takes more items than are there.") {
		t.Error("what a check could not find out is still put off to a check")
	}
	s.look(t, "inspect-done-dark")
	s.state.Accounts[0].Key = services.KeyNone
	s.press(t, "Check now")
	if !shows(sheet, "You gave no key, and it asks for none. It says that it keeps 398 items for you.") {
		t.Error("it speaks of a key that nobody gave")
	}
	s.engine.check = pinsync.Check{Pins: -1, Err: &services.Error{Code: services.CodeAuth, Op: "list"}}
	s.press(t, "Check now")
	if !shows(sheet, "Pinata doesn't accept your access key any more.") {
		t.Error("a refused key is not said")
	}
}

func TestConnect_AClusterTakesAUserAndAPassword(t *testing.T) {
	s := open(t, kit.LookLight, 1064, 800)
	s.Connect()
	tap := find(s.window.Canvas().Overlays().Top(), func(o *kit.Option) bool { return strings.HasPrefix(o.Label(), "IPFS Cluster") })
	test.Tap(tap)
	field := func(n int) *kit.Field {
		var fields []*kit.Field
		find(s.window.Canvas().Overlays().Top(), func(f *kit.Field) bool { fields = append(fields, f); return false })
		return fields[n]
	}
	field(0).SetText("https://cluster.example")
	field(1).SetText("anna")
	if !shows(s.window.Canvas().Overlays().Top(), "Password") {
		t.Error("nothing asks for the password")
	}
	s.press(t, "Test")
	if !shows(s.window.Canvas().Overlays().Top(), "Give the password first.") {
		t.Error("a missing password is not said")
	}
	field(2).SetText(" \"Bearer p\" ")
	s.look(t, "connect-cluster")
	s.press(t, "Connect")
	if got := s.engine.connected; got.User != "anna" || got.Key.Reveal() != " \"Bearer p\" " || got.Template != "cluster" {
		t.Errorf("connected %q with %q", got.User, got.Key.Reveal())
	}
}
