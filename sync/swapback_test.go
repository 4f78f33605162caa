package sync

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// life is a rename that things happen to, three minutes apart.
type life struct {
	t  *testing.T
	op store.Operation
	at time.Time
}

// renaming is a rename whose new pin was asked for and taken.
func renaming(t *testing.T, edit ...func(*store.Operation)) *life {
	o := store.Operation{
		ID: 1, Key: "key", Kind: store.OpRename, State: store.OpWaiting, RequestID: "old", Made: "made", Posts: 1, SentAt: then,
		Pin: services.Pin{CID: simCIDs()[0], Name: "new"},
	}
	for _, e := range edit {
		e(&o)
	}
	return &life{t, o, then}
}

func (l *life) happens(ev event) action {
	l.t.Helper()
	l.at = l.at.Add(3 * time.Minute)
	ev.at, ev.before = l.at, l.op.SentAt
	var a action
	l.op, a = next(l.op, ev)
	return a
}

// does has it do what is due, wants that to be a, and lets it end so.
func (l *life) does(a action, end event) {
	l.t.Helper()
	if got := l.happens(event{kind: evDue}); got != a {
		l.t.Fatalf("it does %d, want %d: %s %q", got, a, l.op.State, l.op.LastText)
	}
	end.action = a
	l.happens(end)
}

func (l *life) is(s store.State, text, made string) {
	l.t.Helper()
	if l.op.State != s || l.op.LastText != text || l.op.Made != made {
		l.t.Fatalf("it is %s %q with the new pin %q, want %s %q %q", l.op.State, l.op.LastText, l.op.Made, s, text, made)
	}
}

// stillThere is a DELETE that was accepted, and may be carried out later.
func stillThere() event {
	return event{kind: evRefused, err: &services.Error{Code: services.CodeServer, Reason: textStill}}
}

func failing(c services.Code) event { return event{kind: evRefused, err: &services.Error{Code: c}} }

func TestTakingBack_NothingIsLetGoOfForAPinThatMayHaveBeenDeleted(t *testing.T) {
	for name, meets := range map[string]func(*life){
		"still there": func(l *life) {
			for range 4 {
				l.does(doUndo, stillThere())
			}
		},
		"refused":    func(l *life) { l.does(doUndo, stillThere()); l.does(doUndo, failing(services.CodeAuth)) },
		"not asked":  func(l *life) { l.does(doUndo, stillThere()); l.happens(failing(services.CodeAuth)) },
		"moved":      func(l *life) { l.does(doUndo, stillThere()); l.happens(event{kind: evMoved}) },
		"kept apart": func(l *life) { l.does(doUndo, stillThere()); l.op = stuck(l.op, services.CodeAuth, "no key") },
	} {
		t.Run(name, func(t *testing.T) {
			l := renaming(t, notRenamed)
			meets(l)
			l.is(store.OpStuck, textNotRenamed, "made")
			if gone := goneBy(l.op, l.op, stillThere()); gone != "" {
				t.Errorf("%s is taken for gone", gone)
			}
			l.happens(event{kind: evRetry})
			l.does(doUndo, failing(services.CodeNotFound)) // now it is gone
			l.is(store.OpStuck, textNotRenamed, "")
			l.happens(event{kind: evRetry})
			l.does(doRename, event{kind: evAnswered, pin: pinOf("old", "new")})
			l.is(store.OpDone, "", "")
		})
	}
}

func TestTakingBack_StuckAndCancelledGoesOnWithIt(t *testing.T) {
	l := renaming(t, notRenamed)
	for range 4 {
		l.does(doUndo, stillThere())
	}
	l.happens(event{kind: evCancel})
	l.does(doUndo, event{kind: evAnswered})
	if l.op.State != store.OpCancelled {
		t.Errorf("it is %s", l.op.State)
	}
}

