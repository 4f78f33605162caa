package listing

import (
	"context"

	"github.com/pintray/pintray/services"
)

// ProbeRequests is how many requests Probe makes at most.
const ProbeRequests = 25

// Probe finds out what may be believed of the service, as far as the account's
// own pins can show it. It changes nothing there: it only lists. Findings that
// contradict known were looked at twice. What the pins cannot show (there may
// be none) is not among the findings.
//
// An error is the service's; the findings made until then are good.
func Probe(ctx context.Context, svc services.Service, known services.Profile) (findings []services.Finding, requests int, err error) {
	res, err := Walk(ctx, svc, Options{Profile: known}, func(Page) error { return Stop })
	return res.Findings, res.Requests, err
}
