package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// narrow is the width of the window below which the navigation is a rail.
const narrow float32 = 1000

// nav is the left column: the app's mark, the pages with their badges, and
// below, while Pintray is paused, that it is.
type nav struct {
	object  fyne.CanvasObject
	entries map[Page]*kit.NavEntry
	paused  *kit.Text
	resume  *kit.Button
}

func newNav(show func(Page), resume func()) *nav {
	n := &nav{entries: map[Page]*kit.NavEntry{}}
	icons := map[Page]string{Items: "items", Folders: "folder", Activity: "activity", Services: "cloud", Settings: "settings"}
	words := map[Page]string{Items: kit.T("shell.items"), Folders: kit.T("shell.folders"), Activity: kit.T("shell.activity"), Services: kit.T("shell.services"), Settings: kit.T("shell.settings")}
	mark := canvas.NewImageFromResource(kit.AppIcon())
	mark.ScaleMode, mark.CornerRadius = canvas.ImageScaleSmooth, 6
	name := kit.NewText("Pintray", kit.Head, kit.Ink)
	n.paused = kit.NewText("", kit.Small, kit.Ink2).Shrink(40)
	n.resume = kit.NewButton(kit.T("shell.resume"), kit.Secondary, "play", resume).Tall(kit.Low)
	line := kit.NewVLine()
	objects := []fyne.CanvasObject{mark, name, line, n.paused, n.resume}
	for _, p := range pages() {
		n.entries[p] = kit.NewNavEntry(icons[p], words[p], func() { show(p) })
		objects = append(objects, n.entries[p])
	}
	n.setPaused("")
	n.object = kit.NewSurface(kit.Nav, kit.Clear, 0, kit.Place(fyne.NewSize(kit.NavRail, 300), func(s fyne.Size) {
		rail := s.Width < kit.NavRail+1
		kit.Put(line, s.Width-1, 0, 1, s.Height)
		kit.Put(mark, 16, 16, 24, 24)
		name.Hidden = rail
		kit.Put(name, 50, 16, s.Width-60, 24)
		step := float32(34)
		if rail {
			step = 40
		}
		for i, p := range pages() {
			kit.Put(n.entries[p], 0, 60+float32(i)*step, s.Width, step)
		}
		n.placePause(s, rail)
	}, objects...))
	return n
}

// placePause puts the word above the button; the rail has room for the button's
// icon only.
func (n *nav) placePause(s fyne.Size, rail bool) {
	if rail {
		n.resume.SetText("")
		n.resume.Named(kit.T("shell.resume"))
		kit.Put(n.resume, 14, s.Height-44, kit.Low, kit.Low)
		kit.Put(n.paused, 0, 0, 0, 0)
		return
	}
	n.resume.SetText(kit.T("shell.resume"))
	w := n.resume.MinSize().Width
	kit.Put(n.paused, 20, s.Height-41, s.Width-20-w-20, 18)
	kit.Put(n.resume, s.Width-w-16, s.Height-46, w, kit.Low)
}

// active marks the page shown.
func (n *nav) active(p Page) {
	for page, e := range n.entries {
		e.SetActive(page == p)
	}
}

// show puts the badges: how many items, how many causes that wait for the
// person, whether a folder or a service does.
func (n *nav) show(s kit.Snapshot) {
	count := kit.Badge{}
	if s.Health.Items > 0 {
		count.Text = kit.Count(s.Health.Items)
	}
	n.entries[Items].SetBadge(count)
	needs := kit.Badge{}
	if c := len(s.Health.NeedsYou); c > 0 {
		needs = kit.Badge{Text: kit.Count(int64(c)), Hot: true}
	}
	n.entries[Activity].SetBadge(needs)
	n.entries[Folders].SetBadge(kit.Badge{Warn: slices.ContainsFunc(s.Health.NeedsYou, func(n store.Need) bool { return n.Code == "folder" })})
	warn := false
	for _, a := range s.Accounts {
		warn = warn || kit.StandingOf(a, s.Keyring, s.At).Needs
	}
	n.entries[Services].SetBadge(kit.Badge{Warn: warn})
	n.setPaused(pausedWords(s))
}

func (n *nav) setPaused(words string) {
	n.paused.SetText(words)
	n.paused.Hidden, n.resume.Hidden = words == "", words == ""
}

// pausedWords says until when nothing is sent and checked, "" where it is.
func pausedWords(s kit.Snapshot) string {
	switch {
	case s.Health.State != store.Paused && s.Health.PausedUntil.IsZero():
		return ""
	case s.Health.PausedUntil.IsZero():
		return kit.T("shell.paused")
	default:
		return kit.T("shell.paused.until", "when", kit.Clock(s.Health.PausedUntil, s.At))
	}
}
