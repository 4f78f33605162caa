package boot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// Two processes of one person speak over a local socket, in JSON values: the
// owner says hello, the client sends one request, the owner one reply. A client
// that was not greeted has sent nothing and may ask elsewhere; one that hangs
// up takes its request back.

// protocol is raised whenever two versions could misunderstand each other.
const protocol = 4

// maxMessage bounds a request and a reply: 100,000 pins in one add fit.
const maxMessage = 256 << 20

// ping asks whether the owner has opened everything.
const ping = "Ping"

// look has the owner look whether its cache is damaged, as who asks found.
const look = "Look"

type hello struct {
	Protocol int `json:"protocol"`
}

type request struct {
	Protocol int               `json:"protocol"`
	Verb     string            `json:"verb"`
	Args     []json.RawMessage `json:"args,omitempty"`
}

type reply struct {
	Result json.RawMessage `json:"result,omitempty"`
	Error  *services.Error `json:"error,omitempty"`
	// Closing: the owner ends and did not do it; ask whoever owns the folder next.
	Closing bool `json:"closing,omitempty"`
}

// wireAccount is a pinsync.NewAccount with its key in the clear: a Secret
// shows itself to nobody, JSON included. Only the socket sees it.
type wireAccount struct {
	Name, Endpoint, Template string
	User, Key                string
	Source                   services.KeySource
	SessionOnly, NoCheck     bool
}

func toWire(a pinsync.NewAccount) wireAccount {
	return wireAccount{a.Name, a.Endpoint, a.Template, a.User, a.Key.Reveal(), a.Source, a.SessionOnly, a.NoCheck}
}

func (a wireAccount) account() pinsync.NewAccount {
	return pinsync.NewAccount{
		Name: a.Name, Endpoint: a.Endpoint, Template: a.Template, User: a.User, Key: services.NewSecret(a.Key),
		Source: a.Source, SessionOnly: a.SessionOnly, NoCheck: a.NoCheck,
	}
}

// wireReplace is what Replace is asked.
type wireReplace struct {
	Ref  pinsync.PinRef
	Pin  services.Pin
	Hold time.Duration
}

// shown is what Show answers.
type shown struct {
	Pins   []store.Pin
	Failed []pinsync.Refusal
}

// verb does one request on an engine.
type verb func(ctx context.Context, e Engine, args []json.RawMessage) (any, error)

// verbs is every method of Engine by its name.
func verbs() map[string]verb {
	return map[string]verb{
		"Test": one(func(e Engine, ctx context.Context, a wireAccount) (pinsync.Check, error) {
			return e.Test(ctx, a.account())
		}),
		"Connect": one(func(e Engine, ctx context.Context, a wireAccount) (services.Account, error) {
			return e.Connect(ctx, a.account())
		}),
		"EditAccount": one(silent(Engine.EditAccount)),
		"NewKey": two(func(e Engine, ctx context.Context, id services.AccountID, key string) (any, error) {
			return nil, e.NewKey(ctx, id, services.NewSecret(key))
		}),
		"ForgetAccount": one(silent(Engine.ForgetAccount)),
		"CheckAccount":  one(Engine.CheckAccount),
		"Unlock":        none(func(e Engine, ctx context.Context) (any, error) { return nil, e.Unlock(ctx) }),
		"KeyringState":  none(Engine.KeyringState),
		"Space":         none(Engine.Space),
		"Add":           one(Engine.Add),
		"Import":        one(Engine.Import),
		"Inspect":       one(Engine.Inspect),
		"Progress":      none(Engine.Progress),
		"PlanFolder":    one(Engine.PlanFolder),
		"AddFolder":     one(Engine.AddFolder),
		"EditFolder":    two(silently(Engine.EditFolder)),
		"PauseFolder":   two(silently(Engine.PauseFolder)),
		"ResumeFolder":  one(silent(Engine.ResumeFolder)),
		"ApproveFolder": one(silent(Engine.ApproveFolder)),
		"ForgetFolder":  one(silent(Engine.ForgetFolder)),
		"RescanFolder":  one(silent(Engine.RescanFolder)),
		"Manifest":      one(Engine.Manifest),
		"PlanCopy":      one(Engine.PlanCopy),
		"Copy":          one(Engine.Copy),
		"Rename":        two(Engine.Rename),
		"Replace": one(func(e Engine, ctx context.Context, r wireReplace) (pinsync.Accepted, error) {
			return e.Replace(ctx, r.Ref, r.Pin, r.Hold)
		}),
		"Delete":     two(Engine.Delete),
		"Retry":      one(silent(Engine.Retry)),
		"Cancel":     one(silent(Engine.Cancel)),
		"Refresh":    one(silent(Engine.Refresh)),
		"Sync":       one(Engine.Sync),
		"SyncFull":   one(Engine.SyncFull),
		"AcceptGone": one(silent(Engine.AcceptGone)),
		"Work":       none(func(e Engine, ctx context.Context) (any, error) { return nil, e.Work(ctx) }),
		"Wait":       two(Engine.Wait),
		"Show": one(func(e Engine, ctx context.Context, id string) (shown, error) {
			pins, failed, err := e.Show(ctx, id)
			return shown{pins, failed}, err
		}),
		"Pause":   one(silent(Engine.Pause)),
		"Resume":  none(func(e Engine, ctx context.Context) (any, error) { return nil, e.Resume(ctx) }),
		"Set":     two(silently(Engine.Set)),
		"Resolve": one(silent(Engine.Resolve)),
	}
}

