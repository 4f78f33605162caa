package handover_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/sync/handover"
)

// live runs a Giver until the returned function is called.
func live(t *testing.T, c handover.Config) (*handover.Giver, func()) {
	t.Helper()
	c.Loopback, c.Listen = true, true
	g := handover.New(c)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()
	return g, func() {
		t.Helper()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestGiver_IsFoundWhereServicesWereToldAfterARestart(t *testing.T) {
	f := newFiles()
	contents := random(1, 1<<10)
	all := f.put(t, 1, contents...)
	file := filepath.Join(t.TempDir(), "giving.key")
	c := handover.Config{Blocks: f, Identity: file}
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	g, stop := live(t, c)
	before := offer(t, g, job)
	stop()

	g, stop = live(t, c)
	if after := offer(t, g, job); !slices.Equal(after, before) {
		t.Errorf("after the restart it is at %v, services were told %v", after, before)
	}
	s := newService(t)
	if err := s.dial(before); err != nil {
		t.Fatal(err)
	}
	wantAll(t, s.get(t, soon, all...), all, contents)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is kept as %v, %v", info, err)
	}
	g.End(job.Key())
	stop()
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the key outlives its last job: %v", err)
	}
}

func TestGiver_IsSomebodyElseForTheNextJob(t *testing.T) {
	file := filepath.Join(t.TempDir(), "giving.key")
	g, stop := live(t, handover.Config{Blocks: newFiles(), Identity: file, Grace: time.Millisecond})
	defer stop()
	job := handover.Job{Account: 7, Source: 1, Size: 1, Endpoint: home}
	before := offer(t, g, job)
	g.End(job.Key())
	eventually(t, "the key is gone", func() bool {
		_, err := os.Stat(file)
		return errors.Is(err, fs.ErrNotExist)
	})
	if after := offer(t, g, job); slices.Equal(after, before) {
		t.Errorf("it is %v again: whoever saw it before can follow it", after)
	}
}

func TestGiver_ABrokenIdentityIsSomebodyNew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "giving.key")
	if err := os.WriteFile(file, []byte(`{"key":"AAAA","listen":["x"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	g, stop := live(t, handover.Config{Blocks: newFiles(), Identity: file})
	defer stop()
	if origins := offer(t, g, handover.Job{Account: 7, Source: 1, Size: 1, Endpoint: home}); len(origins) == 0 {
		t.Error("it has no address")
	}
}

func TestGiver_SaysWhichServicesWereToldWhereItWas(t *testing.T) {
	g := start(t, handover.Config{Blocks: newFiles(), Listen: true})
	job := handover.Job{Account: 7, Source: 1, Size: 1 << 10, Endpoint: home}
	_, port, _ := strings.Cut(offer(t, g, job)[0], "/tcp/")
	port, _, _ = strings.Cut(port, "/")
	trouble := func(want string) {
		t.Helper()
		eventually(t, "it says "+want, func() bool { return stats(t, g, job.Key()).Trouble == want })
	}
	g.SetListen(false)
	trouble(handover.TroubleNobody) // nobody can come
	taken, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	g.SetListen(true)
	trouble(handover.TroubleMoved)
	now := g.Where(job.Key())
	trouble(handover.TroubleMoved) // to look is not to tell
	g.Told(job.Key(), []string{"/ip4/127.0.0.1/tcp/1/p2p/somebody"})
	trouble(handover.TroubleMoved) // it moved again meanwhile
	g.Told(job.Key(), now)
	trouble("")
	if s := newService(t); s.dial(now) != nil {
		t.Errorf("it is not found at %v", now)
	}
}
