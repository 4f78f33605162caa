package items

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

func TestRowOf_SaysWhatIsGoingOnUnderTheName(t *testing.T) {
	columns := columnsOf(threeServices())
	item := func(marks ...store.Mark) store.Item {
		return store.Item{ID: 1, CID: cidOf(1), Name: "a.png", Size: 14_000, Added: now, Marks: marks, Places: len(marks)}
	}
	for name, c := range map[string]struct {
		item store.Item
		line string
		role kit.Role
	}{
		"nothing: the ID":            {item(store.Mark{Account: 1, Status: services.Pinned}), cidOf(1).Short(), kit.Ink3},
		"fetching":                   {item(store.Mark{Account: 1, Status: services.Pinned}, store.Mark{Account: 2, Status: services.Pinning}), "Filebase is fetching", kit.Work},
		"waiting":                    {item(store.Mark{Account: 3, Status: services.Queued}), "Waiting at My cluster", kit.Work},
		"not sent yet":               {item(store.Mark{Account: 1, Pending: store.OpAdd}), "Sending to Pinata", kit.Work},
		"being released":             {item(store.Mark{Account: 1, Status: services.Pinned, Pending: store.OpDelete}), "Stopping at Pinata", kit.Work},
		"failed with its own words":  {item(store.Mark{Account: 2, Status: services.Failed, Details: "file not found"}), "Filebase couldn't keep it: file not found", kit.Bad},
		"a failure before what goes": {item(store.Mark{Account: 1, Status: services.Pinning}, store.Mark{Account: 2, Status: services.Failed}), "Filebase couldn't keep it", kit.Bad},
		"stuck":                      {item(store.Mark{Account: 1, Pending: store.OpAdd, Stuck: true}), "Pinata needs a decision", kit.Bad},
		"safe, its rename stuck":     {item(store.Mark{Account: 1, Status: services.Pinned, Pending: store.OpRename, Stuck: true}), "Pinata needs a decision", kit.Warn},
	} {
		t.Run(name, func(t *testing.T) {
			r := rowOf(c.item, columns, kit.Bringing{}, now)
			if r.line.text != c.line || r.line.role != c.role {
				t.Errorf("got %q in %v, want %q in %v", r.line.text, r.line.role, c.line, c.role)
			}
		})
	}
}

func TestRowOf_NeverShowsWhatWasNotCheckedAsNotKept(t *testing.T) {
	columns := columnsOf(threeServices())
	i := store.Item{CID: cidOf(1), Marks: []store.Mark{
		{Account: 1, Status: services.Pinned, Stale: true},
		{Account: 2, Status: services.Unknown},
	}}
	got := rowOf(i, columns, kit.Bringing{}, now).marks
	for at, want := range []kit.State{kit.Unknown, kit.Unknown, kit.None} {
		if got[at] != want {
			t.Errorf("column %d is %q, want %q", at, kit.StatusText(got[at]), kit.StatusText(want))
		}
	}
}

func TestRowOf_StandsInForANameThatIsMissing(t *testing.T) {
	i := store.Item{CID: cidOf(1), Size: -1, Marks: []store.Mark{{Account: 1, Status: services.Pinned}}}
	r := rowOf(i, columnsOf(threeServices()), kit.Bringing{}, now)
	if !r.nameless || !strings.HasPrefix(r.name, "Unnamed · ") || r.line.text != "Found on Pinata" || r.size != "" {
		t.Errorf("got %+v", r)
	}
}

func TestRowOf_TurnsAmberAtTheLastCopy(t *testing.T) {
	for copies, want := range map[int]bool{0: true, 1: true, 2: false} {
		if got := rowOf(store.Item{Copies: copies, Places: 3}, columnsOf(threeServices()), kit.Bringing{}, now).few; got != want {
			t.Errorf("%d copies: amber is %v", copies, got)
		}
	}
	one := threeServices()
	one.Accounts = one.Accounts[:1]
	if rowOf(store.Item{Copies: 1, Places: 1}, columnsOf(one), kit.Bringing{}, now).few {
		t.Error("with one service every row is amber")
	}
	if rowOf(store.Item{Copies: 0, Places: 1, State: store.Unchecked}, nil, kit.Bringing{}, now).few {
		t.Error("what was not checked is no alarm")
	}
}

func TestTableOf_DropsAddedThenSizeWhereItIsNarrow(t *testing.T) {
	for _, c := range []struct {
		width       float32
		accounts    int
		added, size bool
	}{
		{1064, 3, true, true},
		{716, 3, false, true},
		{560, 3, false, false},
		{844, 1, true, true},
	} {
		got := tableOf(c.width, c.accounts)
		if (got.added > 0) != c.added || (got.size > 0) != c.size {
			t.Errorf("at %v with %d services: added %v, size %v", c.width, c.accounts, got.added > 0, got.size > 0)
		}
		if got.nameWide < 100 {
			t.Errorf("at %v with %d services a name has %v", c.width, c.accounts, got.nameWide)
		}
	}
}

