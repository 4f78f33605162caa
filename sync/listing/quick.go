package listing

import (
	"context"
	"errors"
	"time"

	"github.com/pintray/pintray/services"
)

// ManyUnfinished is how many queued, pinning and failed pins Quick reads at
// most.
const ManyUnfinished = 3000

// QuickResult is what a quick look could tell. The zero values say that it
// cannot tell: then only Walk can.
type QuickResult struct {
	// Total is how many pins the account has by the service's count, -1 where
	// there was none. It may be compared with an earlier one only where
	// TotalProved.
	Total       int64
	TotalProved bool
	// NewComplete: every pin created after since was visited.
	NewComplete bool
	// Unfinished are the requestids of all queued, pinning and failed pins that
	// were visited.
	Unfinished []string
	// UnfinishedComplete: Unfinished is all there are. A pin known as unfinished
	// that is not among them is so no longer, or gone.
	UnfinishedComplete bool
	// UnfinishedMany: there are more than ManyUnfinished; only a page was read.
	UnfinishedMany bool
	Requests       int
	// Latency is how long the first request took.
	Latency time.Duration
	// Findings is what was proved or disproved that the profile does not hold.
	Findings []services.Finding
}

// Quick looks for what a poll must not miss: pins created after since, and the
// whole list of those queued, pinning or failed, and how many pins there are.
// It calls visit with what it sees, never at the same time; a pin may be
// visited twice. It makes at most three requests where nothing is new and what
// is unfinished fits a page. Nothing is believed that the profile does not
// prove.
//
// An error is the service's, or visit's.
func Quick(ctx context.Context, svc services.Service, since time.Time, profile services.Profile, visit func(Page) error) (QuickResult, error) {
	q := QuickResult{Total: -1}
	res, err := Walk(ctx, svc, Options{Profile: profile}, func(page Page) error {
		for _, pin := range page.Pins {
			if pin.Status != services.Pinned {
				q.Unfinished = append(q.Unfinished, pin.RequestID)
			}
		}
		return visit(page)
	})
	q.Requests, q.Latency, q.Findings = res.Requests, res.Latency, res.Findings
	q.NewComplete, q.UnfinishedComplete = res.Complete, res.Complete
	if res.Complete {
		q.Total, q.TotalProved = res.Pins, true
	}
	if errors.Is(err, Stop) {
		err = nil
	}
	return q, err
}
