package services

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

func TestDraft(t *testing.T) {
	test.NewTempApp(t)
	own := services.Template{ID: ownTemplate, KeyOptional: true}
	company := services.Template{ID: "pinata", Endpoint: "https://x.example"}
	taken := []store.AccountState{{Account: services.Account{Name: "Mine"}}}
	tests := []struct {
		name    string
		draft   draft
		key     string
		source  services.KeySource
		missing bool
	}{
		{name: "a pasted key loses Bearer", draft: draft{template: company, name: "A", address: "https://x.example", key: "  Bearer  abc \n"}, key: "abc"},
		{name: "quotes around a key go", draft: draft{template: company, name: "A", address: "https://x.example", key: `"abc"`}, key: "abc"},
		{name: "no key", draft: draft{template: company, name: "A", address: "https://x.example"}, missing: true},
		{name: "no key where none is needed", draft: draft{template: own, name: "A", address: "http://127.0.0.1:5000"}, source: "none"},
		{name: "no address", draft: draft{template: own, name: "A"}, missing: true},
		{name: "no name", draft: draft{template: company, address: "https://x.example", key: "abc"}, missing: true},
		{name: "a name that is taken", draft: draft{template: company, name: "mine", address: "https://x.example", key: "abc"}, missing: true},
		{name: "a variable", draft: draft{template: company, name: "A", address: "https://x.example", source: fromEnv, where: "$TOKEN"}, source: "env:TOKEN"},
		{name: "a file", draft: draft{template: company, name: "A", address: "https://x.example", source: fromFile, where: "/run/key"}, source: "file:/run/key"},
		{name: "no file", draft: draft{template: company, name: "A", address: "https://x.example", source: fromFile}, missing: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, missing := tt.draft.request(taken)
			if (missing != "") != tt.missing {
				t.Fatalf("missing = %q", missing)
			}
			if !tt.missing && (a.Key.Reveal() != tt.key || a.Source != tt.source) {
				t.Errorf("key %q, source %q; want %q, %q", a.Key.Reveal(), a.Source, tt.key, tt.source)
			}
		})
	}
}

func TestKeptWords_SayWhereTheKeyWillBe(t *testing.T) {
	test.NewTempApp(t)
	for keyring, want := range map[string]string{
		"": "Kept in your system's password store, nowhere else.", "locked": "Your system's password store is locked.",
		"no-keyring": "Kept until you quit: this computer has no password store.", kit.KeyringAsking: "Asking your system's password store…",
	} {
		if _, got := (draft{}).keptWords(keyring); got != want {
			t.Errorf("keyring %q: %q, want %q", keyring, got, want)
		}
	}
}

func TestRows_OneNeedsYou(t *testing.T) {
	test.NewTempApp(t)
	now := time.Now()
	ok := store.AccountState{Account: services.Account{ID: 1, Name: "A"}, CheckedAt: now, Latency: 400 * time.Millisecond}
	refused := store.AccountState{Account: services.Account{ID: 2, Name: "B"}, Err: &services.Error{Code: services.CodeAuth}}
	p := rows([]store.AccountState{ok, refused}, "", now)
	if p.needs != "1 needs you" {
		t.Errorf("needs = %q", p.needs)
	}
	if first, _ := p.cards[0].steps(); first.do != doCheck {
		t.Errorf("a fine service offers %v first, want check", first.do)
	}
	if first, _ := p.cards[1].steps(); first.do != doNewKey || first.kind != kit.Primary {
		t.Errorf("a refused key offers %+v first, want a new key", first)
	}
}

func TestFreeName(t *testing.T) {
	taken := []store.AccountState{{Account: services.Account{Name: "pinata"}}, {Account: services.Account{Name: "Pinata 2"}}}
	if got := freeName("Pinata", taken); got != "Pinata 3" {
		t.Errorf("got %q", got)
	}
}