func TestTableOf_SharesOneColumnFromSixServicesOn(t *testing.T) {
	if five, six := tableOf(1064, 5), tableOf(1064, 6); five.places || five.count != 5 || !six.places || six.count != 0 {
		t.Errorf("five: %+v, six: %+v", five, six)
	}
}

func TestColumnsOf_TellsServicesApartThatBeginAlike(t *testing.T) {
	s := kit.Snapshot{At: now, Accounts: []store.AccountState{account(1, "Pinata"), account(2, "Pinata work"), account(3, "Filebase")}}
	var got []string
	for _, c := range columnsOf(s) {
		got = append(got, c.letter)
	}
	if strings.Join(got, " ") != "PA PW F" {
		t.Errorf("the tiles are %v", got)
	}
}

func TestChipsOf_ShowsNotCheckedOnlyWhileThereIsSome(t *testing.T) {
	columns := columnsOf(threeServices())
	if n := len(chipsOf(store.ItemCounts{All: 5}, store.Filter{}, columns)); n != 5 {
		t.Errorf("%d chips", n)
	}
	if n := len(chipsOf(store.ItemCounts{All: 5}, store.Filter{}, columns[:1])); n != 4 {
		t.Errorf("%d chips with one service: only one copy is no news there", n)
	}
	chips := chipsOf(store.ItemCounts{All: 5, Unchecked: 2}, store.Filter{State: store.Unchecked}, columns)
	if at := chosen(chips, store.Filter{State: store.Unchecked}); len(chips) != 6 || at != 5 {
		t.Errorf("%d chips, %d is chosen", len(chips), at)
	}
}

func TestNoticesOf_SaysWhatKeepsPintrayFromWorking(t *testing.T) {
	failing := func(c services.Code, since time.Duration) *store.AccountState {
		a := account(2, "Filebase")
		a.Err, a.ErrSince = &services.Error{Code: c}, now.Add(-since)
		return &a
	}
	for name, c := range map[string]struct {
		change func(*kit.Snapshot)
		want   string
		step   step
	}{
		"nothing": {func(*kit.Snapshot) {}, "", noStep},
		"locked":  {func(s *kit.Snapshot) { s.Keyring = "locked" }, "password store is locked", unlock},
		"key":     {func(s *kit.Snapshot) { s.Accounts[1] = *failing(services.CodeAuth, 0) }, "Filebase no longer accepts", newKey},
		"no key": {func(s *kit.Snapshot) {
			s.Accounts[1] = *failing(services.CodeKeyring, 0)
		}, "key of Filebase is not on this computer", newKey},
		"a short outage is not said": {func(s *kit.Snapshot) {
			s.Accounts[1] = *failing(services.CodeUnreachable, 30*time.Second)
		}, "", noStep},
		"one away": {func(s *kit.Snapshot) { s.Accounts[1] = *failing(services.CodeServer, time.Hour) }, "Filebase isn't answering since 12:50", checkNow},
		"all away": {func(s *kit.Snapshot) {
			s.Accounts = []store.AccountState{*failing(services.CodeUnreachable, time.Hour)}
		}, "No service answers. Showing what we knew at 13:47", checkNow},
		"reading": {func(s *kit.Snapshot) {
			s.Accounts[0].Reading, s.Accounts[0].Seen, s.Accounts[0].Expected = true, 1200, 5000
		}, "1\u202f200 of about 5\u202f000", noStep},
	} {
		t.Run(name, func(t *testing.T) {
			s := threeServices()
			c.change(&s)
			got := noticesOf(s)
			switch {
			case c.want == "" && len(got) > 0:
				t.Errorf("said %q", got[0].text)
			case c.want == "":
			case len(got) != 1 || !strings.Contains(got[0].text, c.want) || got[0].step != c.step:
				t.Errorf("got %+v, want %q", got, c.want)
			}
		})
	}
}

func TestReleaseOf_WarnsOfTheLastCopy(t *testing.T) {
	list := []target{}
	m := &memory{rows: examples()}
	for _, i := range m.rows[:9] {
		pins, _ := m.Pins(t.Context(), i.CID)
		list = append(list, target{item: i, pins: pins})
	}
	all := releaseOf(list, func(store.Pin) bool { return true })
	if all.items != 9 || all.last != 9 {
		t.Errorf("everywhere: %d items, %d last", all.items, all.last)
	}
	pinata := releaseOf(list, func(p store.Pin) bool { return p.Account == 1 })
	// The portrait is only being fetched elsewhere, the unnamed one is nowhere
	// else, and of the manifesto Filebase failed.
	if len(pinata.refs) != 9 || pinata.last != 3 {
		t.Errorf("Pinata alone: %d pins, %d last, want 9 and 3", len(pinata.refs), pinata.last)
	}
	for _, r := range pinata.refs {
		if r.Account != 1 || r.RequestID == "" || r.CID.IsZero() {
			t.Errorf("acts on %+v", r)
		}
	}
}

