package handover_test

import (
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/sync/handover"
)

// ports are the sockets this process listens on or has bound, by kind.
func ports(t testing.TB) (open []string) {
	t.Helper()
	mine := map[string]bool{}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil {
			if inode, ok := strings.CutPrefix(to, "socket:["); ok {
				mine[strings.TrimSuffix(inode, "]")] = true
			}
		}
	}
	for _, kind := range []string{"tcp", "tcp6", "udp", "udp6"} {
		text, err := os.ReadFile("/proc/self/net/" + kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n")[1:] {
			if f := strings.Fields(line); len(f) > 9 && mine[f[9]] {
				open = append(open, kind+" "+f[1])
			}
		}
	}
	return open
}

var libraries = regexp.MustCompile(`libp2p/|ipfs/boxo|quic-go/|multiformats/`)

// goroutines are those of libp2p, bitswap and QUIC.
func goroutines() (theirs []string) {
	buf := make([]byte, 8<<20)
	for _, one := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if libraries.MatchString(one) {
			theirs = append(theirs, one)
		}
	}
	return theirs
}

func wantNothing(t *testing.T, when string) {
	t.Helper()
	eventually(t, when+" nothing is left", func() bool { return len(goroutines()) == 0 && len(ports(t)) == 0 })
}

func TestGiver_HasNoPortAndNoGoroutineWhileNothingIsGiven(t *testing.T) {
	if left := ports(t); len(left) > 0 {
		t.Skipf("not run: this process has other sockets open: %v", left)
	}
	f := newFiles()
	g := start(t, handover.Config{Blocks: f, Listen: true, Grace: time.Millisecond})
	wantNothing(t, "before a job")

	job := handover.Job{Account: 7, Source: 1, Size: 1 << 10, Endpoint: home}
	for range 2 {
		if origins := offer(t, g, job); len(origins) != 2 {
			t.Errorf("got %v, want two origins", origins)
		}
		if open := ports(t); len(open) != 2 {
			t.Errorf("while giving: %v, want a port for TCP and one for QUIC", open)
		}
		if len(goroutines()) == 0 {
			t.Error("while giving: no goroutine; nothing is being measured")
		}
		g.End(job.Key())
		wantNothing(t, "after the job")
	}

	offer(t, g, job)
	g.Pause(true)
	wantNothing(t, "while paused")
	if origins := offer(t, g, job); len(origins) > 0 {
		t.Errorf("while paused it says it can be reached at %v", origins)
	}
	if got := stats(t, g, job.Key()); got.Trouble != handover.TroublePaused {
		t.Errorf("got %+v, want the trouble to be the pause", got)
	}
}

func TestGiver_WithoutAListenerHasNoPortWhileItWaits(t *testing.T) {
	if left := ports(t); len(left) > 0 {
		t.Skipf("not run: this process has other sockets open: %v", left)
	}
	g := start(t, handover.Config{Blocks: newFiles()})
	offer(t, g, handover.Job{Account: 7, Source: 1, Size: 1 << 10, Endpoint: home})
	if open := ports(t); len(open) > 0 {
		t.Errorf("without a listener: %v", open)
	}
}
