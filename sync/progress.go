package sync

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/store"
)

// Progress is how far what is being read, uploaded and given has come, the
// oldest source first. It is only known in memory.
func (e *Engine) Progress(context.Context) ([]store.Progress, error) {
	list := e.bytes.progress(time.Now())
	if e.giver != nil {
		list = append(list, e.givingProgress()...)
	}
	slices.SortStableFunc(list, func(a, b store.Progress) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Account, b.Account))
	})
	return list, nil
}

func (b *bringing) progress(now time.Time) (list []store.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.reading; r != nil {
		p := store.Progress{
			Source: r.source.ID, Stage: store.Reading, Folder: r.source.Folder, Name: r.source.Name, Since: r.since,
			Files: r.now.Files, TotalFiles: r.now.TotalFiles, Bytes: r.now.Bytes, TotalBytes: r.now.TotalBytes,
		}
		p.Rate, p.Left = r.measure.rate(now, p.Bytes, p.TotalBytes)
		list = append(list, p)
	}
	for _, s := range b.sending {
		p := store.Progress{
			Source: s.source.ID, CID: s.op.Pin.CID, Account: s.op.Account, Stage: store.Uploading, Folder: s.source.Folder,
			Name: s.source.Name, Since: s.since, TotalFiles: s.source.Files, Bytes: s.sent, TotalBytes: s.size,
		}
		p.Rate, p.Left = s.measure.rate(now, p.Bytes, p.TotalBytes)
		list = append(list, p)
	}
	return list
}

// givingProgress is what the giver says of its jobs, with what they are of.
func (e *Engine) givingProgress() (list []store.Progress) {
	jobs := e.bytes.offered()
	for _, s := range e.giver.Stats() {
		g, ok := jobs[s.Key]
		if !ok {
			continue // it has just ended
		}
		list = append(list, store.Progress{
			Source: s.Source, CID: g.Root, Account: s.Account, Stage: store.Giving, Folder: g.source.Folder, Name: g.source.Name,
			TotalFiles: g.source.Files, Bytes: s.Sent, TotalBytes: g.Size, Rate: s.Rate, Left: s.Left, Peers: s.Peers,
			Since: s.Since, Trouble: s.Trouble,
		})
	}
	return list
}

// How long a rate is measured over, and how often.
const (
	rateOver  = 5 * time.Second
	rateEvery = 500 * time.Millisecond
)

// meter measures the rate of the last seconds. Its zero value is ready.
type meter struct{ marks []mark }

type mark struct {
	at    time.Time
	bytes int64
}

// add notes how many bytes there were in all at a time.
func (m *meter) add(now time.Time, bytes int64) {
	n := len(m.marks)
	if n > 0 && bytes < m.marks[n-1].bytes {
		m.marks, n = m.marks[:0], 0 // it began anew
	}
	if n > 0 && now.Sub(m.marks[n-1].at) < rateEvery {
		return
	}
	m.marks = append(m.marks, mark{now, bytes})
	for len(m.marks) > 2 && now.Sub(m.marks[1].at) >= rateOver {
		m.marks = m.marks[1:]
	}
}

// rate is bytes a second, and how long the rest takes; -1 where nobody knows.
func (m *meter) rate(now time.Time, bytes, total int64) (float64, time.Duration) {
	if len(m.marks) == 0 {
		return 0, -1
	}
	first := m.marks[0]
	took := now.Sub(first.at).Seconds()
	if took <= 0 || bytes <= first.bytes {
		return 0, -1
	}
	rate := float64(bytes-first.bytes) / took
	if total <= 0 {
		return rate, -1
	}
	return rate, time.Duration(float64(max(total-bytes, 0)) / rate * float64(time.Second))
}
