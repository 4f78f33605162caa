package watch

import (
	"errors"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Hint says that something may have changed in a folder, or, with Everything,
// that hints were lost.
type Hint struct {
	Dir        string // absolute
	Everything bool
}

// Hinter tells where to look. It may say too much, and with Everything that it
// said too little. Add and Drop may be called while it runs.
type Hinter interface {
	// Add begins with what happens in a folder (not below it). Adding it again
	// makes sure of it.
	Add(dir string) error
	// Drop ends with it; one that is not known is none.
	Drop(dir string)
	// Run tells until Close.
	Run(tell func(Hint))
	// Close ends Run.
	Close() error
}

// errNoHints: this system's own hints would cost a descriptor per file.
var errNoHints = errors.New("no hints on this system")

// newNotifier is the system's hints. A name that always is left out hints at
// nothing: a download that goes on for an hour is not looked at all the while.
func newNotifier() (Hinter, error) {
	if runtime.GOOS != "linux" && runtime.GOOS != "windows" {
		return nil, errNoHints
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return notifier{w}, nil
}

type notifier struct{ w *fsnotify.Watcher }

func (n notifier) Add(dir string) error { return n.w.Add(dir) }

func (n notifier) Drop(dir string) { _ = n.w.Remove(dir) } // gone by itself, where it fails

func (n notifier) Close() error { return n.w.Close() }

func (n notifier) Run(tell func(Hint)) {
	for {
		select {
		case ev, ok := <-n.w.Events:
			switch {
			case !ok:
				return
			case ev.Name == "":
				tell(Hint{Everything: true}) // a watch ended by itself: a disk was taken out
			case byName(filepath.Base(ev.Name)) == "":
				tell(Hint{Dir: filepath.Dir(ev.Name)})
			}
		case _, ok := <-n.w.Errors:
			if !ok {
				return
			}
			tell(Hint{Everything: true}) // an overflow; whatever else it is, something was lost
		}
	}
}

// manyDirs is how many folders are looked at one by one; more are looked at
// with everything else.
const manyDirs = 128

// marks are the folders to be looked at, by their paths below the root.
type marks struct {
	woken chan struct{} // capacity one

	mu          sync.Mutex
	dirs        map[string]bool
	all         bool
	first, last time.Time // of the hints since the last look
}

func newMarks() *marks {
	return &marks{woken: make(chan struct{}, 1), dirs: make(map[string]bool)}
}

// mark notes a hint about a folder, or about everything.
func (m *marks) mark(dir string, all bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if m.last = now; m.first.IsZero() {
		m.first = now
		select {
		case m.woken <- struct{}{}:
		default:
		}
	}
	if m.all = m.all || all; !m.all {
		m.dirs[dir] = true
		m.all = len(m.dirs) > manyDirs
	}
	if m.all {
		clear(m.dirs)
	}
}

// due is when the marks are to be looked at, zero where there are none.
func (m *marks) due(t Times) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.first.IsZero() {
		return time.Time{}
	}
	quiet, most := m.last.Add(t.Quiet), m.first.Add(t.QuietMost)
	if most.Before(quiet) {
		return most
	}
	return quiet
}

// take returns what is marked, and marks nothing any more.
func (m *marks) take() (dirs map[string]bool, all bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	dirs, all = m.dirs, m.all
	m.dirs, m.all, m.first, m.last = make(map[string]bool), false, time.Time{}, time.Time{}
	return dirs, all
}

// pending is what is marked.
func (m *marks) pending() (dirs []string, all bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for d := range m.dirs {
		dirs = append(dirs, d)
	}
	return dirs, m.all
}
