package e2e_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services"
	psaclient "github.com/pintray/pintray/services/psa"
)

// unreachable is the exit status of a service that does not answer.
const unreachable = 6

// The whole life of a pin on the Helia pinning server, from the shell, beside an
// open window; after each step both show the server's own list.
func TestHelia_PinLivesFromAddToRemove(t *testing.T) {
	t.Parallel()
	server, err := rig.Helia()
	must(t, err)
	t.Cleanup(func() { server.Stop() })
	p := newPerson(t)
	d := newDisplay(t, p)
	p.window = openWindow(t, p, d)

	p.fails(t, 3, "another-key", "accounts", "add", "helia", "--url", server.URL, "--token-file", "-")
	p.run(t, rig.Token, "accounts", "add", "helia", "--url", server.URL, "--token-file", "-")
	if pins := p.agree(t, server, "helia"); len(pins) != 0 {
		t.Fatalf("a fresh server lists %v", pins)
	}

	p.add(t, "helia", server.Blocks[0], "first")
	p.add(t, "helia", server.Blocks[1], "second")
	p.becomes(t, server, "helia", "first", "pinned")
	p.becomes(t, server, "helia", "second", "pinned")

	// This server never begins a second pin of what it has pinned (quirk 39): the
	// new one is taken back, the old one stays, and the person's retry renames in
	// place.
	const refused = 9
	p.run(t, "", "rm", "--account", "helia", find(t, p.list(t, "helia"), "second").RequestID, "--yes")
	p.fails(t, refused, "", "rename", "--account", "helia", find(t, p.list(t, "helia"), "first").RequestID, "renamed")
	if pins := p.agree(t, server, "helia"); len(pins) != 1 || pins[0].Name != "first" || pins[0].Status != "pinned" {
		t.Fatalf("after the new pin was taken back: %v", pins)
	}
	p.run(t, "", "retry", fmt.Sprint(p.open(t).Operation))
	left := p.agree(t, server, "helia")
	if renamed := find(t, left, "renamed"); renamed.CID != server.Blocks[0] || len(left) != 1 || renamed.Status != "pinned" {
		t.Fatalf("after the renaming: %v", left)
	}

	server.Stop()
	if offline := p.list(t, "helia"); !slices.Equal(offline, left) {
		t.Fatalf("offline: %v, want %v", offline, left)
	}
	p.fails(t, unreachable, "", "sync")
	if offline := p.list(t, "helia"); !slices.Equal(offline, left) {
		t.Fatalf("after a failed check: %v, want %v", offline, left)
	}
	p.shows(t, "helia", left)
	p.keptNowhere(t, rig.Token)
	noWrongThread(t, p.window)
}

// open is the one operation that is open.
func (p *person) open(t *testing.T) pinLine {
	t.Helper()
	lines, err := rig.JSON[pinLine](t.Context(), p.ctl, "", "activity", "--open")
	must(t, err)
	if len(lines) != 1 {
		t.Fatalf("open: %+v, want one operation", lines)
	}
	return lines[0]
}

// keptNowhere demands that no file of the data folder holds the key.
func (p *person) keptNowhere(t *testing.T, key string) {
	t.Helper()
	files := 0
	must(t, filepath.WalkDir(p.ctl.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if err == nil && bytes.Contains(text, []byte(key)) {
			t.Errorf("the access key is in %s", path)
		}
		return err
	}))
	if files == 0 {
		t.Errorf("there are no files in %s", p.ctl.Data)
	}
}

// becomes waits until the pin has that status in both lists. Polling this
// server faster than every ten seconds disturbs it (README of the servers).
func (p *person) becomes(t *testing.T, s *rig.Server, account, name, status string) {
	t.Helper()
	for range 4 {
		if find(t, p.agree(t, s, account), name).Status == status {
			return
		}
		select {
		case <-t.Context().Done():
		case <-time.After(10 * time.Second):
		}
	}
	t.Fatalf("%s is not %s after 40 s", name, status)
}

