package ingest

import (
	"container/list"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/blocks"
)

const (
	mostOpen = 16              // files kept open
	idle     = 5 * time.Second // a file nobody reads is closed after that
)

// openFiles keeps the files open that were read last. The zero value is ready.
type openFiles struct {
	mu    sync.Mutex
	open  []*openedFile // the youngest last
	timer *time.Timer   // runs while something is open
}

type openedFile struct {
	id    blocks.FileID
	f     *os.File
	users int
	used  time.Time
	gone  bool // out of the list: the last user closes it
}

// read fills data from a file. What has gone or become shorter is CodeSource.
func (o *openFiles) read(f blocks.File, data []byte, offset int64) error {
	path := string(f.Path)
	h, err := o.take(f.ID, path)
	if err != nil {
		return err
	}
	defer o.give(h)
	n, err := h.f.ReadAt(data, offset)
	if n == len(data) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return changed(path)
	}
	return failed(err, path, services.ReasonVanished)
}

// take finds a file among the open ones, or opens it.
func (o *openFiles) take(id blocks.FileID, path string) (*openedFile, error) {
	if h := o.find(id); h != nil {
		return h, nil
	}
	f, _, err := openFile(path)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	h := &openedFile{id: id, f: f, users: 1}
	o.open = append(o.open, h)
	if len(o.open) > mostOpen {
		o.closeLocked(0)
	}
	if o.timer == nil {
		o.timer = time.AfterFunc(idle, o.tidy)
	}
	return h, nil
}

func (o *openFiles) find(id blocks.FileID) *openedFile {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, h := range o.open {
		if h.id == id {
			o.open = append(append(o.open[:i], o.open[i+1:]...), h)
			h.users++
			return h
		}
	}
	return nil
}

func (o *openFiles) give(h *openedFile) {
	o.mu.Lock()
	defer o.mu.Unlock()
	h.users--
	h.used = time.Now()
	if h.gone && h.users == 0 {
		_ = h.f.Close()
	}
}

// closeLocked takes a file out of the list.
func (o *openFiles) closeLocked(i int) {
	h := o.open[i]
	o.open = append(o.open[:i], o.open[i+1:]...)
	h.gone = true
	if h.users == 0 {
		_ = h.f.Close() // it was only read
	}
}

// tidy closes what nobody has read for a while, so that the person can do with
// the files what they like.
func (o *openFiles) tidy() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.timer == nil {
		return // closed meanwhile
	}
	for i := len(o.open) - 1; i >= 0; i-- {
		if h := o.open[i]; h.users == 0 && time.Since(h.used) >= idle {
			o.closeLocked(i)
		}
	}
	if len(o.open) == 0 {
		o.timer = nil
		return
	}
	o.timer.Reset(idle)
}

func (o *openFiles) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.open) > 0 {
		o.closeLocked(len(o.open) - 1)
	}
	if o.timer != nil {
		o.timer.Stop()
		o.timer = nil
	}
	return nil
}

// lru keeps the bytes asked for last, up to most of them.
type lru struct {
	most, now int
	order     list.List // of *kept, the youngest in front
	byKey     map[string]*list.Element
}

type kept struct {
	key  string
	data []byte
}

func (l *lru) get(key string) ([]byte, bool) {
	e, ok := l.byKey[key]
	if !ok {
		return nil, false
	}
	l.order.MoveToFront(e)
	return e.Value.(*kept).data, true
}

func (l *lru) add(key string, data []byte) {
	if l.byKey == nil {
		l.byKey = make(map[string]*list.Element)
	}
	if _, ok := l.byKey[key]; ok {
		return
	}
	l.byKey[key] = l.order.PushFront(&kept{key, data})
	for l.now += len(data); l.now > l.most; {
		oldest := l.order.Back()
		k := l.order.Remove(oldest).(*kept)
		delete(l.byKey, k.key)
		l.now -= len(k.data)
	}
}
