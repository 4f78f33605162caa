package items

import (
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// Measures of the table, in the units of the design.
const (
	rowHeight  = 48
	headHeight = 32
	mostMarks  = 5   // more services than that share one column
	leastAdded = 300 // the name's width under which Added goes
	leastSize  = 200 // and under which Size goes
	panelWide  = 348
	panelFrom  = 1100 // width of the window from which the panel has its own place
)

// column is one service's column.
type column struct {
	account services.AccountID
	name    string
	letter  string // "" of this computer, which has a picture
	needs   bool   // an amber dot: this service needs the person
	local   bool   // this computer: a place, but no copy
	away    bool   // nobody answers: nothing can be sent there now
}

// columnsOf makes a column for each account, by name, as the store lists them,
// this computer last. Accounts with the same letter get two.
func columnsOf(s kit.Snapshot) []column {
	out := make([]column, 0, len(s.Accounts))
	var here []column
	seen := map[string]int{}
	for _, a := range s.Accounts {
		c := column{
			account: a.ID, name: services.Clean(a.Name), letter: kit.Letter(a.Name), local: a.Local(),
			needs: s.Keyring != "locked" && kit.StandingOf(a, s.Keyring, s.At).Needs, away: outOfReach(a),
		}
		if c.local {
			c.letter = ""
			here = append(here, c)
			continue
		}
		seen[c.letter]++
		out = append(out, c)
	}
	for i, c := range out {
		if seen[c.letter] > 1 {
			out[i].letter = twoLetters(c.name)
		}
	}
	return append(out, here...)
}

// outOfReach reports whether nobody answered when the account was asked last.
func outOfReach(a store.AccountState) bool {
	return !a.Local() && a.Err != nil && (a.Err.Code == services.CodeUnreachable || a.Err.Code == services.CodeTimeout)
}

// remote is how many of the columns are services, which keep copies.
func remote(columns []column) (n int) {
	for _, c := range columns {
		if !c.local {
			n++
		}
	}
	return n
}

// twoLetters tells apart services that begin alike: the initials of two words,
// or the first letter and the last character.
func twoLetters(name string) string {
	words := strings.Fields(name)
	if len(words) > 1 {
		return kit.Letter(words[0]) + kit.Letter(words[len(words)-1])
	}
	r := []rune(strings.ToUpper(name))
	if len(r) < 2 {
		return kit.Letter(name)
	}
	return string(r[0]) + string(r[len(r)-1])
}

// table says where each column stands in a row of a width. A place of 0 is a
// column that is not shown.
type table struct {
	width          float32
	name, nameWide float32
	size           float32 // right edge
	copies         float32
	marks          float32 // left edge of the first service
	count          int     // services with a column of their own
	places         bool    // one column for all of them instead
	added          float32
	more           float32 // middle of the menu's dots
}

func tableOf(width float32, accounts int) table {
	t := place(width, accounts, true, true)
	if t.nameWide < leastAdded {
		t = place(width, accounts, false, true)
	}
	if t.nameWide < leastSize {
		t = place(width, accounts, false, false)
	}
	return t
}

func place(width float32, accounts int, added, size bool) table {
	t := table{width: width, name: 98, count: accounts}
	t.more = width - 32
	right := width - 56
	if added {
		right -= 104
		t.added = right + 12
	}
	if accounts > mostMarks {
		t.places, t.count = true, 0
		right -= 84
	} else {
		right -= 36 * float32(accounts)
	}
	t.marks = right
	right -= 76
	t.copies = right
	end := right - 24
	if size {
		t.size = end
		end -= 76
	}
	t.nameWide = max(40, end-t.name)
	return t
}

// markAt is the middle of a service's column.
func (t table) markAt(i int) float32 { return t.marks + float32(i)*36 + 18 }

// summary is what the Places column says where there are too many services.
func summary(item store.Item, columns []column) (worst kit.State, count int) {
	rank := map[kit.State]int{kit.Here: 1, kit.Safe: 2, kit.Waiting: 3, kit.Fetching: 4, kit.Unknown: 5, kit.Failed: 6}
	for _, c := range columns {
		m, ok := markOf(item, c.account)
		if !ok {
			continue
		}
		if s := stateAt(m, c); rank[s] > rank[worst] {
			worst = s
		}
		if !c.local {
			count++
		}
	}
	return worst, count
}
