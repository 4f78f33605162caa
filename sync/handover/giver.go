package handover

import (
	"context"
	"log/slog"
	"time"
)

// Config is what a Giver needs.
type Config struct {
	Blocks Blocks
	Log    *slog.Logger // nil: none
	// Listen takes connections too; without it only ours, to the machines the
	// service names, carry blocks.
	Listen bool
	// NoDial never dials: for tests of the other direction.
	NoDial bool
	// Loopback keeps everything on this computer: it listens on 127.0.0.1 only.
	Loopback bool
	// Addresses are multiaddrs to listen on in place of TCP and QUIC on a port
	// of the system's choosing, for tests.
	Addresses []string
	// Grace is how long the host outlives the last job; 0 is 10 s.
	Grace time.Duration
}

// Giver serves the blocks of live jobs over bitswap. Its methods may be called
// from any goroutine.
type Giver struct {
	config Config
}

// New makes a Giver; Run brings it to life.
func New(c Config) *Giver { return &Giver{config: c} }

// Run owns the host and everything that dials, until ctx ends; then nothing of
// it is left.
func (g *Giver) Run(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// Offer makes a job live, or keeps it so, and returns Origins of it. It waits
// for the host to come up, while Run runs.
func (g *Giver) Offer(_ context.Context, j Job) (origins []string, err error) {
	return g.Origins(j.Key(), false), nil
}

// Origins are the addresses the service of a live job may be told, at most 20,
// each ending in /p2p/ID: public ones, or where the service itself is on this
// computer or a private network, those of that network. tcpOnly leaves out all
// but plain TCP, for services that refuse others (INVALID_ORIGINS, quirk 30).
// There are none while paused, and none without a listener.
func (g *Giver) Origins(_ Key, _ bool) []string { return nil }

// Connect dials the machines a service named for a job, in the background,
// again while none is connected. They replace those named before. It returns
// at once; a job that is not live is ignored.
func (g *Giver) Connect(_ Key, _ []string) {}

// End makes a job not live: nothing more of it is served.
func (g *Giver) End(_ Key) {}

// Stats is how far each live job is, by account and source.
func (g *Giver) Stats() []Stats { return nil }

// SetLimit bounds what all jobs together send, in bytes per second; 0 is no
// bound.
func (g *Giver) SetLimit(_ int64) {}

// SetListen is Config.Listen from now on.
func (g *Giver) SetListen(_ bool) {}

// Pause closes the host and keeps the jobs; at the end of the pause it comes
// back with other addresses.
func (g *Giver) Pause(_ bool) {}

// Renew drops every connection and dials again: after a wake-up or a change of
// network.
func (g *Giver) Renew() {}

// Changed receives when the origins of live jobs are not what they were. It
// keeps one notice.
func (g *Giver) Changed() <-chan struct{} { return nil }
