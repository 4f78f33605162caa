package sync

import (
	"context"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/handover"
)

// Giver serves blocks to the services that fetch them from here: a
// *handover.Giver.
type Giver interface {
	Run(ctx context.Context) error
	Offer(ctx context.Context, j handover.Job) (origins []string, err error)
	Origins(k handover.Key, tcpOnly bool) []string
	Where(k handover.Key) []string
	Told(k handover.Key, origins []string)
	Connect(k handover.Key, delegates []string)
	End(k handover.Key)
	Stats() []handover.Stats
	SetLimit(bytesPerSecond int64)
	Spend(ctx context.Context, bytes int) error
	SetListen(on bool)
	Pause(on bool)
	Renew()
	// Changed has a notice when live jobs have other origins than were told.
	Changed() <-chan struct{}
}

// What is given follows what user.db and cache.db say, looked at again after
// each change, at most so often; a look at very many takes at most a share of
// the time.
const (
	giveEvery = 200 * time.Millisecond
	giveShare = 10
	giveAgain = 10 * time.Second // after an offer that failed
	keyTime   = 2 * time.Second  // for the key of one account: a locked keyring must not hold up the others
)

// gives keeps what is served in step with what is asked for, and lets go of
// sources that nothing needs any more.
func (e *Engine) gives(ctx context.Context) error {
	if e.c.Blocks == nil {
		return nil
	}
	moved, cancel := e.moved.Subscribe()
	defer cancel()
	defer e.endGiving()
	var again time.Time
	for waitAny(ctx, moved, e.give, again) {
		began := time.Now()
		var err error
		if again, err = e.reconcile(ctx); err != nil {
			return storeError(ctx, err)
		}
		if !wait(ctx, nil, time.Now().Add(max(giveEvery, giveShare*time.Since(began)))) {
			break
		}
	}
	return nil
}

// endGiving ends every job; the next Run offers them anew.
func (e *Engine) endGiving() {
	for k := range e.bytes.offered() {
		e.endJob(k)
	}
}

func (e *Engine) endJob(k handover.Key) {
	e.bytes.hasGiven(k)
	if e.giver != nil {
		e.giver.End(k)
	}
}

// reconcile looks at every source that is not released: whether anything needs
// it, and to whom it is to be given. It returns when to look again, zero for:
// after the next change.
func (e *Engine) reconcile(ctx context.Context) (again time.Time, err error) {
	if err := e.giving.take(ctx); err != nil {
		return time.Time{}, nil
	}
	defer e.giving.give()
	until, err := e.paused(ctx)
	if err != nil {
		return time.Time{}, err
	}
	if now := time.Now(); until.After(now) {
		again = until
	}
	if e.giver != nil {
		e.giver.Pause(!again.IsZero())
	}
	if err := e.RestLocal(ctx); err != nil {
		return time.Time{}, err
	}
	for id, failure := range e.bytes.spoilt() {
		if err := e.spoiled(ctx, id, failure); err != nil {
			return time.Time{}, err
		}
	}
	sources, err := e.c.User.OpenSources(ctx)
	if err != nil {
		return time.Time{}, err
	}
	if len(sources) == 0 {
		e.bytes.expects(nil)
		e.endGiving()
		return again, nil
	}
	n, err := e.needs(ctx, sources)
	if err != nil {
		return time.Time{}, err
	}
	e.bytes.expects(n.pins)
	for k := range e.bytes.offered() {
		if _, ok := n.live[k.Source][k.Account]; !ok {
			e.endJob(k)
		}
	}
	var idle []store.Source
	for _, s := range sources {
		if !n.sources[s.ID] {
			idle = append(idle, s)
			continue
		}
		if s.State == store.SourceReady && !e.offerAll(ctx, s, n) && again.IsZero() {
			again = time.Now().Add(giveAgain)
		}
	}
	return again, e.releaseSources(ctx, idle)
}

// needed is what needs the bytes of sources.
type needed struct {
	sources map[store.SourceID]bool
	live    map[store.SourceID]map[services.AccountID]services.CID // to be given, with the root
	pins    map[pinKey]handover.Key                                // by requestid
	account map[services.AccountID]services.Account
}