// The mock server, where the status follows the name, beside an open window.
func TestMock_EveryStatusIsListedAndRenamedAndRemoved(t *testing.T) {
	t.Parallel()
	server, err := rig.Mock()
	must(t, err)
	t.Cleanup(func() { server.Stop() })
	p := newPerson(t)
	d := newDisplay(t, p)
	p.window = openWindow(t, p, d)

	p.run(t, rig.Token, "accounts", "add", "mock", "--url", server.URL, "--token-file", "-")
	statuses := []string{"queued", "pinning", "pinned", "failed"}
	for i, status := range statuses {
		if status == "failed" {
			// Of one we asked for, a first "failed" is not believed at once (quirk 39).
			c, err := psaclient.New(psaclient.Config{Endpoint: server.URL, Key: services.NewSecret(rig.Token)})
			must(t, err)
			cid, err := services.ParseCID(cids[i])
			must(t, err)
			_, err = c.Add(t.Context(), services.Pin{CID: cid, Name: status + "-one"})
			must(t, err)
		} else {
			p.add(t, "mock", cids[i], status+"-one")
		}
		if got := find(t, p.agree(t, server, "mock"), status+"-one"); got.Status != status {
			t.Errorf("%s has status %s", got.Name, got.Status)
		}
	}
	// It makes no second pin of a CID; the person's retry renames in place.
	const refused = 9
	p.fails(t, refused, "", "rename", "--account", "mock", find(t, p.list(t, "mock"), "pinned-one").RequestID, "pinned-two")
	p.run(t, "", "retry", fmt.Sprint(p.open(t).Operation))
	find(t, p.agree(t, server, "mock"), "pinned-two")
	for n, pin := range p.list(t, "mock") {
		p.run(t, "", "rm", "--account", "mock", pin.RequestID, "--yes")
		if left := p.agree(t, server, "mock"); len(left) != len(statuses)-n-1 {
			t.Fatalf("%d pins are left after %d removals", len(left), n+1)
		}
	}

	p.add(t, "mock", cids[0], "pinned-last")
	last := p.agree(t, server, "mock")
	server.Stop()
	if offline := p.list(t, "mock"); !slices.Equal(offline, last) {
		t.Fatalf("offline: %v, want %v", offline, last)
	}
	p.window.Stop()
	p.window = openWindow(t, p, d)
	p.shows(t, "mock", last)
	noWrongThread(t, p.window)
}

// cids are four made-up content IDs (raw blocks of one letter).
var cids = []string{
	"bafkreiehikh4kiuahuyqmxt3zy6pap7eouewmmpf4b5326qp3zqmjtzfy4",
	"bafkreiacmobjtcnw7wku64v2v4x4ms6c4lyb22jnjxtstbxkqchw5gmbh4",
	"bafkreifduxtrl4gmk5fhhq7zx25wxqspgl75lnt3hbzejqwjbhnhpgqupa",
	"bafkreienos7oyg7jsyzcvv3ico5pxewuba4ysxln27xibcyxziqb5leyxy",
}

// An error of the shell is one line of what, one of the way on, and its number.
func TestShell_SaysWhatIsWrongAndTheWayOn(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	for _, c := range []struct {
		status int
		args   []string
	}{
		{2, []string{"nonsense"}},
		{8, []string{"sync", "--account", "nobody"}},
		{unreachable, []string{"accounts", "add", "gone", "--url", "http://127.0.0.1:1", "--token-file", "-"}},
	} {
		t.Run(fmt.Sprint(c.args), func(t *testing.T) {
			a := p.fails(t, c.status, "key", c.args...)
			if !errorAndHint.MatchString(a.Err) {
				t.Errorf("stderr: %q, want one error: line and one hint: line", a.Err)
			}
		})
	}
}

var errorAndHint = regexp.MustCompile(`^error: [^\n]+\nhint: [^\n]+\n$`)
