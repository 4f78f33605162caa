package sync

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/ingest"
)

// bringing is what the engine keeps in memory of the files it brings: what is being
// read, uploaded and given now. Its methods may be called from any goroutine.
type bringing struct {
	mu      sync.Mutex
	reading *reading
	sending map[store.OperationID]*sending
	given   map[handover.Key]given
	pins    map[pinKey]handover.Key // pending pins whose bytes are given, by requestid
	bad     map[store.SourceID]*services.Error
}

// reading is a source being read.
type reading struct {
	source  store.Source
	cancel  context.CancelFunc
	since   time.Time
	now     ingest.Progress
	measure meter
}

// sending is an operation whose content is being uploaded.
type sending struct {
	op      store.Operation
	source  store.Source
	cancel  context.CancelFunc
	since   time.Time
	sent    int64
	size    int64
	measure meter
}

// given is what a giver was offered.
type given struct {
	handover.Job
	source store.Source
}

func (b *bringing) reads(s store.Source, cancel context.CancelFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reading = &reading{source: s, cancel: cancel, since: time.Now()}
}

// read is told how far the reading is.
func (b *bringing) read(p ingest.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reading != nil {
		b.reading.now = p
		b.reading.measure.add(time.Now(), p.Bytes)
	}
}

func (b *bringing) hasRead() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reading = nil
}

// stopReading ends the reading of a source nobody wants any more.
func (b *bringing) stopReading(id store.SourceID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reading != nil && b.reading.source.ID == id {
		b.reading.cancel()
	}
}

func (b *bringing) sends(s *sending) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sending == nil {
		b.sending = make(map[store.OperationID]*sending)
	}
	b.sending[s.op.ID] = s
}

// sent is told how many bytes of an upload are gone.
func (b *bringing) sent(s *sending, n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s.sent = n
	s.measure.add(time.Now(), n)
}

func (b *bringing) hasSent(id store.OperationID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.sending, id)
}

// stopSending ends the uploads of the operations, none given: all.
func (b *bringing) stopSending(ids ...store.OperationID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, s := range b.sending {
		if len(ids) == 0 || slices.Contains(ids, id) {
			s.cancel()
		}
	}
}

// spoil notes that a source is not what it was.
func (b *bringing) spoil(id store.SourceID, err *services.Error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bad == nil {
		b.bad = make(map[store.SourceID]*services.Error)
	}
	b.bad[id] = err
}

// spoilt takes what spoil noted.
func (b *bringing) spoilt() map[store.SourceID]*services.Error {
	b.mu.Lock()
	defer b.mu.Unlock()
	bad := b.bad
	b.bad = nil
	return bad
}

// gives notes that a job was offered.
func (b *bringing) gives(g given) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.given == nil {
		b.given = make(map[handover.Key]given)
	}
	b.given[g.Key()] = g
}

func (b *bringing) hasGiven(k handover.Key) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.given, k)
}

// job is what was offered of a source to an account.
func (b *bringing) job(k handover.Key) (g given, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	g, ok = b.given[k]
	return g, ok
}

// offered are the jobs that were offered.
func (b *bringing) offered() map[handover.Key]given {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.given)
}

// expects notes which pending pins fetch from here.
func (b *bringing) expects(pins map[pinKey]handover.Key) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pins = pins
}

// expected are the pending pins that fetch from here, by the job they fetch of.
func (b *bringing) expected() map[pinKey]handover.Key {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.pins)
}

// fetches is the job whose bytes a pin fetches; ok is false where it fetches
// nothing from here.
func (b *bringing) fetches(account services.AccountID, requestID string) (k handover.Key, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, ok = b.pins[pinKey{account, requestID}]
	return k, ok
}
