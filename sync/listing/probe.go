package listing

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
)

// ProbeRequests is how many requests Probe makes at most.
const ProbeRequests = 25

// Probe finds out what may be believed of the service, as far as the account's
// own pins can show it. It changes nothing there: it only lists. A fact that
// comes out against known is looked at a second time, and found only where both
// looks agree. What the pins cannot show (there may be none) is not among the
// findings.
//
// Where a look fails it is taken a second time, and what it was for stays unknown
// where that fails, too. An error is the service's: of the first look, of two that
// failed one after the other, or one that says that the key is refused. The
// findings made until then are good.
func Probe(ctx context.Context, svc services.Service, known services.Profile) (findings []services.Finding, requests int, err error) {
	p := &prober{ctx: ctx, svc: svc, found: make(map[services.Fact]services.Finding)}
	failed := true // the look before: nothing is known of the service without the first
	for _, look := range []func() error{p.everything, p.after, p.before, p.count, p.statuses, p.cids, p.names, p.meta} {
		if p.asked+mostAsked > ProbeRequests {
			break
		}
		bad := p.look(look)
		if bad == nil {
			bad = p.believe(look, known)
		}
		if bad != nil && (failed || ctx.Err() != nil || services.CodeOf(bad) == services.CodeAuth) {
			err = bad
			break
		}
		failed = bad != nil
	}
	for _, f := range services.Facts() {
		if finding, ok := p.found[f]; ok {
			findings = append(findings, finding)
		}
	}
	return findings, p.asked, err
}

// mostAsked is how many requests one look makes at most.
const mostAsked = 3

// look takes a look, a second time where it fails.
func (p *prober) look(look func() error) error {
	p.now = nil
	err := look()
	if err == nil || p.ctx.Err() != nil || services.CodeOf(err) == services.CodeAuth || p.asked+mostAsked > ProbeRequests {
		return err
	}
	p.now = nil
	return look()
}

// prober is one probe. What a look finds is in now until it is believed.
type prober struct {
	ctx   context.Context
	svc   services.Service
	asked int
	found map[services.Fact]services.Finding
	now   []services.Finding

	all    services.Page // the first page of everything
	sorted bool
	capped bool          // pages are shorter than the limit
	shown  time.Duration // how fine stamps are
	newer  services.Page // what `after` brought
	at     time.Time     // and with which
}

// believe takes over what a look found. What contradicts what is known is
// looked at again.
func (p *prober) believe(look func() error, known services.Profile) error {
	first := p.now
	odd := false
	for _, f := range first {
		b := known[f.Fact].Belief
		odd = odd || b != services.Undecided && b != f.Belief
	}
	if odd && p.asked+mostAsked <= ProbeRequests {
		if err := p.look(look); err != nil {
			return err
		}
	}
	for _, f := range first {
		agreed := false
		for _, g := range p.now {
			agreed = agreed || g.Fact == f.Fact && g.Belief == f.Belief
		}
		if agreed {
			p.found[f.Fact] = f
		}
	}
	return nil
}

// proved and disproved note what a look found.
func (p *prober) proved(f services.Fact, evidence string) {
	p.now = append(p.now, services.Finding{Fact: f, Belief: services.Proved, Evidence: evidence, At: time.Now()})
}

func (p *prober) disproved(f services.Fact, evidence string) {
	p.now = append(p.now, services.Finding{Fact: f, Belief: services.Disproved, Evidence: evidence, At: time.Now()})
}

// ask makes one request. refused is true where the service does not take it.
func (p *prober) ask(q services.Query) (page services.Page, refused bool, err error) {
	if q.Status == nil {
		q.Status = services.AllStatuses()
	}
	p.asked++
	page, err = p.svc.List(p.ctx, q)
	if c := services.CodeOf(err); c == services.CodeInvalid || c == services.CodeNotFound {
		return page, true, nil
	}
	return page, false, err
}

// whole reports whether the first page is all there is, going by its length
// and its count.
func (p *prober) whole() bool {
	n := len(p.all.Results)
	return n < services.MaxLimit && p.all.Count <= int64(n)
}