// repeatable reports whether a verb that may have been done can be asked for
// again without anything happening twice.
func repeatable(name string) bool {
	switch name {
	case "Connect", "NewKey", "Add", "Import", "AddFolder", "Copy", "Rename", "Replace", "Delete":
		return false
	}
	return true
}

func none[R any](f func(Engine, context.Context) (R, error)) verb {
	return func(ctx context.Context, e Engine, _ []json.RawMessage) (any, error) { return f(e, ctx) }
}

func one[A, R any](f func(Engine, context.Context, A) (R, error)) verb {
	return func(ctx context.Context, e Engine, args []json.RawMessage) (any, error) {
		var a A
		if err := decode(args, &a); err != nil {
			return nil, err
		}
		return f(e, ctx, a)
	}
}

func two[A, B, R any](f func(Engine, context.Context, A, B) (R, error)) verb {
	return func(ctx context.Context, e Engine, args []json.RawMessage) (any, error) {
		var a A
		var b B
		if err := decode(args, &a, &b); err != nil {
			return nil, err
		}
		return f(e, ctx, a, b)
	}
}

// silent gives a verb that answers nothing an answer.
func silent[A any](f func(Engine, context.Context, A) error) func(Engine, context.Context, A) (any, error) {
	return func(e Engine, ctx context.Context, a A) (any, error) { return nil, f(e, ctx, a) }
}

// silently is silent of two arguments.
func silently[A, B any](f func(Engine, context.Context, A, B) error) func(Engine, context.Context, A, B) (any, error) {
	return func(e Engine, ctx context.Context, a A, b B) (any, error) { return nil, f(e, ctx, a, b) }
}

func decode(args []json.RawMessage, to ...any) error {
	if len(args) != len(to) {
		return misunderstood(fmt.Errorf("%d arguments, want %d", len(args), len(to)))
	}
	for i := range to {
		if err := json.Unmarshal(args[i], to[i]); err != nil {
			return misunderstood(err)
		}
	}
	return nil
}

func encode(args ...any) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for _, a := range args {
		text, err := json.Marshal(a)
		if err != nil {
			return nil, misunderstood(err)
		}
		all = append(all, text)
	}
	return all, nil
}

// misunderstood: two versions of the program do not speak alike.
func misunderstood(err error) error {
	return &services.Error{Code: services.CodeInUse, Op: "ask", Reason: "version", NotSent: true, Err: err}
}

// do carries one request out on e. The reply holds both what was found and
// the error: Sync and Wait answer with part of the work done.
func do(ctx context.Context, e Engine, r request) reply {
	if r.Verb == ping && r.Protocol == protocol {
		return reply{}
	}
	if e, ours := e.(*engine); ours && r.Verb == look && r.Protocol == protocol {
		return reply{Error: services.AsError(e.owner.look(ctx))}
	}
	f, ok := verbs()[r.Verb]
	if !ok || r.Protocol != protocol {
		return reply{Error: services.AsError(misunderstood(fmt.Errorf("verb %q of protocol %d", r.Verb, r.Protocol)))}
	}
	result, err := f(ctx, e, r.Args)
	answer := reply{Error: services.AsError(err)}
	if result != nil {
		text, merr := json.Marshal(result)
		if merr != nil {
			panic("bug: answer of " + r.Verb + ": " + merr.Error())
		}
		answer.Result = text
	}
	return answer
}

// requestTime is how long a client may take to say what it wants, and replyTime
// how long it may take to read the answer.
const (
	requestTime = 5 * time.Second
	replyTime   = 30 * time.Second
)
