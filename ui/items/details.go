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
	web        string // "" while no service keeps it: nothing would open
	cid        string
	facts      []fact
	path       string // where it is on this computer, "" nowhere
	history    []event
}

// placeRow is one service in the panel.
type placeRow struct {
	account      services.AccountID
	name, letter string
	state        kit.State
	word, sub    string
	role         kit.Role // of word, Clear for the state's
	part         float64  // how far, negative for no line
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
	actDecide // leads to where the person is asked
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

func detailsOf(t target, history []store.Operation, columns []column, b kit.Bringing, now time.Time) details {
	i := t.item
	d := details{
		name: kit.Name(i), nameless: unnamed(i), icon: kit.FileIcon(i.Name),
		path: string(t.source.Path),
	}
	if !i.CID.IsZero() {
		d.cid = services.Clean(i.CID.Text)
		if online(i, columns) {
			d.web = WebLink(i.CID)
		}
	}
	d.state, d.title = verdict(i)
	d.say = sayOf(i, columns, b, now)
	for _, c := range columns {
		d.places = append(d.places, placeOf(i, t.pins, c, b, now))
	}
	size := sizeOf(i, b)
	if size < 0 && t.source.ID != 0 {
		size = t.source.Size
	}
	d.facts = []fact{
		{kit.T("items.about.size"), kit.Bytes(size)},
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

// online reports whether a service was seen to keep it.
func online(i store.Item, columns []column) bool {
	for _, c := range columns {
		if m, ok := markOf(i, c.account); ok && !c.local && m.Status == services.Pinned {
			return true
		}
	}
	return i.Copies > 0
}

// sayOf is what goes on, and what would help or has to stay as it is.
func sayOf(i store.Item, columns []column, b kit.Bringing, now time.Time) string {
	l := lineOf(i, columns, b, now)
	if l.mono || l.text == "" || (l.role == kit.Ink3 && l.hint == "") {
		if i.State == store.OnlyHere {
			return kit.T("items.say.here")
		}
		return ""
	}
	text := l.text
	if l.note != "" {
		text += " · " + l.note
	}
	switch {
	case l.hint != "":
		return text + ".\n" + l.hint
	case len(b.Of(i.Source, i.CID)) > 0 && i.Copies == 0 && remote(columns) > 0:
		return text + ".\n" + kit.T("items.say.stay-on")
	}
	return text
}

// verdict is the one sentence on an item: where it is safe, never more than
// was seen.
func verdict(i store.Item) (kit.State, string) {
	places := int64(i.Places)
	switch {
	case i.State == store.OnlyHere:
		return kit.Here, kit.T("items.verdict.here")
	case i.Source != 0 && i.State == store.NeedsYou:
		return kit.Failed, kit.T("items.verdict.unread")
	case i.Source != 0:
		return kit.Waiting, kit.T("items.verdict.preparing")
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

func placeOf(i store.Item, pins []store.Pin, c column, b kit.Bringing, now time.Time) placeRow {
	p := placeRow{account: c.account, name: c.name, letter: c.letter, part: -1}
	m, ok := markOf(i, c.account)
	if !ok && i.Source != 0 {
		p.word = kit.StatusText(kit.None)
		return p
	}
	if !ok {
		p.word, p.button, p.do = kit.StatusText(kit.None), kit.T("items.place.keep"), actKeep
		return p
	}
	p.state = stateAt(m, c)
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
		p.sub = ladder(p.state, now.Sub(created), created.IsZero())
	case kit.Here:
		p.sub = kit.T("items.place.here")
	case kit.Failed:
		p.sub = why(m)
		if i.Source != 0 {
			p.word, p.sub = kit.T("items.place.unread"), ""
		}
		p.button, p.do = kit.T("items.place.retry"), actRetry
	case kit.Unknown:
		if m.Status == services.Pinned {
			p.word = kit.T("items.place.last-safe", "ago", kit.Ago(m.SeenAt, now))
		}
	}
	switch {
	case kit.Undecided(m):
		p.sub, p.button, p.do = kit.T("items.place.decide"), kit.T("items.place.look"), actDecide
	case m.Pending == store.OpDelete:
		p.sub, p.button, p.do = kit.T("items.place.stopping"), kit.T("items.place.cancel"), actCancel
	case m.Pending == store.OpAdd && m.Status == services.Unknown && !m.Stuck:
		p.sub, p.button, p.do = kit.T("items.place.to-send"), kit.T("items.place.cancel"), actCancel
		switch {
		case c.local:
			p.sub = kit.T("items.line.here")
		case c.away:
			p.word, p.sub = kit.StatusText(kit.Waiting), awayLine(c)
		}
	case m.Pins > 1:
		p.sub = kit.N("items.place.requests", int64(m.Pins))
	}
	if i.Source != 0 && m.Pending == store.OpAdd && !m.Stuck {
		p.word, p.sub = kit.T("items.place.preparing"), kit.T("items.place.then")
	}
	if at, ok := b.At(i.Source, i.CID, c.account); ok {
		p.far(kit.HeadwayOf(at, c.name, c.local), at.Stage)
	}
	return p
}

// far shows how far it is in the place's own line.
func (p *placeRow) far(h kit.Headway, stage store.Stage) {
	switch {
	case h.Role == kit.Warn:
		p.word, p.sub, p.role = kit.T("items.place.no-connection"), "", kit.Warn
	case stage == store.Uploading:
		p.state, p.word, p.sub, p.part = kit.Fetching, kit.T("items.place.uploading"), h.Note, h.Part
	default:
		if h.Part >= 0 {
			p.state, p.word = kit.Fetching, kit.StatusText(kit.Fetching)
		}
		p.sub, p.part = firstOf(h.Note, p.sub), h.Part
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// ladder says whether a wait is normal.
func ladder(state kit.State, waited time.Duration, unknown bool) string {
	switch {
	case unknown:
		return ""
	case waited < slowAfter:
		return kit.T("items.place.normal", "time", span(waited))
	case waited < stuckAfter:
		return kit.T("items.place.slow", "time", span(waited))
	case state == kit.Waiting:
		return kit.T("items.place.unbegun", "time", span(waited))
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
	name, local := kit.T("items.history.gone"), false
	for _, c := range columns {
		if c.account == o.Account {
			name, local = c.name, c.local
		}
	}
	switch {
	case local && o.Kind == store.OpAdd && o.State == store.OpDone:
		return kit.T("items.history.here")
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
	case o.Kind == store.OpReaddress && o.State == store.OpDone:
		return kit.T("items.history.readdressed", "service", name)
	case o.Kind == store.OpReplace && o.State == store.OpDone:
		return kit.T("items.history.replaced", "service", name)
	case o.Kind == store.OpRename || o.Kind == store.OpReplace || o.Kind == store.OpReaddress:
		return kit.T("items.line.changing", "service", name)
	case o.AlreadyKept:
		return kit.T("items.history.already", "service", name)
	case o.Adopted && o.State == store.OpDone:
		return kit.T("items.history.adopted", "service", name)
	case o.State == store.OpDone:
		return kit.T("items.history.sent", "service", name)
	case local:
		return kit.T("items.line.here")
	default:
		return kit.T("items.line.sending", "service", name)
	}
}
