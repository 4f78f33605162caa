package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// must ends the test where err is one; where it only means that a tool is not
// installed, the test did not run.
func must(t *testing.T, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, rig.ErrMissing) && os.Getenv("CI") == "":
		t.Skipf("not run: %v", err)
	default:
		t.Fatal(err)
	}
}

// person is somebody with a home, a desktop bus with an open keyring, and the
// shell.
type person struct {
	home string
	bus  *rig.Bus
	ctl  rig.Ctl
	// window, where one is open, has to agree too.
	window *rig.Window
	names  []string // of every pin that was ever listed
}

func newPerson(t *testing.T) *person {
	t.Helper()
	p := &person{home: t.TempDir()}
	must(t, rig.Home(p.home))
	var err error
	p.bus, err = rig.StartBus(p.home)
	must(t, err)
	t.Cleanup(p.bus.Stop)
	must(t, p.bus.OpenKeyring(p.home))
	p.ctl = rig.Ctl{Data: filepath.Join(p.home, "pintray"), Env: rig.Env(p.home, p.bus.Env()...)}
	return p
}

// run is a call that has to succeed.
func (p *person) run(t *testing.T, in string, args ...string) rig.Answer {
	t.Helper()
	return p.fails(t, 0, in, args...)
}

// fails is a call that has to end with that status.
func (p *person) fails(t *testing.T, status int, in string, args ...string) rig.Answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	a, err := p.ctl.Run(ctx, in, args...)
	must(t, err)
	if a.Status != status {
		t.Fatalf("pintrayctl %s: status %d, want %d\nstdout: %s\nstderr: %s", strings.Join(args, " "), a.Status, status, a.Out, a.Err)
	}
	return a
}

// pinLine is a line of `ls --json`, and of what add, rename and rm print.
type pinLine struct {
	Account   string `json:"account"`
	RequestID string `json:"requestid"`
	CID       string `json:"cid"`
	Name      string `json:"name"`
	Status    string `json:"status"`
	State     string `json:"state"`
	Operation int    `json:"operation"`
}

// list is what `ls` shows of an account.
func (p *person) list(t *testing.T, account string) []rig.Pin {
	t.Helper()
	lines, err := rig.JSON[pinLine](t.Context(), p.ctl, "", "ls", "--account", account)
	must(t, err)
	pins := make([]rig.Pin, 0, len(lines))
	for _, l := range lines {
		pins = append(pins, rig.Pin{RequestID: l.RequestID, CID: l.CID, Name: l.Name, Status: l.Status})
	}
	return pins
}

// agree syncs and demands that the shell lists exactly what the server itself
// does, and that the window shows it. It returns that list.
func (p *person) agree(t *testing.T, s *rig.Server, account string) []rig.Pin {
	t.Helper()
	p.run(t, "", "sync", "--account", account)
	theirs, err := s.Pins(t.Context())
	must(t, err)
	ours := p.list(t, account)
	if !slices.Equal(sorted(ours), sorted(theirs)) {
		t.Fatalf("the lists differ\npintrayctl ls: %v\nthe server:    %v", sorted(ours), sorted(theirs))
	}
	if p.window != nil {
		p.shows(t, account, ours)
	}
	return ours
}

// shows demands that the window lists these pins, each with what it says of its
// status, and none that was listed before.
func (p *person) shows(t *testing.T, account string, pins []rig.Pin) {
	t.Helper()
	says := map[string]string{
		"queued": "Waiting at " + account, "pinning": account + " is fetching", "failed": account + " couldn't keep it",
	}
	want := map[string]bool{}
	for _, pin := range pins {
		want[pin.Name] = true
		if line := says[pin.Status]; line != "" {
			want[line] = true
		}
		if !slices.Contains(p.names, pin.Name) {
			p.names = append(p.names, pin.Name)
		}
	}
	_, err := p.window.Until(20*time.Second, fmt.Sprintf("the rows of %v", pins), func(s rig.Screen) bool {
		words := s.Words()
		for _, text := range append(slices.Collect(maps.Values(says)), p.names...) {
			shown := slices.ContainsFunc(words, func(w string) bool { return w == text || strings.HasPrefix(w, text+":") })
			if shown != want[text] {
				return false
			}
		}
		return true
	})
	must(t, err)
}

func sorted(pins []rig.Pin) []rig.Pin {
	return slices.SortedFunc(slices.Values(pins), func(a, b rig.Pin) int { return strings.Compare(a.RequestID, b.RequestID) })
}

// add adds a CID and returns what became of it.
func (p *person) add(t *testing.T, account, cid, name string) pinLine {
	t.Helper()
	lines, err := rig.JSON[pinLine](t.Context(), p.ctl, "", "add", cid, "--to", account, "--name", name)
	must(t, err)
	if len(lines) != 1 || lines[0].RequestID == "" {
		t.Fatalf("add printed %+v, want one line with a requestid", lines)
	}
	return lines[0]
}

// find is the only pin of that name.
func find(t *testing.T, pins []rig.Pin, name string) rig.Pin {
	t.Helper()
	i := slices.IndexFunc(pins, func(p rig.Pin) bool { return p.Name == name })
	if i < 0 {
		t.Fatalf("no pin is called %q: %v", name, pins)
	}
	return pins[i]
}
