package kit

import (
	"fmt"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Headway is how far something is, in words.
type Headway struct {
	Line string  // "Filebase is fetching"
	Part float64 // 0 to 1, negative where nobody knows
	Note string  // "62 % · 4 min left", "" for none
	Role Role    // of Line
	Hint string  // what would help where it does not get on, else ""
}

// HeadwayOf puts a progress into words; service is the account's name, local that
// it is this computer.
func HeadwayOf(p store.Progress, service string, local bool) Headway {
	g := Headway{Part: partOf(p), Role: Work}
	switch {
	case p.Stage == store.Reading:
		g.Line = T("kit.going.reading")
	case local: // nothing is sent there
		g.Line = T("kit.going.local")
	case p.Stage == store.Uploading:
		g.Line = T("kit.going.uploading", "service", service)
	case p.Peers == 0 && p.Bytes == 0:
		g.Line, g.Part = T("kit.going.offered", "service", service), -1
	default:
		g.Line = T("kit.going.giving", "service", service)
	}
	switch p.Trouble {
	case "":
		g.Note = noteOf(p, g.Part)
	case "paused":
		g.Line, g.Role, g.Note = T("kit.going.paused"), Ink3, percent(g.Part)
	case "cannot-reach":
		g.Line, g.Role, g.Part, g.Hint = T("kit.going.cannot-reach", "service", service), Warn, -1, T("kit.going.cannot-reach.hint")
	case "moved":
		g.Line, g.Role, g.Part, g.Hint = T("kit.going.moved", "service", service), Warn, -1, T("kit.going.moved.hint", "service", service)
	default:
		g.Line, g.Role, g.Part, g.Hint = T("kit.going.nobody", "service", service), Warn, -1, T("kit.going.nobody.hint", "service", service)
	}
	return g
}

func partOf(p store.Progress) float64 {
	if p.TotalBytes <= 0 {
		if p.TotalFiles > 0 {
			return min(1, float64(p.Files)/float64(p.TotalFiles))
		}
		return -1
	}
	return max(0, min(1, float64(p.Bytes)/float64(p.TotalBytes)))
}

func noteOf(p store.Progress, part float64) string {
	note := percent(part)
	if note == "" && p.Bytes > 0 {
		note = Bytes(p.Bytes)
	}
	if note != "" && p.Left > 0 && part < 1 {
		note += " · " + T("kit.going.left", "time", LeftWords(p.Left))
	}
	return note
}

// percent is rounded down: nothing is at 100 % before it is done.
func percent(part float64) string {
	if part < 0 {
		return ""
	}
	return fmt.Sprintf("%d %%", int(part*100))
}

// LeftWords is how long something will still take, in one unit.
func LeftWords(d time.Duration) string {
	switch {
	case d < time.Minute:
		return N("kit.left.seconds", int64(max(time.Second, d)/time.Second))
	case d < time.Hour:
		return N("kit.left.minutes", int64((d+time.Minute/2)/time.Minute))
	default:
		return N("kit.left.hours", int64((d+time.Hour/2)/time.Hour))
	}
}

// Bringing is what is known of the things of this computer that are under way:
// how far each is, and why one does not get on. Its zero value is none.
type Bringing struct {
	bySource map[store.SourceID][]store.Progress
	byCID    map[string][]store.Progress
	unread   map[store.SourceID]store.Source
	byRoot   map[string]store.Source
}

// NewBringing sorts what the engine says by what it is of.
func NewBringing(list []store.Progress, sources []store.Source) Bringing {
	b := Bringing{
		bySource: map[store.SourceID][]store.Progress{}, byCID: map[string][]store.Progress{},
		unread: map[store.SourceID]store.Source{}, byRoot: map[string]store.Source{},
	}
	for _, p := range list {
		b.bySource[p.Source] = append(b.bySource[p.Source], p)
		if !p.CID.IsZero() {
			b.byCID[p.CID.Key] = append(b.byCID[p.CID.Key], p)
		}
	}
	for _, s := range sources {
		if s.Reason == "" || s.State == store.SourceReady {
			continue
		}
		b.unread[s.ID] = s
		if !s.CID.IsZero() {
			b.byRoot[s.CID.Key] = s
		}
	}
	return b
}

// Of is how far a source is, or what has a CID; one progress a place.
func (b Bringing) Of(source store.SourceID, c services.CID) []store.Progress {
	if source != 0 {
		return b.bySource[source]
	}
	if c.IsZero() {
		return nil
	}
	return b.byCID[c.Key]
}

// At is how far it is at one account.
func (b Bringing) At(source store.SourceID, c services.CID, a services.AccountID) (store.Progress, bool) {
	for _, p := range b.Of(source, c) {
		if p.Account == a {
			return p, true
		}
	}
	return store.Progress{}, false
}

// Reason is why it cannot be read, a Reason of CodeSource; "" where it can.
func (b Bringing) Reason(source store.SourceID, c services.CID) string {
	return b.unreadOf(source, c).Reason
}

// Why is Reason in words, with the file of a folder that it is of.
func (b Bringing) Why(source store.SourceID, c services.CID) string {
	s := b.unreadOf(source, c)
	switch {
	case s.Reason == "":
		return ""
	case s.Unread == "":
		return SourceWord(s.Reason)
	}
	return T("kit.source.inside", "name", insideOf(s), "why", SourceWord(s.Reason))
}

func (b Bringing) unreadOf(source store.SourceID, c services.CID) store.Source {
	switch {
	case source != 0:
		return b.unread[source]
	case c.IsZero():
		return store.Source{}
	}
	return b.byRoot[c.Key]
}

// Any reports whether something is under way.
func (b Bringing) Any() bool { return len(b.bySource)+len(b.unread) > 0 }
