package kit

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
)

// Step is the one thing a Message offers to do. The screen that shows the
// message gives it its button (Message.Action) and does it.
type Step string

// The steps.
const (
	StepNone    Step = ""
	StepRetry   Step = "retry"
	StepNewKey  Step = "new-key"
	StepBilling Step = "billing"
	StepAddress Step = "address"
	StepUnlock  Step = "unlock"
	StepOther   Step = "other-window"
	StepPaste   Step = "paste"
)

// Message is a failure in the person's words: what happened, what is still
// safe and comes next, and the button that helps.
type Message struct {
	Title, Hint string
	Action      string // the label of the step's button, "" for none
	Step        Step
	// Quiet: nothing is wrong yet; no alarm is due.
	Quiet bool
	// Technical is one block for the fold at the end: code, reason, HTTP status,
	// the service's own words. It never holds a key.
	Technical string
}

// Explain says what err means. account is the name of the service it is about,
// "" where it is about none. nil gives the zero Message.
func Explain(err error, account string) Message {
	if err == nil {
		return Message{}
	}
	var in *services.InputError
	if errors.As(err, &in) {
		return explainInput(in)
	}
	e := services.AsError(err)
	if account == "" {
		account = T("kit.error.the-service")
	}
	m := explainCode(e, services.Clean(account))
	m.Technical = technical(e)
	return m
}

func explainCode(e *services.Error, x string) Message {
	switch e.Code {
	case services.CodeUnreachable:
		return Message{Title: T("kit.error.unreachable", "x", x), Hint: T("kit.error.unreachable.hint"), Action: T("kit.action.try"), Step: StepRetry}
	case services.CodeTimeout:
		return Message{Title: T("kit.error.timeout", "x", x), Hint: T("kit.error.timeout.hint"), Action: T("kit.action.try"), Step: StepRetry}
	case services.CodeTLS:
		return Message{Title: T("kit.error.tls", "x", x), Hint: T("kit.error.tls.hint"), Action: T("kit.action.try"), Step: StepRetry}
	case services.CodeNotAPI:
		return Message{Title: T("kit.error.not-api"), Hint: T("kit.error.not-api.hint"), Action: T("kit.action.address"), Step: StepAddress}
	case services.CodeAuth:
		if e.Reason == "password" {
			return Message{Title: T("kit.error.password", "x", x), Hint: T("kit.error.password.hint"), Action: T("kit.action.password"), Step: StepNewKey}
		}
		if e.Op == "add" || e.Reason == "read-only" {
			return Message{Title: T("kit.error.auth-add", "x", x), Hint: T("kit.error.auth-add.hint"), Action: T("kit.action.key"), Step: StepNewKey}
		}
		return Message{Title: T("kit.error.auth", "x", x), Hint: T("kit.error.auth.hint"), Action: T("kit.action.key"), Step: StepNewKey}
	case services.CodePlan:
		return Message{Title: T("kit.error.plan", "x", x), Hint: T("kit.error.plan.hint"), Action: T("kit.action.billing"), Step: StepBilling}
	case services.CodeLimited:
		return Message{Title: T("kit.error.limited", "x", x), Hint: limitedHint(e), Quiet: true}
	case services.CodeInvalid:
		return explainInvalid(e, x)
	case services.CodeNotFound:
		return Message{Title: T("kit.error.not-found", "x", x), Hint: T("kit.error.not-found.hint")}
	case services.CodeServer:
		return Message{Title: T("kit.error.server", "x", x), Hint: T("kit.error.server.hint"), Action: T("kit.action.try"), Step: StepRetry}
	case services.CodeDecode:
		return Message{Title: T("kit.error.decode", "x", x), Hint: T("kit.error.decode.hint"), Action: T("kit.action.try"), Step: StepRetry}
	case services.CodeStorage:
		return explainStorage(e)
	case services.CodeKeyring:
		return explainKeyring(e)
	case services.CodeSource:
		return explainSource(e)
	case services.CodeInUse:
		return explainInUse(e)
	case services.CodeUsage:
		return explainUsage(e, x)
	default:
		return Message{Title: T("kit.error.internal"), Hint: T("kit.error.internal.hint")}
	}
}

func limitedHint(e *services.Error) string {
	if e.RetryAfter <= 0 {
		return T("kit.error.limited.hint")
	}
	return T("kit.error.limited.until", "time", time.Now().Add(e.RetryAfter).Format("15:04"))
}

func explainInvalid(e *services.Error, x string) Message {
	m := Message{Hint: T("kit.error.address.hint"), Action: T("kit.action.address"), Step: StepAddress}
	switch e.Reason {
	case "no-host":
		m.Title = T("kit.error.no-host")
	case "scheme":
		m.Title = T("kit.error.scheme")
	case "plain-http":
		m.Title = T("kit.error.plain-http")
	case "user-info":
		m.Title = T("kit.error.user-info")
	case "query":
		m.Title = T("kit.error.query")
	case "user":
		return Message{Title: T("kit.error.bad-user"), Hint: T("kit.error.bad-user.hint")}
	case "password":
		return Message{Title: T("kit.error.bad-password"), Hint: T("kit.error.bad-password.hint"), Action: T("kit.action.password"), Step: StepNewKey}
	default:
		said := firstOf(e.Details, e.Reason)
		if said == "" {
			return Message{Title: T("kit.error.invalid", "x", x), Hint: T("kit.error.invalid.hint")}
		}
		return Message{Title: T("kit.error.invalid-said", "x", x, "said", services.Clean(said)), Hint: T("kit.error.invalid.hint")}
	}
	return m
}

func explainStorage(e *services.Error) Message {
	switch e.Reason {
	case "read-only":
		return Message{Title: T("kit.error.read-only"), Hint: T("kit.error.read-only.hint")}
	case "full":
		return Message{Title: T("kit.error.disk-full"), Hint: T("kit.error.disk-full.hint"), Action: T("kit.action.try"), Step: StepRetry}
	case "newer":
		return Message{Title: T("kit.error.newer"), Hint: T("kit.error.newer.hint")}
	case "cache-damaged", "blocks-damaged":
		return Message{Title: T("kit.error.cache-damaged"), Hint: T("kit.error.cache-damaged.hint"), Action: T("kit.action.try"), Step: StepRetry}
	case "damaged":
		return Message{Title: T("kit.error.damaged"), Hint: T("kit.error.damaged.hint")}
	default:
		return Message{Title: T("kit.error.storage"), Hint: T("kit.error.storage.hint"), Action: T("kit.action.try"), Step: StepRetry}
	}
}

func explainInput(e *services.InputError) Message {
	m := Message{Action: T("kit.action.paste"), Step: StepPaste, Technical: e.Error()}
	switch e.Kind {
	case services.InputEmpty:
		return Message{Title: T("kit.input.empty")}
	case services.InputIPNS:
		m.Title, m.Hint = T("kit.input.ipns"), T("kit.input.ipns.hint")
	case services.InputInside:
		m.Title, m.Hint = T("kit.input.inside"), T("kit.input.inside.hint", "cid", e.CID.Short())
	default:
		m.Title, m.Hint = T("kit.input.not-cid", "at", e.At), T("kit.input.not-cid.hint")
	}
	return m
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}

// technical is for a person who reports the failure: no sentence, no key.
func technical(e *services.Error) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, services.Clean(value))
		}
	}
	line("code", string(e.Code))
	line("op", e.Op)
	line("reason", e.Reason)
	if e.HTTP != 0 {
		line("http", fmt.Sprint(e.HTTP))
	}
	line("details", e.Details)
	if e.Err != nil {
		line("cause", e.Err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
