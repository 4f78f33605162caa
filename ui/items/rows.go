package items

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// row is one row of the list, ready to be drawn.
type row struct {
	id       store.ItemID
	name     string
	nameless bool
	icon     string
	line     string // under the name: the ID, or what is going on
	lineRole kit.Role
	mono     bool
	size     string
	copies   string
	few      bool // at most one copy, though there could be more: amber
	marks    []kit.State
	worst    kit.State // of all, for the Places column
	places   string
	added    string
}

func rowOf(i store.Item, columns []column, now time.Time) row {
	r := row{
		id: i.ID, name: kit.Name(i), nameless: unnamed(i), icon: iconOf(i.Name),
		size: kit.Bytes(i.Size), copies: fmt.Sprintf("%d/%d", i.Copies, i.Places),
		few: i.Copies <= 1 && i.State != store.Unchecked && (i.Copies == 0 || len(columns) > 1), added: kit.When(i.Added, now),
		marks: make([]kit.State, len(columns)),
	}
	for at, c := range columns {
		if m, ok := markOf(i, c.account); ok {
			r.marks[at] = kit.StateOf(m)
		}
	}
	var n int
	r.worst, n = summary(i)
	if r.nameless {
		r.icon = "file"
	}
	r.places = kit.Count(int64(n))
	r.line, r.lineRole, r.mono = lineOf(i, columns)
	return r
}

func unnamed(i store.Item) bool { return kit.NameOf(i.Name, i.CID) == kit.NameOf("", i.CID) }

func markOf(i store.Item, a services.AccountID) (store.Mark, bool) {
	for _, m := range i.Marks {
		if m.Account == a {
			return m, true
		}
	}
	return store.Mark{}, false
}

// lineOf is the grey line under the name: what failed, else what is going on,
// else where a nameless one was found, else the ID.
func lineOf(i store.Item, columns []column) (text string, role kit.Role, mono bool) {
	var going string
	for _, c := range columns {
		m, ok := markOf(i, c.account)
		if !ok {
			continue
		}
		if kit.StateOf(m) == kit.Failed {
			return failedLine(m, c.name), kit.Bad, false
		}
		if going == "" {
			going = goingLine(m, c.name)
		}
	}
	if going != "" {
		return going, kit.Work, false
	}
	if unnamed(i) && len(i.Marks) > 0 {
		for _, c := range columns {
			if c.account == i.Marks[0].Account {
				return kit.T("items.line.found", "service", c.name), kit.Ink3, false
			}
		}
	}
	return services.Clean(i.CID.Short()), kit.Ink3, true
}

func failedLine(m store.Mark, service string) string {
	said := services.Clean(strings.TrimSpace(m.Details))
	switch {
	case m.Stuck && m.Status != services.Failed:
		return kit.T("items.line.stuck", "service", service)
	case said != "":
		return kit.T("items.line.failed-said", "service", service, "said", said)
	default:
		return kit.T("items.line.failed", "service", service)
	}
}

func goingLine(m store.Mark, service string) string {
	switch m.Pending {
	case store.OpDelete:
		return kit.T("items.line.stopping", "service", service)
	case store.OpRename, store.OpReplace:
		return kit.T("items.line.changing", "service", service)
	case store.OpAdd:
		if m.Status == services.Unknown {
			return kit.T("items.line.sending", "service", service)
		}
	}
	switch kit.StateOf(m) {
	case kit.Fetching:
		return kit.T("items.line.fetching", "service", service)
	case kit.Waiting:
		return kit.T("items.line.waiting", "service", service)
	}
	return ""
}

