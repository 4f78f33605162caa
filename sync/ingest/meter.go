package ingest

import (
	"sync/atomic"
	"time"
)

// tellEvery is how often at most progress is told.
const tellEvery = 100 * time.Millisecond

// meter counts what was read and tells it. Only totals may be set from another
// goroutine.
type meter struct {
	tell  func(Progress) // nil: nobody listens
	now   Progress
	at    time.Time
	files atomic.Int64
	bytes atomic.Int64
}

// totals says how much there is in all.
func (m *meter) totals(files int, bytes int64) {
	m.bytes.Store(bytes)
	m.files.Store(int64(files))
}

func (m *meter) add(files int, bytes int64) {
	m.now.Files += files
	m.now.Bytes += bytes
	if m.tell == nil {
		return
	}
	if now := time.Now(); now.Sub(m.at) >= tellEvery {
		m.at = now
		m.say()
	}
}

// end tells the last of it.
func (m *meter) end() {
	if m.tell != nil {
		m.totals(m.now.Files, m.now.Bytes)
		m.say()
	}
}

func (m *meter) say() {
	p := m.now
	// A folder may have grown since it was counted.
	if n := int(m.files.Load()); n > 0 {
		p.TotalFiles, p.TotalBytes = max(n, p.Files), max(m.bytes.Load(), p.Bytes)
	}
	m.tell(p)
}