// needs reads what needs bytes now: open operations, and pins that are not
// finished.
func (e *Engine) needs(ctx context.Context, sources []store.Source) (*needed, error) {
	byID := make(map[store.SourceID]store.Source, len(sources))
	for _, s := range sources {
		byID[s.ID] = s
	}
	n := &needed{
		sources: make(map[store.SourceID]bool), live: make(map[store.SourceID]map[services.AccountID]services.CID),
		pins: make(map[pinKey]handover.Key), account: make(map[services.AccountID]services.Account),
	}
	accounts, err := e.c.User.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		n.account[a.ID] = a
	}
	ops, err := e.c.User.OperationsOfOpen(ctx)
	if err != nil {
		return nil, err
	}
	for _, op := range ops {
		s, ok := byID[op.Source]
		if !ok || op.State == store.OpDone && !s.Made(op.Pin.CID) {
			continue
		}
		need, fetched, pins, err := e.stillNeeded(ctx, op, n.account)
		if err != nil {
			return nil, err
		}
		if !need {
			continue
		}
		n.sources[op.Source] = true
		if !fetched || !e.byBitswap(ctx, n.account[op.Account], op) {
			continue
		}
		if n.live[op.Source] == nil {
			n.live[op.Source] = make(map[services.AccountID]services.CID)
		}
		n.live[op.Source][op.Account] = op.Pin.CID
		for _, pin := range pins {
			n.pins[pinKey{op.Account, pin.RequestID}] = handover.Key{Account: op.Account, Source: op.Source}
		}
	}
	return n, nil
}

// stillNeeded reports whether an operation needs its source, and whether its
// service may be fetching it now, for which pins. One that is done needs it as
// long as the account has a pending pin of the content: a rename, or the service
// itself, may have given it another requestid.
func (e *Engine) stillNeeded(ctx context.Context, op store.Operation, accounts map[services.AccountID]services.Account) (need, fetched bool, pins []store.Pin, err error) {
	if _, ok := accounts[op.Account]; !ok || op.Kind != store.OpAdd {
		return false, false, nil, nil
	}
	switch op.State {
	case store.OpSent, store.OpAmbiguous:
		return true, !uploading(op), nil, nil
	case store.OpDone:
	default:
		return op.State.Open(), false, nil, nil
	}
	pins, err = e.c.Cache.PinsOf(ctx, op.Account, op.Pin.CID)
	if err != nil || len(pins) > 0 {
		pins = slices.DeleteFunc(pins, func(p store.Pin) bool { return !p.Status.Pending() })
		return len(pins) > 0, len(pins) > 0, pins, err
	}
	if op.RequestID == "" || !e.place(op.Account).buriedAt(op.RequestID).IsZero() {
		return false, false, nil, nil
	}
	// What the cache does not know it may not know yet.
	checked, err := e.c.Cache.CheckedAt(ctx, op.Account)
	young := !checked.After(op.DoneAt)
	return young, young, nil, err
}

// byBitswap reports whether an account fetches what an operation asks for from
// here.
func (e *Engine) byBitswap(ctx context.Context, a services.Account, op store.Operation) bool {
	if e.giver == nil || a.Local() || a.Demo() {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, keyTime)
	defer cancel()
	up, err := e.uploads(ctx, e.place(a.ID), a, op)
	return err == nil && !up
}

// offerAll offers a source to all that fetch it and were not offered it yet;
// false where an offer failed.
func (e *Engine) offerAll(ctx context.Context, s store.Source, n *needed) bool {
	good := true
	for account, root := range n.live[s.ID] {
		if _, ok := e.bytes.job(handover.Key{Account: account, Source: s.ID}); ok {
			continue
		}
		if _, err := e.offerTo(ctx, n.account[account], s, root); err != nil {
			good = false
		}
	}
	return good
}

