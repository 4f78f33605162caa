// Package handover gets the bytes of a source to a service: as a CAR over
// HTTPS where the service takes one (Uploader), else by serving them over
// bitswap while the service fetches them (Giver).
//
// The engine calls it. Giver.Run owns the libp2p host and every goroutine of
// it; while nothing is being given there is neither: no port, no goroutine. An
// Uploader works on its caller's goroutine. Everything ends soon after its ctx.
//
// No block is served but of a live job, and no byte that does not hash to its
// CID: that is what Blocks promises.
package handover

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// ErrNoBlock is what Blocks answers for a block that source does not have.
var ErrNoBlock = errors.New("no such block in this source")

// Blocks is where the bytes come from. What it returns was hashed and is what
// the CID says. A block it does not have for that source is ErrNoBlock; a file
// that is not what it was is an *services.Error of CodeSource, which the
// implementation has already reported to whoever must act on it. Blocks are
// found by their hash: version and codec of c do not matter.
type Blocks interface {
	Block(ctx context.Context, source store.SourceID, c cid.Cid) ([]byte, error)
	Size(ctx context.Context, source store.SourceID, c cid.Cid) (int, error)
	// Sources are those that have the block, live here or not.
	Sources(ctx context.Context, c cid.Cid) ([]store.SourceID, error)
}

// Job is one source to be given to one account. Account and Source name it.
type Job struct {
	Account  services.AccountID
	Source   store.SourceID
	Root     services.CID
	Size     int64  // bytes of all its blocks
	Endpoint string // the service's, which decides which of our addresses it is told
}

// Key is the job's name.
func (j Job) Key() Key { return Key{Account: j.Account, Source: j.Source} }

// Key names a job.
type Key struct {
	Account services.AccountID
	Source  store.SourceID
}

// Stats is how far a job is.
type Stats struct {
	Key
	Sent    int64         // bytes of distinct blocks taken, at most Job.Size
	Rate    float64       // bytes per second, of the last seconds
	Left    time.Duration // -1 unknown
	Peers   int           // machines connected that may fetch it
	Since   time.Time
	Trouble string // as store.Progress.Trouble
}

// What a job's Trouble may be.
const (
	// No peer in 30 s, or nobody can connect to us any more, and the service named
	// no machine of its own.
	TroubleNobody    = "nobody-connects"
	TroubleMoved     = "moved"        // nor does it know where we are found now
	TroubleUnreached = "cannot-reach" // it named some, and none can be dialled
	TroublePaused    = "paused"
)

// CAR is content to be sent as a CAR file.
type CAR struct {
	Root services.CID
	Name string // of the pin, may be empty
	Size int64  // bytes of the whole CAR
	// Open gives it from the beginning. It is called again for another try.
	Open func(ctx context.Context) (Reading, error)
	// Sent is told how many bytes are gone, from the goroutine that sends; it
	// begins again at 0 with another try. It may be nil.
	Sent func(int64)
}

// Reading is one reading of a CAR.
type Reading interface {
	io.ReadCloser
	// Lend is Read without its copy: at least one of the next bytes where they
	// stand, at most so many, for as long as nothing more is asked of it.
	Lend(most int) ([]byte, error)
}

// Uploaded is what a service said of a CAR it took.
type Uploaded struct {
	Root services.CID // as the service read it; it is the CAR's, or the upload failed
	// Pin is the pin it made, where it says.
	Pin *services.PinStatus
}

// Uploader sends CARs to one account's service.
type Uploader interface {
	// Upload sends it. It fails with an *services.Error: ReasonNoUpload where the
	// service has no such call (404, 405, 415), ReasonOtherCID where it made
	// something else of it, CodeSource where the bytes are not to be had any more.
	Upload(ctx context.Context, c CAR) (Uploaded, error)
}

// Reasons of an Uploader's *services.Error.
const (
	ReasonNoUpload = "no-upload"
	ReasonOtherCID = "other-cid"
)
