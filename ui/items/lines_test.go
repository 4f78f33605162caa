package items

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// withHere is threeServices and this computer.
func withHere() kit.Snapshot {
	s := threeServices()
	here := account(4, "This computer")
	here.Endpoint = services.LocalEndpoint
	s.Accounts = append([]store.AccountState{here}, s.Accounts...)
	return s
}

// dropped is an item that has no CID yet.
func dropped(source store.SourceID, stuck bool) store.Item {
	i := store.Item{ID: 90, Source: source, Name: "Harbour at night.wav", Size: -1, Added: now, State: store.Working, Places: 2}
	for a := services.AccountID(1); a <= 2; a++ {
		i.Marks = append(i.Marks, store.Mark{Account: a, Pending: store.OpAdd, Stuck: stuck})
	}
	if stuck {
		i.State = store.NeedsYou
	}
	return i
}

// given is an item that is being given to Filebase.
func given() store.Item {
	i := dropped(0, false)
	i.CID, i.Copies = cidOf(1), 0
	i.Marks[1].Status, i.Marks[1].Pending = services.Pinning, ""
	return i
}

func TestLineOf_OfThingsOfThisComputer(t *testing.T) {
	giving := store.Progress{Source: 7, CID: cidOf(1), Account: 2, Stage: store.Giving, Peers: 1, Bytes: 62, TotalBytes: 100, Left: 4 * time.Minute}
	nobody := giving
	nobody.Account, nobody.Bytes, nobody.Peers, nobody.Trouble = 1, 0, 0, "nobody-connects"
	src := func(reason string) []store.Source {
		return []store.Source{{ID: 7, State: store.SourceStuck, Reason: reason}}
	}
	tests := []struct {
		name     string
		item     store.Item
		progress []store.Progress
		sources  []store.Source
		want     line
	}{
		{"in the queue", dropped(7, false), nil, nil, line{text: "Preparing", role: kit.Work, part: -1}},
		{
			"read", dropped(7, false), []store.Progress{{Source: 7, Stage: store.Reading, Bytes: 40, TotalBytes: 100, Left: -1}}, nil,
			line{text: "Preparing…", role: kit.Work, part: 0.4, note: "40 %"},
		},
		{"given", given(), []store.Progress{giving}, nil, line{text: "Filebase is fetching", role: kit.Work, part: 0.62, note: "62 % · 4 min left"}},
		{
			"the one that gets on comes before the one nobody comes for", given(), []store.Progress{nobody, giving}, nil,
			line{text: "Filebase is fetching", role: kit.Work, part: 0.62, note: "62 % · 4 min left"},
		},
		{"nobody comes", given(), []store.Progress{nobody}, nil, line{text: "Pinata can't reach this computer", role: kit.Warn, part: -1}},
		{"still being written", dropped(7, false), nil, src(services.ReasonChanged), line{text: "Still being written; read again when it has settled", role: kit.Ink3, part: -1}},
		{"vanished", dropped(7, true), nil, src(services.ReasonVanished), line{text: "Not there any more", role: kit.Bad, part: -1}},
		{"locked", dropped(7, true), nil, src(services.ReasonLocked), line{text: "In use by another program", role: kit.Bad, part: -1}},
		{"a placeholder", dropped(7, true), nil, src(services.ReasonPlaceholder), line{text: "Only in the cloud, not on this computer", role: kit.Bad, part: -1}},
		{"stuck, and not known yet why", dropped(7, true), nil, nil, line{text: "Can't be read", role: kit.Bad, part: -1}},
	}
	columns := columnsOf(withHere())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := lineOf(tt.item, columns, kit.NewBringing(tt.progress, tt.sources), now)
			if helps := got.role == kit.Bad || got.role == kit.Warn || tt.name == "still being written"; (got.hint != "") != helps {
				t.Errorf("what would help: %q", got.hint)
			}
			got.hint = ""
			if got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestLineOf_SaysWhenAWaitIsTooLong(t *testing.T) {
	columns := columnsOf(threeServices())
	for waited, want := range map[time.Duration]string{
		9 * time.Minute: "Filebase is fetching",
		2 * time.Hour:   "Filebase is fetching for 2 h, slow: is the computer that has it on?",
		49 * time.Hour:  "Filebase is fetching for 2 days: nobody reachable seems to have it",
	} {
		i := store.Item{CID: cidOf(1), Added: now.Add(-waited), Places: 1, Marks: []store.Mark{{Account: 2, Status: services.Pinning}}}
		if got := lineOf(i, columns, kit.Bringing{}, now); got.text != want {
			t.Errorf("after %v: %q, want %q", waited, got.text, want)
		}
		i.Marks[0].Status = services.Queued
		if got := lineOf(i, columns, kit.Bringing{}, now); waited > 24*time.Hour && (got.text != "Waiting at Filebase for 2 days, stuck: it has not begun" || got.hint == "") {
			t.Errorf("never begun after %v: %q, %q", waited, got.text, got.hint)
		}
		i.Marks[0].Status = services.Pinning
		i.Copies, i.Marks = 1, append(i.Marks, store.Mark{Account: 1, Status: services.Pinned})
		if got := lineOf(i, columns, kit.Bringing{}, now); got.text != "Filebase is fetching" {
			t.Errorf("safe elsewhere, after %v: %q", waited, got.text)
		}
	}
}

func TestRowOf_ThisComputerIsAPlaceButNoCopy(t *testing.T) {
	columns := columnsOf(withHere())
	if last := columns[len(columns)-1]; !last.local || last.letter != "" || remote(columns) != 3 {
		t.Fatalf("columns: %+v", columns)
	}
	i := store.Item{ID: 1, CID: cidOf(1), Name: "a.png", State: store.OnlyHere, Marks: []store.Mark{{Account: 4, Status: services.Pinned}}}
	r := rowOf(i, columns, kit.Bringing{}, now)
	if got := r.marks[len(r.marks)-1]; got != kit.Here {
		t.Errorf("its mark is %q", kit.StatusText(got))
	}
	if r.copies != "0" || !r.few || !r.line.mono {
		t.Errorf("got %+v", r)
	}
	if state, title := verdict(i); state != kit.Here || title != "Only on this computer" {
		t.Errorf("the panel says %q", title)
	}
	if n := len(chipsOf(store.ItemCounts{All: 5, OnlyHere: 1}, store.Filter{}, columns)); n != 6 {
		t.Errorf("%d chips with one only here, want 6", n)
	}
}

func TestDetailsOf_HasNoLinkBeforeThereIsACID(t *testing.T) {
	columns := columnsOf(withHere())
	b := kit.NewBringing([]store.Progress{{Source: 7, Stage: store.Reading, Bytes: 40, TotalBytes: 100}}, nil)
	d := detailsOf(target{item: dropped(7, false), source: store.Source{ID: 7, Path: "/art/Harbour at night.wav"}}, nil, columns, b, now)
	if d.web != "" || d.cid != "" || d.path != "/art/Harbour at night.wav" {
		t.Errorf("got %+v", d)
	}
	if d.title != "Being prepared" || d.facts[0].value != "100 B" {
		t.Errorf("%q, size %q", d.title, d.facts[0].value)
	}
	if p := d.places[0]; p.word != "Being prepared" || p.do != actCancel {
		t.Errorf("Pinata: %+v", p)
	}
	if p := d.places[2]; p.do != noAct || p.button != "" {
		t.Errorf("a place it was not asked for: %+v", p)
	}
}

func TestDetailsOf_ShowsHowFarEachPlaceIs(t *testing.T) {
	columns := columnsOf(withHere())
	b := kit.NewBringing([]store.Progress{
		{Source: 7, CID: cidOf(1), Account: 1, Stage: store.Uploading, Bytes: 10, TotalBytes: 100, Left: -1},
		{Source: 7, CID: cidOf(1), Account: 2, Stage: store.Giving, TotalBytes: 100, Trouble: "nobody-connects"},
	}, nil)
	d := detailsOf(target{item: given()}, nil, columns, b, now)
	if p := d.places[0]; p.word != "Uploading" || p.sub != "10 %" || p.part != 0.1 {
		t.Errorf("Pinata: %+v", p)
	}
	if p := d.places[1]; p.word != "No connection" || p.role != kit.Warn || p.part >= 0 {
		t.Errorf("Filebase: %+v", p)
	}
	if d.web != "" {
		t.Errorf("a web link nobody could open: %q", d.web)
	}
}

func TestRowOf_OfWhatAServiceOutOfReachIsToKeep(t *testing.T) {
	s := threeServices()
	s.Accounts[1].Err = &services.Error{Code: services.CodeUnreachable}
	i := store.Item{ID: 1, CID: cidOf(1), Name: "a.png", Added: now.Add(-time.Hour), Places: 1, State: store.Working, Marks: []store.Mark{{Account: 2, Pending: store.OpAdd}}}
	got := rowOf(i, columnsOf(s), kit.Bringing{}, now)
	if got.line.text != "Waits until Filebase answers" || got.line.role != kit.Ink3 {
		t.Errorf("the row says %+v", got.line)
	}
	if got.marks[1] != kit.Unknown {
		t.Errorf("the mark says %q", kit.StatusText(got.marks[1]))
	}
	d := detailsOf(target{item: i}, nil, columnsOf(s), kit.Bringing{}, now)
	if p := d.places[1]; p.sub != "Waits until Filebase answers" || p.do != actCancel {
		t.Errorf("its place says %+v", p)
	}
	s.Accounts[1].Err.Code = services.CodeTimeout
	if got := rowOf(i, columnsOf(s), kit.Bringing{}, now); got.line.text != "Waits until Filebase answers" {
		t.Errorf("one that takes too long: %+v", got.line)
	}
	i.Marks = append(i.Marks, store.Mark{Account: 3, Status: services.Pinning})
	if got := rowOf(i, columnsOf(s), kit.Bringing{}, now); got.line.text != "My cluster is fetching for 1 h, slow: is the computer that has it on?" && got.line.text != "My cluster is fetching" {
		t.Errorf("another gets on: %+v", got.line)
	}
	s.Accounts[1].Err = &services.Error{Code: services.CodeServer}
	i.Marks, i.Added = i.Marks[:1], now
	if got := rowOf(i, columnsOf(s), kit.Bringing{}, now); got.line.text != "Sending to Filebase" || got.marks[1] != kit.Waiting {
		t.Errorf("one that answers: %+v, mark %q", got.line, kit.StatusText(got.marks[1]))
	}
}
