package folders

import (
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// card is one watched folder, ready to be drawn.
type card struct {
	folder     store.Folder
	name, path string
	icon       string // of its tile
	state      state
	say        string // its rules in a sentence
	// trouble is what it waits for, safe what is well all the same; both "" where
	// it waits for nothing.
	trouble, safe string
	facts         []fact
	going         string  // what is under way, "" for nothing
	part          float64 // of all that is Safe
	far           string  // the same in words
	note          string  // that changes are found late, and why; "" where they are not
}

type state struct {
	icon string
	role kit.Role
	line string
}

type fact struct{ name, value string }

// waits reports whether the folder needs the person.
func (c card) waits() bool { return c.folder.State == store.FolderWaits }

// page is the whole screen.
type page struct {
	cards []card
	tail  []string // the status bar
	needs string   // its amber part, "" where nothing waits
}

// rows turns what is stored into the screen. home is the person's own folder.
func rows(list []store.Folder, s kit.Snapshot, home string) page {
	var p page
	var items, going, needs int64
	for _, f := range list {
		c := cardOf(f, s, home)
		items, going = items+f.Items, going+underWay(f)
		if c.waits() {
			needs++
		}
		p.cards = append(p.cards, c)
	}
	if len(list) == 0 {
		return p
	}
	p.tail = []string{kit.N("folders.tail.folders", int64(len(list))), kit.N("folders.tail.items", items)}
	if going > 0 {
		p.tail = append(p.tail, kit.N("folders.tail.working", going))
	}
	if needs > 0 {
		p.needs = kit.N("folders.tail.needs", needs)
	}
	return p
}

// underWay is how many items are published but not Safe yet.
func underWay(f store.Folder) int64 { return max(0, f.Items-f.Safe) }

func cardOf(f store.Folder, s kit.Snapshot, home string) card {
	c := card{folder: f, name: nameOf(f.Path), path: placeOf(f.Path, home), icon: "folder", state: stateOf(f, s.At)}
	where := and(placeNames(f.Accounts, s))
	if where == "" {
		where = kit.T("folders.nowhere")
	}
	c.say = describe(f, where)
	if c.waits() {
		c.trouble, c.safe = waiting(f, where)
		if f.Reason == "missing" || f.Reason == "unreadable" {
			c.icon = "folder-x"
		}
	}
	c.facts = facts(f, s.At)
	if n := underWay(f); n > 0 && !c.waits() {
		c.going, c.part = kit.N("folders.going", n), float64(f.Safe)/float64(f.Items)
		c.far = kit.T("folders.far", "safe", kit.Count(f.Safe), "all", kit.Count(f.Items))
	}
	c.note = pollNote(f)
	return c
}

func facts(f store.Folder, now time.Time) []fact {
	out := []fact{
		{kit.T("folders.fact.items"), kit.Count(f.Items)},
		{kit.T("folders.fact.safe"), kit.Count(f.Safe)},
	}
	if f.Settling > 0 {
		out = append(out, fact{kit.T("folders.fact.settling"), kit.Count(f.Settling)})
	}
	return append(out, fact{kit.T("folders.fact.changed"), kit.Ago(f.ChangedAt, now)})
}

func stateOf(f store.Folder, now time.Time) state {
	switch f.State {
	case store.FolderScanning:
		return state{"refresh", kit.Work, kit.T("folders.state.scanning")}
	case store.FolderPaused:
		if f.PausedUntil.IsZero() {
			return state{"pause", kit.Ink2, kit.T("folders.state.paused")}
		}
		return state{"pause", kit.Ink2, kit.T("folders.state.paused.until", "time", clock(f.PausedUntil, now))}
	case store.FolderWaits:
		return state{"pause", kit.Warn, kit.T("folders.state.waits")}
	default:
		return state{"eye", kit.SafeInk, kit.T("folders.state.watching")}
	}
}

// clock is the time of day, with the day where it is not today.
func clock(t, now time.Time) string {
	if at := t.Local().Format("15:04"); kit.Clock(t, now) == at {
		return at
	}
	if day := now.Local().AddDate(0, 0, 1); t.Local().YearDay() == day.YearDay() && t.Local().Year() == day.Year() {
		return kit.T("folders.tomorrow", "time", t.Local().Format("15:04"))
	}
	return kit.Clock(t, now)
}

// waiting says what a folder waits for, and what is well all the same.
func waiting(f store.Folder, where string) (trouble, safe string) {
	safe = kit.T("folders.safe.none")
	if f.Items > 0 {
		safe = kit.N("folders.safe", f.Items, "places", where)
	}
	switch f.Reason {
	case "missing":
		return kit.T("folders.missing"), safe + " " + kit.T("folders.missing.then")
	case "emptied":
		return kit.N("folders.emptied", f.Waiting), safe + " " + kit.T("folders.emptied.then")
	case "replaced":
		return kit.T("folders.replaced"), safe + " " + kit.T("folders.replaced.then")
	case "burst":
		return kit.N("folders.burst", f.Waiting, "size", kit.Bytes(f.WaitingBytes)), kit.T("folders.burst.then")
	case "unreadable":
		return kit.T("folders.unreadable"), safe + " " + kit.T("folders.unreadable.then")
	case "no-account":
		return kit.T("folders.no-account"), kit.T("folders.no-account.then")
	default:
		return kit.T("folders.waits"), safe
	}
}

// moreWatches has Linux allow more until its next start.
const moreWatches = "sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"

func pollNote(f store.Folder) string {
	if !f.Polled {
		return ""
	}
	switch f.PollReason {
	case "network":
		return kit.T("folders.polled.network")
	case "no-watches":
		words := kit.T("folders.polled.watches")
		if runtime.GOOS == "linux" {
			words += " " + kit.T("folders.polled.watches.more", "command", moreWatches)
		}
		return words
	default:
		return kit.T("folders.polled.system")
	}
}

// describe says in a sentence or three what is done with a folder.
func describe(f store.Folder, where string) string {
	name := nameOf(f.Path)
	parts := make([]string, 0, 3)
	switch f.Rule {
	case store.EachSubfolder:
		parts = append(parts, kit.T("folders.say.subfolders", "name", name, "places", where))
	case store.WholeFolder:
		parts = append(parts, kit.T("folders.say.whole", "name", name, "places", where))
	default:
		parts = append(parts, kit.T("folders.say.files", "what", what(f.Include), "name", name, "places", where))
	}
	if f.OnChange == store.ReplaceOld {
		parts = append(parts, kit.T("folders.say.replace"))
	} else {
		parts = append(parts, kit.T("folders.say.keep"))
	}
	return strings.Join(append(parts, kit.T("folders.say.deleted")), " ")
}

// nameOf is what a folder is called.
func nameOf(p store.Path) string {
	if name := kit.BaseName(string(p)); name != "" {
		return name
	}
	return services.Clean(string(p))
}

// placeOf is where a folder is, from the person's own folder on: "Pictures / Art".
func placeOf(p store.Path, home string) string {
	path := string(p)
	if home != "" {
		if in, ok := strings.CutPrefix(path, home+string(filepath.Separator)); ok {
			return services.Clean(strings.ReplaceAll(in, string(filepath.Separator), " / "))
		}
	}
	return services.Clean(path)
}

// placeNames are the names of accounts that are still there.
func placeNames(ids []services.AccountID, s kit.Snapshot) []string {
	var names []string
	for _, id := range ids {
		if a, ok := s.Account(id); ok {
			names = append(names, services.Clean(a.Name))
		}
	}
	return names
}
