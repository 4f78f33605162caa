package services

import "net/url"

// Limits is what a service allows one account, in any minute; 0 is no bound
// until it refuses a call.
type Limits struct {
	Lists int // list calls
	Calls int // all other calls together
}

// The limits of a service nobody knows, by the most careful one there is. Lists
// and other calls stay together under its 180 requests a minute.
const (
	carefulLists = 30
	carefulCalls = 120
)

// LimitsOf is what is known of the account's service before anything is asked:
// its template says it; this computer, a made-up service and a server on this
// computer have none.
func LimitsOf(a Account) Limits {
	if a.Demo() || a.Local() {
		return Limits{}
	}
	if t, ok := TemplateByID(a.Template); ok {
		if t.ListsPerMinute == 0 {
			return Limits{}
		}
		return Limits{Lists: t.ListsPerMinute, Calls: carefulCalls}
	}
	if u, err := url.Parse(a.Endpoint); err == nil && Loopback(u.Hostname()) {
		return Limits{}
	}
	return Limits{Lists: carefulLists, Calls: carefulCalls}
}
