package local

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"time"

	blocks "github.com/ipfs/go-block-format"
	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/user"
)

// getBlocks is how blocks are asked for.
type getBlocks func(context.Context, []cid.Cid) (<-chan blocks.Block, error)

const (
	// maxJobs is how many pins are waited for at once; others follow.
	maxJobs = 256
	// lookEvery is how often pinned files of the person are looked at.
	lookEvery = 15 * time.Minute
	// hostRest is how long after a host could not be opened it is tried again.
	hostRest = 30 * time.Second
)

// Run fetches what is queued and looks after what is pinned, until ctx ends. It
// fails only where the store does.
func (s *Service) Run(ctx context.Context) error {
	r := &running{Service: s, failed: make(chan error, 1)}
	s.mu.Lock()
	s.up = make(chan struct{})
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.up = nil
		s.mu.Unlock()
	}()
	// In this order: a file of an index that was lost looks as if nobody needed it.
	if err := s.lookAll(ctx); err != nil {
		return ended(ctx, err)
	}
	if err := s.tidyAll(ctx); err != nil {
		return ended(ctx, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer r.closeHost()
	defer r.jobs.Wait()
	defer cancel()
	for look := time.Now().Add(lookEvery); ; {
		if !time.Now().Before(look) {
			if err := s.lookAll(ctx); err != nil {
				return ended(ctx, err)
			}
			look = time.Now().Add(lookEvery)
		}
		rest, err := r.step(ctx)
		if err != nil {
			return ended(ctx, err)
		}
		t := time.NewTimer(min(rest, time.Until(look)))
		select {
		case <-ctx.Done():
		case err = <-r.failed:
		case <-s.wake:
		case <-t.C:
		}
		t.Stop()
		if err != nil || ctx.Err() != nil {
			return ended(ctx, err)
		}
	}
}

// ended is nil where ctx is the reason.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// running is what one Run owns.
type running struct {
	*Service
	jobs   sync.WaitGroup
	node   *node
	failed chan error // what the store failed with, in a job
}

// step starts what is to be fetched, and opens or closes the host. rest is
// after how long it is to be called again at the latest.
func (r *running) step(ctx context.Context) (rest time.Duration, err error) {
	open, _, err := r.c.User.LocalPins(ctx, services.Query{Status: []services.Status{services.Queued, services.Pinning}})
	if err != nil {
		return 0, err
	}
	idle, paused := r.idle()
	if idle && (paused || len(open) == 0) {
		r.closeHost()
	}
	if paused || len(open) == 0 {
		return lookEvery, nil
	}
	if r.node == nil {
		if err := r.openHost(ctx); err != nil {
			r.c.Log.Warn("nothing can be fetched", "op", "fetch", "err", err)
			return hostRest, nil
		}
	}
	for i := len(open) - 1; i >= 0; i-- { // oldest first
		r.start(ctx, open[i])
	}
	return lookEvery, nil
}

func (r *running) openHost(ctx context.Context) error {
	n, err := newNode(ctx, r.badBlock)
	if err != nil {
		return err
	}
	r.node = n
	r.mu.Lock()
	r.delegates = n.delegates()
	close(r.up)
	r.mu.Unlock()
	return nil
}

func (r *running) closeHost() {
	if r.node == nil {
		return
	}
	r.mu.Lock()
	r.delegates, r.up = nil, make(chan struct{})
	r.mu.Unlock()
	r.node.close()
	r.node = nil
}

func (r *running) idle() (idle, paused bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.Service.jobs) == 0, r.paused
}

