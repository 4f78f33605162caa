package handover

import (
	"cmp"
	"hash/maphash"
	"slices"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/pintray/pintray/services"
)

const (
	// exact is how many blocks of a job are told apart; past that a block sent
	// twice counts twice, and Sent stops at the job's size.
	exact = 1 << 16
	// maxStrangers is how many peers nobody named are remembered of one job, and
	// generous how often each may take all of it. With one more, who took least is
	// forgotten: the service's own machine may be the last to come.
	maxStrangers = 256
	generous     = 3
	// maxPeers and maxDelegates bound what is remembered of an account.
	maxPeers     = 1024
	maxDelegates = 64
)

// job is a Job that is live. The Giver's mutex guards it.
type job struct {
	Job
	account   *account
	since     time.Time
	alone     time.Time // since when no peer of it is connected
	told      []string  // the origins last said, nil before
	given     []string  // the origins its service was last told
	stale     bool      // those are not ours any more
	taken     map[uint64]struct{}
	sent      int64
	rate      meter
	strangers map[peer.ID]*stranger
	asked     int64 // how often one came that was not remembered
}

// stranger is a peer nobody named that has asked for blocks of a job.
type stranger struct{ bytes, came int64 }

// account is what its live jobs share. The Giver's mutex guards it.
type account struct {
	id        services.AccountID
	near      reach
	delegates []string             // as the service named them, the latest first
	peers     map[peer.ID]struct{} // named ones; only these are served, where there are any
	// What the dialler knows.
	dialling, unreached, again bool
	tries                      int
	next                       time.Time
}

// rest makes it due to be dialled at once.
func (a *account) rest() { a.tries, a.next, a.again = 0, time.Time{}, true }

// failed puts the next round off.
func (a *account) failed(now time.Time) {
	a.tries++
	a.next = now.Add(backoff(a.tries))
}

// learn remembers a peer the service named.
func (a *account) learn(p peer.ID) {
	if _, known := a.peers[p]; known || len(a.peers) < maxPeers {
		a.peers[p] = struct{}{}
	}
}

// add makes j live.
func (g *Giver) add(j Job, near reach) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.where.forget()
	a := g.accounts[j.Account]
	if a == nil {
		a = &account{id: j.Account, peers: map[peer.ID]struct{}{}}
		g.accounts[j.Account] = a
	}
	a.near = near
	if old, live := g.jobs[j.Key()]; live {
		old.Job = j
		return
	}
	now := time.Now()
	live := &job{
		Job: j, account: a, since: now, alone: now,
		taken: map[uint64]struct{}{}, strangers: map[peer.ID]*stranger{},
	}
	g.jobs[j.Key()] = live
	g.sources[j.Source] = append(g.sources[j.Source], live)
	notify(g.wake)
}

// nameLocked puts newly named delegates before the others.
func (g *Giver) nameLocked(a *account, delegates []string) {
	old := a.delegates
	a.delegates = nil
	for _, d := range slices.Concat(delegates, old) {
		if len(a.delegates) < maxDelegates && len(d) <= maxAddress && !slices.Contains(a.delegates, d) {
			a.delegates = append(a.delegates, d)
		}
	}
	for _, d := range a.delegates {
		if !slices.Contains(old, d) {
			a.rest()
			if info, err := peer.AddrInfoFromString(d); err == nil {
				a.learn(info.ID)
			}
		}
	}
}

// openTo reports whether p may have blocks of j: one of the machines its
// service named, or where it named none, anyone within bounds.
func (j *job) openTo(p peer.ID) bool {
	if len(j.account.peers) > 0 {
		_, named := j.account.peers[p]
		return named
	}
	s := j.strangers[p]
	return s == nil || s.bytes < generous*max(j.Size, 1<<20)
}

// remembered is what is known of a peer nobody named.
func (j *job) remembered(p peer.ID) *stranger {
	if s := j.strangers[p]; s != nil {
		return s
	}
	if len(j.strangers) >= maxStrangers {
		var least peer.ID
		for id, s := range j.strangers {
			if l := j.strangers[least]; l == nil || s.bytes < l.bytes || s.bytes == l.bytes && s.came < l.came {
				least = id
			}
		}
		delete(j.strangers, least)
	}
	j.asked++
	s := &stranger{came: j.asked}
	j.strangers[p] = s
	return s
}

// took counts a block p was sent.
func (j *job) took(p peer.ID, c cid.Cid, size int, now time.Time) {
	if len(j.account.peers) == 0 {
		j.remembered(p).bytes += int64(size)
	}
	j.rate.add(now, size)
	key := maphash.Bytes(seed, c.Hash())
	if _, again := j.taken[key]; again {
		return
	}
	if len(j.taken) < exact {
		j.taken[key] = struct{}{}
	}
	j.sent = min(j.sent+int64(size), j.Size)
}

var seed = maphash.MakeSeed()

// Stats is how far each live job is, by account and source.
func (g *Giver) Stats() []Stats {
	g.mu.Lock()
	node := g.node
	g.mu.Unlock()
	connected := node.peers()
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	all := make([]Stats, 0, len(g.jobs))
	for key, j := range g.jobs {
		s := Stats{Key: key, Sent: j.sent, Rate: j.rate.perSecond(now), Left: -1, Since: j.since}
		for _, p := range connected {
			if j.serves(p) {
				s.Peers++
			}
		}
		if s.Peers > 0 {
			j.alone = now
		}
		if s.Rate > 0 {
			s.Left = time.Duration(float64(j.Size-j.sent) / s.Rate * float64(time.Second))
		}
		s.Trouble = j.trouble(g.paused, s.Peers, now.Sub(j.alone) >= g.config.Patience)
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Stats) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Source, b.Source))
	})
	return all
}

// serves reports whether p is one of those that fetch j.
func (j *job) serves(p peer.ID) bool {
	if len(j.account.peers) > 0 {
		_, named := j.account.peers[p]
		return named
	}
	_, asked := j.strangers[p]
	return asked
}

func (j *job) trouble(paused bool, peers int, late bool) string {
	switch {
	case paused:
		return TroublePaused
	case peers > 0 || j.sent >= j.Size && j.sent > 0:
		return ""
	case j.stale && len(j.account.delegates) == 0: // there is nothing to wait for
		if len(j.told) > 0 {
			return TroubleMoved
		}
		return TroubleNobody
	case !late:
		return ""
	case len(j.account.delegates) == 0:
		return TroubleNobody
	case j.account.unreached:
		return TroubleUnreached
	}
	return ""
}
