package sync

import (
	"context"
	"slices"

	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/cache"
)

// CopyRequest asks for what one account keeps to be kept by another too.
type CopyRequest struct {
	From, To services.AccountID
	// CIDs narrows it; none is everything From is known to keep.
	CIDs []services.CID
}

// CopyPlan is a dry run: each content ID counts once.
type CopyPlan struct {
	Pins    int64 // of From that were chosen
	Missing int64 // chosen CIDs From is not known to keep
	Failed  int64 // From itself could not keep these: they are left out
	There   int64 // To keeps these already
	Asked   int64 // To was asked for these already
	New     int64 // these would be asked for
	Size    int64 // bytes of New, as far as anybody knows
	Unsized int64 // of so many of New nobody knows the size
	// Cost is true where To is a company, whose plan may cost or be too small.
	Cost bool
}

// Copied is what became of a copy. Doing it again skips what To keeps or was
// asked for, so that one that was cut short goes on.
type Copied struct {
	Operations []store.OperationID
	There      int64 // To kept these already
	Asked      int64 // and was asked for these before
	// Refused is the first hundred that were refused for another reason,
	// RefusedCount how many there are.
	Refused      []Refusal
	RefusedCount int64
	// More: To has so much to be asked for (maxCopy) that the rest waits for
	// another call.
	More bool
}

const (
	copyStep    = 1_000   // pins that are asked for in one transaction
	maxCopy     = 100_000 // operations one call asks for
	shownRefuse = 100
)

// PlanCopy says what Copy would do. It asks no service. Refused is CodeUsage,
// Reason "same-account", "copy-from-here" (what this computer keeps is given by
// Import) or "unknown-account".
func (e *Engine) PlanCopy(ctx context.Context, r CopyRequest) (CopyPlan, error) {
	_, to, err := e.copyable(ctx, r)
	if err != nil {
		return CopyPlan{}, err
	}
	c, err := e.c.Cache.CopyPlan(ctx, r.From, r.To, r.CIDs)
	if err != nil {
		return CopyPlan{}, err
	}
	plan := CopyPlan{
		Pins: c.Pins, Failed: c.Failed, There: c.There, Asked: c.Asked, New: c.New, Size: c.Size, Unsized: c.Unsized,
		Cost: costs(to),
	}
	if len(r.CIDs) > 0 {
		plan.Missing = int64(distinct(r.CIDs)) - c.Pins
	}
	return plan, nil
}

// Copy asks To for what From keeps, under the same names and with the same
// meta, in the order it came to From. The machines From names for its pins, as
// far as everybody can reach them, are given along as origins. Refused as
// PlanCopy is.
func (e *Engine) Copy(ctx context.Context, r CopyRequest) (Copied, error) {
	from, _, err := e.copyable(ctx, r)
	if err != nil {
		return Copied{}, err
	}
	plan, err := e.c.Cache.CopyPlan(ctx, r.From, r.To, r.CIDs)
	if err != nil {
		return Copied{}, err
	}
	done := Copied{There: plan.There, Asked: plan.Asked}
	var at cache.CopyPlace
	var origins []string
	for len(done.Operations) < maxCopy {
		page, err := e.c.Cache.CopyPage(ctx, r.From, r.To, r.CIDs, &at, copyStep)
		if err != nil || len(page) == 0 {
			return done, err
		}
		if origins == nil {
			origins = e.machinesOf(ctx, from)
		}
		request := AddRequest{Accounts: []services.AccountID{r.To}}
		for _, p := range page {
			request.Pins = append(request.Pins, copyOf(p, origins))
		}
		taken, err := e.Add(ctx, request)
		done.count(taken)
		if err != nil {
			return done, err
		}
	}
	done.More = true
	return done, nil
}

// copyOf is a pin as another service is asked for it.
func copyOf(p store.Pin, origins []string) services.Pin {
	pin := services.Pin{CID: p.Pin.CID, Name: p.Pin.Name, Origins: origins}
	for k, v := range p.Pin.Meta {
		if k == metaKey { // another operation's own
			continue
		}
		if pin.Meta == nil {
			pin.Meta = make(map[string]string, len(p.Pin.Meta))
		}
		pin.Meta[k] = v
	}
	return pin
}

// count adds what became of one step.
func (c *Copied) count(taken Accepted) {
	for _, op := range taken.Operations {
		c.Operations = append(c.Operations, op.ID)
	}
	for _, no := range taken.Refused {
		switch no.Err.Reason {
		case "already-kept":
			c.There++
		case "already-asked":
			c.Asked++
		default:
			if c.RefusedCount++; len(c.Refused) < shownRefuse {
				c.Refused = append(c.Refused, no)
			}
		}
	}
}

// copyable checks who is to copy to whom.
func (e *Engine) copyable(ctx context.Context, r CopyRequest) (from, to services.Account, err error) {
	if r.From == r.To && r.From != 0 {
		return from, to, usage("copy", "same-account", "")
	}
	if from, err = e.account(ctx, "copy", r.From); err != nil {
		return from, to, err
	}
	if from.Local() {
		return from, to, usage("copy", "copy-from-here", "")
	}
	to, err = e.account(ctx, "copy", r.To)
	return from, to, err
}

// costs reports whether the account is with a company, as far as is known.
func costs(a services.Account) bool {
	t, ok := services.TemplateByID(a.Template)
	return ok && t.Kind == "company"
}

func distinct(cids []services.CID) int {
	seen := make(map[string]bool, len(cids))
	for _, c := range cids {
		seen[c.Key] = true
	}
	return len(seen)
}

// machinesOf is where others can fetch what an account keeps: the delegates of
// some of its pins that can be reached from anywhere. It is a hint: none where
// the service does not answer.
func (e *Engine) machinesOf(ctx context.Context, a services.Account) []string {
	origins := []string{}
	svc, err := e.service(ctx, e.place(a.ID), a)
	if err != nil {
		return origins
	}
	page, err := svc.List(ctx, services.Query{Status: []services.Status{services.Pinned}, Limit: 10})
	if err != nil {
		e.c.Log.Info("no origins for a copy", "account", a.ID, "error", err.Error())
	}
	for _, pin := range page.Results {
		for _, d := range pin.Delegates {
			if len(origins) < services.MaxOrigins && public(d) && !slices.Contains(origins, d) {
				origins = append(origins, d)
			}
		}
	}
	return origins
}

// public reports whether the machine at a multiaddr can be dialled from
// anywhere: it says who it is, at an address of the public network.
func public(text string) bool {
	a, err := ma.NewMultiaddr(text)
	if err != nil {
		return false
	}
	_, err = a.ValueForProtocol(ma.P_P2P)
	return err == nil && manet.IsPublicAddr(a)
}

// standFor is the stand as far as adding the pins to the accounts needs it: what
// is open of their CIDs, and not of a hundred thousand others.
func (e *Engine) standFor(ctx context.Context, r AddRequest) (*stand, error) {
	s, err := e.standWithout(ctx)
	if err != nil {
		return nil, err
	}
	var cids []services.CID
	for _, pin := range r.Pins {
		if !pin.CID.IsZero() {
			cids = append(cids, pin.CID)
		}
	}
	for _, id := range r.Accounts {
		open, err := e.c.User.OpenAbout(ctx, id, cids)
		if err != nil {
			return nil, err
		}
		for _, op := range open {
			s.note(op)
		}
	}
	return s, nil
}