// Some services let go of every pin of a content ID at once (quirk 42).
func TestReleaseOf_WarnsWhereAnotherPinOfTheSameContentStays(t *testing.T) {
	pin := func(a services.AccountID, id string) store.Pin {
		return store.Pin{Account: a, PinStatus: services.PinStatus{RequestID: id, Status: services.Pinned}}
	}
	list := []target{{
		item: store.Item{CID: cidOf(1), Marks: []store.Mark{{Account: 1, Status: services.Pinned, Pins: 2}}},
		pins: []store.Pin{pin(1, "a"), pin(1, "b")},
	}}
	one := releaseOf(list, func(p store.Pin) bool { return p.RequestID == "a" })
	if len(one.refs) != 1 || one.last != 0 || !slices.Equal(one.shared, []services.AccountID{1}) {
		t.Errorf("one of two: %+v", one)
	}
	both := releaseOf(list, func(store.Pin) bool { return true })
	if len(both.refs) != 2 || both.last != 1 || len(both.shared) != 0 {
		t.Errorf("both: %+v", both)
	}
}

func TestPlaceOf_OffersWhatHelps(t *testing.T) {
	c := column{account: 1, name: "Pinata", letter: "P"}
	for name, k := range map[string]struct {
		marks     []store.Mark
		word, sub string
		do        placeAct
	}{
		"not kept":    {nil, "Not kept here", "", actKeep},
		"safe":        {[]store.Mark{{Account: 1, Status: services.Pinned, SeenAt: now.Add(-3 * time.Minute)}}, "Safe", "checked 3 min ago", actStop},
		"not checked": {[]store.Mark{{Account: 1, Status: services.Pinned, Stale: true, SeenAt: now.Add(-3 * time.Hour)}}, "Last seen safe 3 h ago", "", actStop},
		"failed":      {[]store.Mark{{Account: 1, Status: services.Failed, Details: "no\nroom"}}, "Couldn't keep", "no room", actRetry},
		"to be sent":  {[]store.Mark{{Account: 1, Pending: store.OpAdd}}, "Waiting", "to be sent", actCancel},
		"releasing":   {[]store.Mark{{Account: 1, Status: services.Pinned, Pending: store.OpDelete}}, "Safe", "being released", actCancel},
		"undecided":   {[]store.Mark{{Account: 1, Status: services.Pinned, Pending: store.OpRename, Stuck: true}}, "Safe", "needs a decision", actDecide},
		"stuck":       {[]store.Mark{{Account: 1, Pending: store.OpAdd, Stuck: true}}, "Couldn't keep", "", actRetry},
		"twice":       {[]store.Mark{{Account: 1, Status: services.Pinned, Pins: 2}}, "Safe", "2 requests for it", actStop},
	} {
		t.Run(name, func(t *testing.T) {
			p := placeOf(store.Item{CID: cidOf(1), Marks: k.marks}, nil, c, kit.Bringing{}, now)
			if p.word != k.word || p.sub != k.sub || p.do != k.do {
				t.Errorf("got %q, %q, %v; want %q, %q, %v", p.word, p.sub, p.do, k.word, k.sub, k.do)
			}
		})
	}
}

func TestLadder_TellsSlowFromStuck(t *testing.T) {
	for d, want := range map[time.Duration]string{
		6 * time.Minute: "for 6 min, normal", 2 * time.Hour: "for 2 h, slow", 49 * time.Hour: "for 2 days: nobody seems to have it",
	} {
		if got := ladder(kit.Fetching, d, false); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	if got := ladder(kit.Waiting, 49*time.Hour, false); got != "for 2 days, stuck: not begun" {
		t.Errorf("what was never begun is %q", got)
	}
}

func TestVerdict_NeverClaimsMoreThanWasSeen(t *testing.T) {
	for _, c := range []struct {
		i    store.Item
		want string
	}{
		{store.Item{State: store.Safe, Copies: 2, Places: 2}, "Safe in all 2 places"},
		{store.Item{State: store.Safe, Copies: 1, Places: 1}, "Safe in 1 place"},
		{store.Item{State: store.Working, Copies: 1, Places: 3}, "Safe in 1 of 3 places"},
		{store.Item{State: store.Working, Places: 1}, "Not safe yet"},
		{store.Item{State: store.NeedsYou, Places: 1}, "Not safe anywhere yet"},
		{store.Item{State: store.Unchecked, Places: 2}, "Not checked"},
	} {
		if _, got := verdict(c.i); got != c.want {
			t.Errorf("%+v is %q, want %q", c.i, got, c.want)
		}
	}
}