// start begins with a pin, unless it or another one of its content is under way.
func (r *running) start(ctx context.Context, pin user.LocalPin) {
	root, err := parse("add", pin.Pin.CID)
	if err != nil {
		return // Add takes none such
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paused || len(r.Service.jobs) >= maxJobs {
		return
	}
	for _, j := range r.Service.jobs {
		if j.pin.Pin.CID.Key == pin.Pin.CID.Key {
			return
		}
	}
	j := &job{pin: pin, root: root, origins: peersOf(pin.Pin.Origins)}
	ctx, stop := context.WithTimeoutCause(ctx, r.c.Deadline, failure(ReasonDeadline))
	j.ctx, j.cancel = context.WithCancelCause(ctx)
	r.Service.jobs[pin.ID] = j
	n := r.node
	r.jobs.Go(func() {
		defer stop()
		defer notify(r.wake)
		err := r.work(n, j)
		r.mu.Lock()
		delete(r.Service.jobs, pin.ID)
		r.mu.Unlock()
		notify(r.moved)
		if err != nil {
			select {
			case r.failed <- err:
			default:
			}
		}
	})
}

// work brings one pin to its end. Only what the store fails with is an error.
func (r *running) work(n *node, j *job) error {
	defer j.cancel(nil)
	err := r.bring(n, j)
	ctx := context.WithoutCancel(j.ctx)
	var e *services.Error
	switch {
	case err == nil:
		r.c.Log.Info("fetched", "op", "fetch", "cid", j.pin.Pin.CID.Text, "bytes", j.pin.Size)
		return r.tidy(ctx, j.pin.Pin.CID.Key)
	case !errors.As(err, &e):
		return r.tidy(ctx, j.pin.Pin.CID.Key) // stopped, or let go of: then what came so far goes
	case e.Code == services.CodeStorage && e.Reason != "full":
		return err
	case e.Code == services.CodeStorage:
		e.Reason = ReasonNoSpace
	case j.bad.Load() && e.Reason == ReasonNobody:
		e.Reason = ReasonBadBlock
	}
	r.c.Log.Info("cannot be fetched", "op", "fetch", "cid", j.pin.Pin.CID.Text, "reason", e.Reason)
	j.pin.Status, j.pin.Details = services.Failed, e.Reason
	if _, err := r.c.User.NoteLocalPin(ctx, j.pin); err != nil {
		return err
	}
	return r.tidy(ctx, j.pin.Pin.CID.Key)
}

// bring makes the pin pinned: with what is here, else by fetching.
func (r *running) bring(n *node, j *job) error {
	if held, err := r.takeHere(j); held || err != nil {
		return cause(j.ctx, err)
	}
	if err := r.room(); err != nil {
		return err
	}
	var dialler sync.WaitGroup
	defer dialler.Wait()
	defer j.cancel(nil)
	dialler.Go(func() { n.dial(j) })
	for again := true; ; again = false {
		err := r.fetch(n, j)
		if err == nil {
			err = r.finish(j)
		}
		if !errors.Is(err, errSpoiled) {
			return cause(j.ctx, err)
		}
		if !again {
			return failure(ReasonBroken)
		}
		if err := remove(r.file(j.pin.Pin.CID.Key, partSuffix)); err != nil {
			return err
		}
	}
}

// takeHere makes the pin pinned with what is on this computer, if all of it is.
func (r *running) takeHere(j *job) (held bool, err error) {
	if held, err = r.takeHeld(j.ctx, &j.pin); held || err != nil {
		return held, err
	}
	if _, found, err := r.c.User.SourceOf(j.ctx, j.pin.Pin.CID); err != nil || !found {
		return false, err
	}
	if err := r.take(j.ctx); err != nil {
		return false, err
	}
	defer func() { <-r.active }()
	return r.takeSource(j.ctx, &j.pin, math.MaxInt64)
}

// finish makes the growing file of a pin the final one, and the pin hold it.
func (r *running) finish(j *job) error {
	key := j.pin.Pin.CID.Key
	if err := r.whole(key); err != nil {
		return err
	}
	err := r.index(j.ctx, &j.pin, r.file(key, wholeSuffix))
	if services.CodeOf(err) == services.CodeSource {
		return errSpoiled
	}
	return err
}

// badBlock is told who sent something false: nobody listens to it any more, and
// the pins it was to help are told. Where no one else is there, they fail.
func (r *running) badBlock(n *node, p peer.ID) {
	r.c.Log.Warn("a peer sent something else than was asked for", "op", "fetch", "peer", p.String())
	r.mu.Lock()
	var hit []*job
	for _, j := range r.Service.jobs {
		if j.from(p) {
			j.bad.Store(true)
			hit = append(hit, j)
		}
	}
	r.mu.Unlock()
	n.refuse(p)
	if n.peers() > 0 {
		return
	}
	for _, j := range hit {
		j.cancel(failure(ReasonBadBlock))
	}
}

// from reports whether p may be who brings the job's blocks.
func (j *job) from(p peer.ID) bool {
	for _, o := range j.origins {
		if o.ID == p {
			return true
		}
	}
	return len(j.origins) == 0
}

// stop ends the fetching of a pin that was let go of.
func (s *Service) stop(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if j := s.jobs[id]; j != nil {
		j.cancel(context.Canceled)
	}
}

// release forgets the blocks of a pin that is gone, and the files they stood in
// where nothing else needs them.
func (s *Service) release(ctx context.Context, pin user.LocalPin) error {
	keys := []string{pin.Pin.CID.Key}
	for f, err := range s.c.Blocks.EachFile(ctx, holder(pin)) {
		if err != nil {
			return err
		}
		if dir, name := filepath.Split(string(f.Path)); filepath.Clean(dir) == filepath.Clean(s.c.Dir) {
			keys = append(keys, strings.TrimSuffix(name, wholeSuffix))
		}
	}
	if err := s.c.Blocks.Drop(ctx, holder(pin)); err != nil {
		return err
	}
	for _, key := range keys {
		if err := s.tidy(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
