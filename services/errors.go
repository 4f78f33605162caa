package services

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Code says what kind of failure it was: what the engine does next, which
// sentence a person reads, and pintrayctl's exit status all follow from it.
type Code string

const (
	CodeUnreachable Code = "unreachable" // nobody answers: DNS, dial, reset
	CodeTimeout     Code = "timeout"     // it took too long
	CodeTLS         Code = "tls"         // the certificate is not to be trusted
	CodeNotAPI      Code = "not-api"     // HTML, a redirect or foreign JSON: no pinning service
	CodeAuth        Code = "auth"        // 401, 403: the key is refused
	CodePlan        Code = "plan"        // 402, 409 or a plan reason: unpaid, full
	CodeLimited     Code = "limited"     // 429: slow down
	CodeInvalid     Code = "invalid"     // 400, 413, 422: the request itself is refused
	CodeNotFound    Code = "not-found"   // 404 of a requestid
	CodeServer      Code = "server"      // 5xx
	CodeDecode      Code = "decode"      // the API answered, but not in its own words
	CodeStorage     Code = "storage"     // our own files: read-only, full, damaged, newer
	CodeKeyring     Code = "keyring"     // the key cannot be had: locked, dismissed, absent
	CodeSource      Code = "source"      // a file of this computer cannot be read as it should
	CodeInUse       Code = "in-use"      // another process owns the data folder
	CodeUsage       Code = "usage"       // what was asked for makes no sense
	CodeInternal    Code = "internal"    // our own mistake
)

// Codes lists every Code, for tables that must have a line for each.
func Codes() []Code {
	return []Code{
		CodeUnreachable, CodeTimeout, CodeTLS, CodeNotAPI, CodeAuth, CodePlan, CodeLimited, CodeInvalid,
		CodeNotFound, CodeServer, CodeDecode, CodeStorage, CodeKeyring, CodeSource, CodeInUse, CodeUsage, CodeInternal,
	}
}

// Error is the one error type that crosses packages. It never holds a key.
type Error struct {
	Code Code
	// Op is what was being tried: "list", "add", "get", "replace", "delete",
	// "connect", "open", "key".
	Op string
	// Reason is the machine-readable word: error.reason of the API, or ours
	// ("locked", "dismissed", "no-keyring", "redirect", "name-taken", ...).
	Reason string
	// Details is the service's own text or the particulars, cleaned for show.
	Details string
	// HTTP is the status code of the answer, 0 where there was none.
	HTTP int
	// NotSent is true where the request surely never reached the service (dial,
	// DNS or TLS failed, 429, or our own check): sending it again is safe.
	NotSent bool
	// RetryAfter is how long the service asked us to wait, 0 where it did not.
	RetryAfter time.Duration
	// Err is the cause, nil where there is none.
	Err error
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(string(e.Code))
	if e.Reason != "" {
		fmt.Fprintf(&b, " (%s)", e.Reason)
	}
	if e.Details != "" {
		b.WriteString(": " + e.Details)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same call may well work later without anyone
// doing anything.
func (e *Error) Temporary() bool {
	switch e.Code {
	case CodeUnreachable, CodeTimeout, CodeLimited, CodeServer, CodeDecode:
		return true
	}
	return false
}

// ReasonDuplicate is the Reason of an *Error of CodeInvalid by which a service
// says that it already keeps what was to be added (quirk 38): no failure to
// whoever wanted it kept.
const ReasonDuplicate = "duplicate"

// Reasons of an *Error of CodeSource. Details is the path, cleaned for show.
const (
	ReasonChanged     = "changed"     // still being written, or not what it was: tried again when it has settled
	ReasonVanished    = "vanished"    // not there any more
	ReasonUnreadable  = "unreadable"  // no permission, or the disk failed
	ReasonLocked      = "locked"      // another program holds it
	ReasonPlaceholder = "placeholder" // a cloud drive has not downloaded it
	ReasonSpecial     = "special"     // neither a file nor a folder
	ReasonEmptyCAR    = "car-no-root" // a CAR that names no root
	ReasonBrokenCAR   = "car-broken"  // no CAR, truncated, or a block that is not what its ID says
	ReasonMissingCAR  = "car-missing" // blocks its root needs are not in it
	ReasonLargeCAR    = "car-large"   // a block over 2 MiB, which no service can fetch
)

// ReasonDropped is the Reason of an *Error by which a Service says that the
// call may have been carried out but its answer is lost.
const ReasonDropped = "dropped"

// CodeOf is the Code of err: "" for nil, CodeTimeout for a ctx that ended,
// CodeInvalid for an *InputError, CodeInternal for an error that is no *Error.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	var in *InputError
	if errors.As(err, &in) {
		return CodeInvalid
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return CodeTimeout
	}
	return CodeInternal
}

// AsError is err as an *Error; one that is none is wrapped under its CodeOf.
// It is nil for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: CodeOf(err), Err: err}
}