func TestReleasing_TheNewPinStaysOnceTheOldOneMayHaveBeenDeleted(t *testing.T) {
	for name, meets := range map[string]func(*life){
		"still there": func(l *life) {
			for range 4 {
				l.does(doRelease, stillThere())
			}
			l.is(store.OpStuck, textStill, "made")
		},
		"refused":   func(l *life) { l.does(doRelease, stillThere()); l.does(doRelease, failing(services.CodeAuth)) },
		"not asked": func(l *life) { l.does(doRelease, stillThere()); l.happens(failing(services.CodeAuth)) },
		"a failure": func(l *life) { l.does(doRelease, stillThere()); l.happens(failing(services.CodeUnreachable)) },
		"moved":     func(l *life) { l.does(doRelease, stillThere()); l.happens(event{kind: evMoved}) },
		"not pinned now": func(l *life) {
			l.does(doRelease, stillThere())
			l.does(doRelease, event{kind: evNotYet, stalled: true})
		},
		"kept apart": func(l *life) { l.does(doRelease, stillThere()); l.op = stuck(l.op, services.CodeAuth, "no key") },
	} {
		t.Run(name, func(t *testing.T) {
			l := renaming(t, isReleasing)
			meets(l)
			tried := *l
			tried.happens(event{kind: evRetry})
			tried.happens(event{kind: evCancel}) // too late
			tried.does(doRelease, event{kind: evAnswered})
			tried.is(store.OpDone, "", "")

			l.op.Posts = 2
			if l.happens(event{kind: evCancel}); l.op.State != store.OpCancelled {
				return // too late
			}
			old, made := keyed(l.op, "old"), keyed(l.op, "made")
			old.Pin.Name = "was"
			if v := judgeLate(l.op, []services.PinStatus{old, made}, services.Profile{}); len(v.drop) > 0 {
				t.Errorf("given up, it drops %s", v.drop[0].RequestID)
			}
			third := keyed(l.op, "third") // a second one came late
			if v := judgeLate(l.op, []services.PinStatus{old, made, third}, services.Profile{}); len(v.drop) != 1 || v.drop[0].RequestID != "third" {
				t.Errorf("of three it drops %+v", v.drop)
			}
			if v := judgeLate(l.op, []services.PinStatus{made, third}, services.Profile{}); len(v.drop) != 1 || v.drop[0].RequestID != "third" {
				t.Errorf("of two, the old one gone, it drops %+v", v.drop)
			}
		})
	}
}

// What failed before is none of the tries to delete a pin.
func TestReleasing_EarlierFailuresTakeNoTriesAway(t *testing.T) {
	l := renaming(t, isReleasing)
	for range 3 {
		l.does(doRelease, failing(services.CodeServer))
	}
	for range 3 {
		l.does(doRelease, stillThere())
		l.is(store.OpWaiting, textReleasing, "made")
	}
	l.does(doRelease, stillThere())
	l.is(store.OpStuck, textStill, "made")
}

// keyed is a pin that carries an operation's key and name.
func keyed(o store.Operation, id string) services.PinStatus {
	return services.PinStatus{RequestID: id, Status: services.Pinned, Created: then, Pin: marked(o.Pin, o.Key)}
}

func TestJudgeLate_AGivenUpRenameKeepsThePinItActedOn(t *testing.T) {
	l := renaming(t, func(o *store.Operation) { o.Made, o.State = "", store.OpStuck })
	l.op.LastText = textNotRenamed
	l.happens(event{kind: evRetry})
	// Renamed in place; what is read back is a moment old.
	l.does(doRename, event{kind: evAnswered, pin: pinOf("old", "was")})
	l.happens(event{kind: evCancel})
	l.is(store.OpCancelled, textNotRenamed, "")
	old, second := keyed(l.op, "old"), keyed(l.op, "second")
	for name, c := range map[string]struct {
		pins []services.PinStatus
		want int
	}{
		"renamed after all":        {[]services.PinStatus{old}, 0},
		"and a new one came":       {[]services.PinStatus{old, second}, 1},
		"the new one is the last":  {[]services.PinStatus{second}, 0},
		"the old one has failed":   {[]services.PinStatus{{RequestID: "old", Status: services.Failed, Pin: old.Pin}, second}, 0},
		"nothing is there of ours": {nil, 0},
	} {
		v := judgeLate(l.op, c.pins, services.Profile{})
		if len(v.drop) != c.want || c.want == 1 && v.drop[0].RequestID != "second" {
			t.Errorf("%s: it drops %+v", name, v.drop)
		}
	}
	third := services.PinStatus{RequestID: "third", Status: services.Pinned, Pin: services.Pin{CID: old.Pin.CID, Name: "third"}}
	if v := judgeLate(l.op, []services.PinStatus{third, second}, services.Profile{}); len(v.drop) > 0 || !v.twice {
		t.Errorf("beside another: it drops %+v, tells it is twice: %v", v.drop, v.twice)
	}
}
