package services

import (
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

// source says where the key of a draft comes from.
type source int

// The sources, in the order of the choice.
const (
	pasted source = iota
	fromEnv
	fromFile
	noKey
)

// draft is a form as it was filled in.
type draft struct {
	template services.Template
	name     string
	address  string
	user     string // who logs in with key, "" where key is no password
	key      string
	source   source
	where    string // the variable or the path
	session  bool
}

// request is what the draft asks the engine for; missing says what has to be
// filled in first, "" where nothing has.
func (d draft) request(taken []store.AccountState) (a pinsync.NewAccount, missing string) {
	a = pinsync.NewAccount{
		Name: strings.TrimSpace(d.name), Endpoint: strings.TrimSpace(d.address), Template: d.template.ID, User: d.login(), SessionOnly: d.session,
	}
	key := cleanKey(d.key)
	if a.User != "" {
		key = d.key // a password may hold anything
	}
	switch {
	case a.Endpoint == "":
		return a, kit.T("services.need.address")
	case a.User != "" && (d.source == noKey || d.source == pasted && key == ""):
		return a, kit.T("services.need.password")
	case d.source == pasted && key == "" && !d.template.KeyOptional:
		return a, kit.T("services.need.key")
	case (d.source == fromEnv || d.source == fromFile) && strings.TrimSpace(d.where) == "":
		return a, kit.T("services.need.source")
	case a.Name == "":
		return a, kit.T("services.need.name")
	}
	for _, t := range taken {
		if strings.EqualFold(t.Name, a.Name) {
			return a, kit.T("services.name.taken")
		}
	}
	switch d.source {
	case fromEnv:
		a.Source = services.KeySource(services.KeyInEnv + ":" + strings.TrimPrefix(strings.TrimSpace(d.where), "$"))
	case fromFile:
		a.Source = services.KeySource(services.KeyInFile + ":" + strings.TrimSpace(d.where))
	case noKey:
		a.Source = services.KeyNone
	default:
		a.Key = services.NewSecret(key)
		if key == "" {
			a.Source = services.KeyNone
		}
	}
	return a, ""
}

// login is who logs in, "" where the service knows no users.
func (d draft) login() string {
	if !d.template.Login {
		return ""
	}
	return strings.TrimSpace(d.user)
}

// endSoon is how long before a key ends that is said.
const endSoon = 30 * 24 * time.Hour

// endsWords says when a key ends, as it says itself, where that is soon or past;
// else "".
func endsWords(key services.Secret, now time.Time) (words string, over bool) {
	ends, ok := services.KeyEnds(key)
	switch {
	case !ok || ends.Sub(now) > endSoon:
		return "", false
	case !ends.After(now):
		return kit.T("services.key.ended", "day", kit.Date(ends, now)), true
	default:
		return kit.T("services.key.ends", "day", kit.Date(ends, now)), false
	}
}

// keptWords says where the key of a draft will be.
func (d draft) keptWords(keyring string) (icon, words string) {
	switch d.source {
	case fromEnv:
		return "code", kit.T("services.kept.env")
	case fromFile:
		return "doc", kit.T("services.kept.file")
	case noKey:
		return "info", kit.T("services.kept.none")
	}
	switch {
	case d.session:
		return "clock", kit.T("services.kept.once")
	case keyring == "":
		return "lock", kit.T("services.kept.keyring")
	case keyring == kit.KeyringAsking:
		return "lock", kit.T("services.kept.asking")
	case keyring == "locked":
		return "lock", kit.T("services.kept.locked")
	default:
		return "clock", kit.T("services.kept.session")
	}
}

// foundWords says what a test found.
func foundWords(c pinsync.Check) string {
	switch {
	case c.Pins < 0:
		return kit.T("services.test.unsaid")
	case c.Pins == 0:
		return kit.T("services.test.empty")
	default:
		return kit.N("services.test.found", c.Pins)
	}
}