func TestRows_ThisComputerIsLastAndCannotBeRemoved(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	here := store.AccountState{Account: services.Account{ID: 1, Name: "This computer", Endpoint: services.LocalEndpoint}, Counts: map[services.Status]int64{services.Pinned: 5}}
	other := store.AccountState{Account: services.Account{ID: 2, Name: "Z"}, CheckedAt: at}
	p := rows([]store.AccountState{here, other}, "", at)
	if p.cards[0].id != 2 || !p.cards[1].local || p.tail[0] != "1 service" {
		t.Fatalf("cards %+v, tail %q", p.cards, p.tail)
	}
	c := p.cards[1]
	if len(c.facts) != 1 || c.facts[0].value != "5" || c.standing.Needs || c.standing.Line != "Kept here only" {
		t.Errorf("card %+v", c)
	}
	if first, second := c.steps(); first.do != doShow || second.do != doNothing {
		t.Errorf("steps %+v and %+v", first, second)
	}
	for _, item := range c.menu(func(do) {}) {
		if item.Danger || item.Icon == "key" || item.Icon == "pencil" {
			t.Errorf("the menu offers %q", item.Label)
		}
	}
}

func TestRows_AListThatIsNeverWholeIsNotCalledUnchecked(t *testing.T) {
	test.NewTempApp(t)
	a := store.AccountState{Account: services.Account{ID: 1, Name: "A"}, Incomplete: true, Stale: true, Counts: map[services.Status]int64{services.Pinned: 2054}}
	c := rows([]store.AccountState{a}, "", time.Now()).cards[0]
	if c.standing.Line != "List not complete" || c.facts[len(c.facts)-1].value != "In part" {
		t.Errorf("%+v, %+v", c.standing, c.facts)
	}
	a.Missing = 312
	if c := rows([]store.AccountState{a}, "", time.Now()).cards[0]; c.standing.Line != "312 items are missing" {
		t.Errorf("%+v", c.standing)
	}
}

func TestEndsWords_SpeakOnlyOfAnEndThatIsNearOrPast(t *testing.T) {
	test.NewTempApp(t)
	now := time.Date(2027, 2, 20, 12, 0, 0, 0, time.Local)
	for ends, want := range map[time.Time]string{
		time.Date(2027, 3, 3, 12, 0, 0, 0, time.Local): "This key ends on 3 Mar. ",
		time.Date(2027, 5, 3, 12, 0, 0, 0, time.Local): "",
		time.Date(2027, 2, 1, 12, 0, 0, 0, time.Local): "This key ended on 1 Feb. ",
		time.Date(2025, 2, 1, 12, 0, 0, 0, time.Local): "This key ended on 1 Feb 2025. ",
	} {
		got, over := endsWords(services.NewSecret(webToken(ends)), now)
		if !strings.HasPrefix(got, want) || (want == "") != (got == "") || over != (want != "" && ends.Before(now)) {
			t.Errorf("one that ends %v: %q, %v", ends, got, over)
		}
	}
	if got, _ := endsWords(services.NewSecret("a-made-up-key"), now); got != "" {
		t.Errorf("of a key that says nothing: %q", got)
	}
}

// webToken is a made-up key that says when it ends.
func webToken(ends time.Time) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"HS256"}`)) + "." + enc(fmt.Appendf(nil, `{"exp":%d}`, ends.Unix())) + "." + enc([]byte("made up"))
}

func TestCard_OfOneWhoLogsInAsksForThePassword(t *testing.T) {
	test.NewTempApp(t)
	a := store.AccountState{Account: services.Account{ID: 1, Name: "Cluster", Key: "keyring:x", User: "anna"}, Err: &services.Error{Code: services.CodeAuth, Reason: "password"}}
	c := cardOf(a, "", time.Now())
	if first, _ := c.steps(); c.standing.Line != "Password refused" || first.do != doNewKey || first.label != "Enter the password" {
		t.Errorf("it says %q and offers %q", c.standing.Line, first.label)
	}
}
