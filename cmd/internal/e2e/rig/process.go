package rig

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"time"
)

// Process is a program the rig started, with everything it starts itself.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed once it ended
	err  error         // of Wait; read it after done
	said tail
}

// Start starts cmd in a process group of its own. What it writes to stderr is
// kept for Said; stdout too, unless cmd has one already.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, done: make(chan struct{})}
	if cmd.Stdout == nil {
		cmd.Stdout = &p.said
	}
	cmd.Stderr = &p.said
	cmd.WaitDelay = 2 * time.Second
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// StartLines starts cmd and gives each line of its stdout to line until that
// returns true; an error means it ended, or took longer than limit, before.
func StartLines(cmd *exec.Cmd, limit time.Duration, line func(string) bool) (*Process, error) {
	r, w := io.Pipe()
	cmd.Stdout = w
	p, err := Start(cmd)
	if err != nil {
		return nil, err
	}
	found := make(chan bool, 1)
	go func() {
		in := bufio.NewScanner(r)
		for in.Scan() {
			if line(in.Text()) {
				found <- true
				break
			}
		}
		_, _ = io.Copy(io.Discard, r)
	}()
	go func() {
		<-p.done
		_ = w.Close()
	}()
	select {
	case <-found:
		return p, nil
	case <-p.done:
		return nil, fmt.Errorf("%s ended early: %w: %s", cmd.Path, errors.Join(p.err, errEnded), p.Said())
	case <-time.After(limit):
		p.Stop()
		return nil, fmt.Errorf("%s said nothing in %v: %s", cmd.Path, limit, p.Said())
	}
}

var errEnded = errors.New("no line came")

// PID is its process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed once it has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Said is the last of what it wrote.
func (p *Process) Said() string { return p.said.String() }

// Stop asks it to end and waits; after ten seconds it is killed. It returns how
// long that took.
func (p *Process) Stop() time.Duration {
	began := time.Now()
	select {
	case <-p.done:
		endGroup(p.cmd, true)
		return 0
	default:
	}
	endGroup(p.cmd, false)
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
		endGroup(p.cmd, true)
		<-p.done
	}
	took := time.Since(began)
	endGroup(p.cmd, true) // what it left behind
	return took
}

// Wait returns its error once it ends by itself.
func (p *Process) Wait(limit time.Duration) error {
	select {
	case <-p.done:
		return p.err
	case <-time.After(limit):
		return fmt.Errorf("%s still runs after %v", p.cmd.Path, limit)
	}
}

// tail keeps the last 256 KiB written to it.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if over := t.b.Len() + len(p) - 256<<10; over > 0 {
		t.b.Next(over)
	}
	return t.b.Write(p)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}
