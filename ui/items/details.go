package items

import (
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// details is everything the panel says of an item, ready to be drawn.
type details struct {
	name, icon string
	nameless   bool
	state      kit.State
	title      string
	say        string
	places     []placeRow
	web        string
	cid        string
	facts      []fact
	history    []event
}

// placeRow is one service in the panel.
type placeRow struct {
	account      services.AccountID
	name, letter string
	state        kit.State
	word, sub    string
	button       string
	do           placeAct
}

type placeAct int

const (
	noAct placeAct = iota
	actStop
	actKeep
	actRetry
	actCancel
)

// fact is a line of About.
type fact struct{ key, value string }

// event is a line of History.
type event struct{ when, what string }

// Ages from which fetching is called slow, and stuck.
const (
	slowAfter  = time.Hour
	stuckAfter = 24 * time.Hour
)

func detailsOf(t target, history []store.Operation, columns []column, now time.Time) details {
	i := t.item
	d := details{
		name: kit.Name(i), nameless: unnamed(i), icon: iconOf(i.Name),
		web: WebLink(i.CID), cid: services.Clean(i.CID.Text),
	}
	d.state, d.title = verdict(i)
	if text, role, mono := lineOf(i, columns); !mono && role != kit.Ink3 {
		d.say = text
	}
	for _, c := range columns {
		d.places = append(d.places, placeOf(i, t.pins, c, now))
	}
	d.facts = []fact{
		{kit.T("items.about.size"), kit.Bytes(i.Size)},
		{kit.T("items.about.added"), kit.When(i.Added, now)},
	}
	if d.facts[0].value == "" {
		d.facts[0].value = kit.T("items.about.unknown")
	}
	for _, o := range history {
		d.history = append(d.history, event{kit.Clock(latest(o), now), happened(o, columns)})
	}
	return d
}

// verdict is the one sentence on an item: where it is safe, never more than
// was seen.
func verdict(i store.Item) (kit.State, string) {
	places := int64(i.Places)
	switch {
	case i.State == store.Unchecked:
		return kit.Unknown, kit.T("items.verdict.unchecked")
	case i.Places == 0:
		return kit.None, kit.T("items.verdict.nowhere")
	case i.State == store.NeedsYou && i.Copies == 0:
		return kit.Failed, kit.T("items.verdict.failed")
	case i.Copies == 0:
		return kit.Fetching, kit.T("items.verdict.not-yet")
	case i.Copies == i.Places:
		return kit.Safe, kit.N("items.verdict.safe", places)
	case i.State == store.NeedsYou:
		return kit.Failed, kit.N("items.verdict.partly", places, "copies", i.Copies)
	default:
		return kit.Fetching, kit.N("items.verdict.partly", places, "copies", i.Copies)
	}
}

func placeOf(i store.Item, pins []store.Pin, c column, now time.Time) placeRow {
	p := placeRow{account: c.account, name: c.name, letter: c.letter}
	m, ok := markOf(i, c.account)
	if !ok {
		p.word, p.button, p.do = kit.StatusText(kit.None), kit.T("items.place.keep"), actKeep
		return p
	}
	p.state = kit.StateOf(m)
	p.word = kit.StatusText(p.state)
	p.button, p.do = kit.T("items.place.stop"), actStop
	var created time.Time
	for _, pin := range pins {
		if pin.Account == c.account && (created.IsZero() || pin.Created.Before(created)) {
			created = pin.Created
		}
	}
	switch p.state {
	case kit.Safe:
		p.sub = kit.T("items.place.checked", "ago", kit.Ago(m.SeenAt, now))
	case kit.Fetching, kit.Waiting:
		p.sub = ladder(now.Sub(created), created.IsZero())
	case kit.Failed:
		p.sub = services.Clean(m.Details)
		p.button, p.do = kit.T("items.place.retry"), actRetry
	case kit.Unknown:
		if m.Status == services.Pinned {
			p.word = kit.T("items.place.last-safe", "ago", kit.Ago(m.SeenAt, now))
		}
	}
	switch {
	case m.Pending == store.OpDelete:
		p.sub, p.button, p.do = kit.T("items.place.stopping"), kit.T("items.place.cancel"), actCancel
	case m.Pending == store.OpAdd && m.Status == services.Unknown && !m.Stuck:
		p.sub, p.button, p.do = kit.T("items.place.to-send"), kit.T("items.place.cancel"), actCancel
	case m.Pins > 1:
		p.sub = kit.N("items.place.requests", int64(m.Pins))
	}
	return p
}

// ladder says whether a wait is normal.
func ladder(waited time.Duration, unknown bool) string {
	switch {
	case unknown:
		return ""
	case waited < slowAfter:
		return kit.T("items.place.normal", "time", span(waited))
	case waited < stuckAfter:
		return kit.T("items.place.slow", "time", span(waited))
	default:
		return kit.T("items.place.stuck", "time", span(waited))
	}
}

// span is a length of time in one unit.
func span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return kit.N("items.span.minutes", int64(max(1, d/time.Minute)))
	case d < 24*time.Hour:
		return kit.N("items.span.hours", int64(d/time.Hour))
	default:
		return kit.N("items.span.days", int64(d/(24*time.Hour)))
	}
}

func latest(o store.Operation) time.Time {
	for _, t := range []time.Time{o.DoneAt, o.SentAt} {
		if !t.IsZero() {
			return t
		}
	}
	return o.Created
}

// happened is an operation as a sentence.
func happened(o store.Operation, columns []column) string {
	name := kit.T("items.history.gone")
	for _, c := range columns {
		if c.account == o.Account {
			name = c.name
		}
	}
	switch {
	case o.State == store.OpCancelled:
		return kit.T("items.history.cancelled", "service", name)
	case o.State == store.OpStuck:
		return kit.T("items.history.stuck", "service", name)
	case o.Kind == store.OpDelete && o.State == store.OpDone:
		return kit.T("items.history.stopped", "service", name)
	case o.Kind == store.OpDelete:
		return kit.T("items.line.stopping", "service", name)
	case o.Kind == store.OpRename && o.State == store.OpDone:
		return kit.T("items.history.renamed", "service", name)
	case o.Kind == store.OpRename || o.Kind == store.OpReplace:
		return kit.T("items.line.changing", "service", name)
	case o.AlreadyKept:
		return kit.T("items.history.already", "service", name)
	case o.State == store.OpDone:
		return kit.T("items.history.sent", "service", name)
	default:
		return kit.T("items.line.sending", "service", name)
	}
}
