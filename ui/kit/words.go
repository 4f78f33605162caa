package kit

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/pintray/pintray/assets"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

var loadWords = sync.OnceValue(func() error {
	parts, err := fs.ReadDir(assets.Translations, "translations")
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := lang.AddTranslationsFS(assets.Translations, path.Join("translations", p.Name())); err != nil {
			return fmt.Errorf("translations of %s: %w", p.Name(), err)
		}
	}
	return nil
})

func words() {
	if err := loadWords(); err != nil {
		panic("bug: " + err.Error())
	}
}

// T is the sentence under a key in the person's language. args are names and
// values in turn: T("items.on", "service", "Pinata") fills {{.service}}. The
// key is written out where T is called, so that a test can find it.
func T(key string, args ...any) string {
	words()
	return lang.X(key, key, data(args))
}

// N is T for a sentence with a number: the language's plural form for n is
// taken, and {{.n}} is n with its thousands apart.
func N(key string, n int64, args ...any) string {
	words()
	d := data(args)
	d["n"] = Count(n)
	return lang.XN(key, key, int(n), d)
}

func data(args []any) map[string]any {
	if len(args)%2 != 0 {
		panic("bug: a word without its value")
	}
	d := make(map[string]any, len(args)/2+1)
	for i := 0; i < len(args); i += 2 {
		d[args[i].(string)] = args[i+1]
	}
	return d
}

// Count is a number with its thousands apart: 12 345.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n < 0 {
		return "-" + Count(-n)
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteRune('\u202f')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// StatusText is a mark in one word.
func StatusText(s State) string {
	switch s {
	case Safe:
		return T("kit.state.safe")
	case Fetching:
		return T("kit.state.fetching")
	case Waiting:
		return T("kit.state.waiting")
	case Failed:
		return T("kit.state.failed")
	case Unknown:
		return T("kit.state.unknown")
	case Here:
		return T("kit.state.here")
	default:
		return T("kit.state.none")
	}
}

// StateOf is the mark for what an account is known to do with an item. What
// was not confirmed in time is Unknown, never None.
func StateOf(m store.Mark) State {
	switch {
	case m.Stuck && !Undecided(m):
		return Failed
	case m.Pending == store.OpAdd && m.Status == services.Unknown:
		return Waiting
	case m.Stale:
		return Unknown
	}
	switch m.Status {
	case services.Pinned:
		return Safe
	case services.Pinning:
		return Fetching
	case services.Queued:
		return Waiting
	case services.Failed:
		return Failed
	default:
		return Unknown
	}
}

// Undecided reports whether a change of something that an account keeps waits for
// the person: that it is kept is not in doubt.
func Undecided(m store.Mark) bool {
	return m.Stuck && m.Pending != store.OpAdd && m.Status != services.Unknown && m.Status != services.Failed
}

// Ago is how long ago t was: "just now", "3 min ago". The zero time is "never".
func Ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return T("kit.ago.never")
	case d < time.Minute:
		return T("kit.ago.now")
	case d < time.Hour:
		return N("kit.ago.minutes", int64(d/time.Minute))
	case d < 24*time.Hour:
		return N("kit.ago.hours", int64(d/time.Hour))
	default:
		return N("kit.ago.days", int64(d/(24*time.Hour)))
	}
}

// When is a point in time as short as can be: "Today, 13:48", "Yesterday",
// "18 Nov", "18 Nov 2024". The zero time is "".
func When(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t, now = t.Local(), now.Local()
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	}
	switch {
	case day(t).Equal(day(now)):
		return T("kit.when.today", "time", t.Format("15:04"))
	case day(t).Equal(day(now.AddDate(0, 0, -1))):
		return T("kit.when.yesterday")
	default:
		return Date(t, now)
	}
}

// Date is a day without its time, with the year where it is not this one:
// "3 Mar", "3 Mar 2027".
func Date(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.Year() == now.Year() {
		return T("kit.when.day", "day", t.Day(), "month", month(t.Month()))
	}
	return T("kit.when.year", "day", t.Day(), "month", month(t.Month()), "year", t.Year())
}

// Clock is the time of day, with the day where it is not today.
func Clock(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return When(t, now)
}

func month(m time.Month) string {
	return strings.Split(T("kit.months"), " ")[m-1]
}

// Bytes is a size: "14 KB", "412 MB", "1.2 GB". A negative one is unknown: "".
func Bytes(n int64) string {
	if n < 0 {
		return ""
	}
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n), 0
	units := []string{"B", "KB", "MB", "GB", "TB", "PB", "EB"}
	for v >= 999.5 && unit < len(units)-1 {
		v /= 1000
		unit++
	}
	if v < 100 && unit > 1 {
		return fmt.Sprintf("%.1f %s", v, units[unit])
	}
	return fmt.Sprintf("%.0f %s", v, units[unit])
}

// Name is an item's name, or what stands for one that has none.
func Name(i store.Item) string { return NameOf(i.Name, i.CID) }

// NameOf is a name, or what stands for a CID that has none.
func NameOf(name string, c services.CID) string {
	if name = strings.TrimSpace(services.Clean(name)); name != "" && name != c.Text && name != c.Key {
		return name
	}
	if c.IsZero() {
		return T("kit.unnamed")
	}
	return T("kit.unnamed-cid", "cid", services.Clean(c.Short()))
}

// Letter is what a service's tile shows: the first letter or digit of its name.
func Letter(name string) string {
	for _, r := range strings.ToUpper(name) {
		if strings.ContainsRune(" \t'\"(.-_", r) {
			continue
		}
		return string(r)
	}
	return "?"
}