// iconOf guesses what a file is by the end of its name.
func iconOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".tif", ".tiff", ".psd", ".bmp", ".heic", ".avif", ".ico":
		return "image"
	case ".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v":
		return "film"
	case ".mp3", ".wav", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".mid":
		return "music"
	case ".pdf", ".md", ".txt", ".doc", ".docx", ".odt", ".rtf", ".epub", ".html", ".csv", ".xlsx", ".ods":
		return "doc"
	case ".zip", ".tar", ".gz", ".xz", ".zst", ".7z", ".rar", ".car", ".iso", ".deb", ".bz2":
		return "archive"
	case ".glb", ".gltf", ".obj", ".stl", ".blend", ".fbx":
		return "cube"
	case ".json", ".go", ".js", ".ts", ".py", ".rs", ".c", ".wasm", ".xml", ".yaml", ".toml", ".sh":
		return "code"
	case "":
		return "folder"
	default:
		return "file"
	}
}

// chip is one filter above the list.
type chip struct {
	state   store.ItemState
	oneCopy bool
	account services.AccountID // takes this one's filter away
	show    kit.Chip
}

// chipsOf are the filters with their counts. Not checked is there only while
// it has something, a service only while the list is filtered by it.
func chipsOf(c store.ItemCounts, f store.Filter, columns []column) []chip {
	chips := []chip{
		{show: kit.Chip{Label: kit.T("items.chip.all"), Count: c.All}},
		{state: store.Safe, show: kit.Chip{Label: kit.T("items.chip.safe"), Count: c.Safe, Mark: kit.Safe}},
		{state: store.Working, show: kit.Chip{Label: kit.T("items.chip.working"), Count: c.Working, Mark: kit.Fetching}},
		{state: store.NeedsYou, show: kit.Chip{Label: kit.T("items.chip.needs"), Count: c.NeedsYou, Icon: "warn", Role: kit.Warn}},
	}
	if len(columns) > 1 || f.OneCopy { // with one service it is all of them, and no news
		chips = append(chips, chip{oneCopy: true, show: kit.Chip{Label: kit.T("items.chip.one"), Count: c.OneCopy}})
	}
	if c.Unchecked > 0 {
		chips = append(chips, chip{state: store.Unchecked, show: kit.Chip{Label: kit.T("items.chip.unchecked"), Count: c.Unchecked, Mark: kit.Unknown}})
	}
	for _, col := range columns {
		if f.Account == col.account {
			chips = append(chips, chip{account: col.account, show: kit.Chip{Label: col.name, Count: -1, Icon: "close", Role: kit.Ink2}})
		}
	}
	return chips
}

// chosen is the place of the chip a filter stands for.
func chosen(chips []chip, f store.Filter) int {
	for i, c := range chips {
		if c.account == 0 && c.state == f.State && c.oneCopy == f.OneCopy {
			return i
		}
	}
	return 0
}

// tailOf is the line at the bottom; what names a part of the list shows it.
func tailOf(c store.ItemCounts, s kit.Snapshot, show func(store.ItemState)) []kit.TailPart {
	var parts []kit.TailPart
	add := func(n int64, state store.ItemState, text string, role kit.Role) {
		if n > 0 || state == store.AnyState {
			parts = append(parts, kit.TailPart{Text: text, Role: role, Act: func() { show(state) }})
		}
	}
	add(c.All, store.AnyState, kit.N("items.tail.all", c.All), kit.Ink3)
	add(c.Safe, store.Safe, kit.N("items.tail.safe", c.Safe), kit.Ink3)
	add(c.Working, store.Working, kit.N("items.tail.working", c.Working), kit.Ink3)
	add(c.Unchecked, store.Unchecked, kit.N("items.tail.unchecked", c.Unchecked), kit.Ink3)
	add(c.NeedsYou, store.NeedsYou, kit.N("items.tail.needs", c.NeedsYou), kit.Warn)
	if len(s.Accounts) > 0 && !s.Health.CheckedAt.IsZero() {
		parts = append(parts, kit.TailPart{Text: kit.T("items.tail.checked", "ago", kit.Ago(s.Health.CheckedAt, s.At)), Role: kit.Ink3})
	}
	return parts
}