// offerTo makes a job live, unless it is, and returns the addresses to tell.
func (e *Engine) offerTo(ctx context.Context, a services.Account, s store.Source, root services.CID) ([]string, error) {
	g, ok := e.bytes.job(handover.Key{Account: a.ID, Source: s.ID})
	if !ok {
		totals, err := e.c.Blocks.Totals(ctx, blocks.HolderOf(s.ID))
		if err != nil {
			return nil, err
		}
		g = given{handover.Job{Account: a.ID, Source: s.ID, Root: root, Size: totals.Bytes, Endpoint: a.Endpoint}, s}
	}
	origins, err := e.giver.Offer(ctx, g.Job)
	if err != nil {
		e.c.Log.Warn("cannot give", "account", a.ID, "source", s.ID, "error", err.Error())
		return nil, err
	}
	e.bytes.gives(g)
	return origins, nil
}

// offer makes what an add asks for fetchable, and returns the addresses to tell
// its service, each set fewer than the one before: some refuse addresses they do
// not know (quirk 30), and they are only a hint.
func (e *Engine) offer(ctx context.Context, a services.Account, op store.Operation) (ways [][]string, err error) {
	ways = [][]string{op.Pin.Origins}
	if op.Source != 0 && (e.isRunning() || e.lends.Load()) && e.byBitswap(ctx, a, op) {
		if ways, err = e.offerNow(ctx, a, op); err != nil {
			return nil, err
		}
	}
	if len(ways[len(ways)-1]) > 0 {
		ways = append(ways, nil)
	}
	return ways, nil
}

func (e *Engine) offerNow(ctx context.Context, a services.Account, op store.Operation) ([][]string, error) {
	if err := e.giving.take(ctx); err != nil {
		return nil, stopped("add", err)
	}
	defer e.giving.give()
	s, ok, err := e.c.User.Source(ctx, op.Source)
	if err != nil || !ok || s.State != store.SourceReady {
		return [][]string{op.Pin.Origins}, err
	}
	origins, err := e.offerTo(ctx, a, s, op.Pin.CID)
	if err != nil {
		return [][]string{op.Pin.Origins}, nil //nolint:nilerr // it goes without; the service may name machines of its own
	}
	all := append(origins[:len(origins):len(origins)], op.Pin.Origins...)
	ways := [][]string{all[:min(len(all), services.MaxOrigins)]}
	if plain := e.giver.Origins(handover.Key{Account: a.ID, Source: s.ID}, true); len(plain) > 0 && len(plain) < len(all) {
		ways = append(ways, plain)
	}
	return ways, nil
}

// fetch brings the giver to the machines that services name for pending pins.
func (e *Engine) fetch(account services.AccountID, pins ...services.PinStatus) {
	if e.giver == nil {
		return
	}
	for _, pin := range pins {
		if len(pin.Delegates) == 0 || !pin.Status.Pending() {
			continue
		}
		if k, ok := e.bytes.fetches(account, pin.RequestID); ok {
			e.giver.Connect(k, pin.Delegates)
		}
	}
}

// releaseSources lets go of sources nothing needs any more, many in one
// transaction. One that is another by now is looked at again the next time.
func (e *Engine) releaseSources(ctx context.Context, sources []store.Source) error {
	for some := range slices.Chunk(sources, batchMost) {
		var ids []store.SourceID
		for _, s := range some {
			ids = append(ids, s.ID)
		}
		if err := e.dropBlocks(ctx, ids); err != nil {
			return err
		}
		var moves []user.SourceMove
		for _, s := range some {
			m := user.SourceMove{Source: s, From: s.State}
			m.State, m.NextAt, m.Reason = store.SourceReleased, time.Time{}, ""
			moves = append(moves, m)
		}
		for len(moves) > 0 {
			_, others, err := e.c.User.MoveSources(ctx, moves)
			if err != nil {
				return err
			}
			if len(others) == 0 {
				break
			}
			moves = slices.DeleteFunc(moves, func(m user.SourceMove) bool { return slices.Contains(others, m.ID) })
		}
		for _, m := range moves {
			e.bytes.stopReading(m.ID)
			e.c.Log.Info("source released", "source", m.ID)
		}
	}
	return nil
}

// waitAny is wait for two kinds of wake-up.
func waitAny(ctx context.Context, one <-chan struct{}, other <-chan struct{}, at time.Time) bool {
	if at.IsZero() {
		at = time.Now().Add(far)
	}
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-one:
	case <-other:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
