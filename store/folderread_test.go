package store_test

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

func TestFolders_CountSafeByTheServicesTheFolderIsKeptOn(t *testing.T) {
	h := newHome(t)
	here, err := h.user.AddAccount(t.Context(), services.Account{Name: "here", Endpoint: services.LocalEndpoint, Key: "none"})
	h.must(err)
	a, b, outside := h.account("a"), h.account("b"), h.account("outside")
	f, err := h.user.AddFolder(t.Context(), user.Folder{Folder: store.Folder{
		Path: "/art", Rule: store.EachFile, OnChange: store.KeepOld, Profile: store.ProfileV1, State: store.FolderWatching,
	}}, nil)
	h.must(err)
	file := func(n int, accounts ...services.AccountID) user.NewItem {
		name := string(rune('a' + n))
		i := user.NewItem{FolderItem: user.FolderItem{Rel: store.Path(name), Name: name, CID: cidOf(n)}}
		for _, to := range accounts {
			i.Adds = append(i.Adds, store.Operation{Account: to, Kind: store.OpAdd, Pin: services.Pin{CID: cidOf(n), Name: name}})
		}
		return i
	}
	_, err = h.user.Publish(t.Context(), user.Publication{Folder: f.ID, At: at, Versions: []user.Version{{Items: []user.NewItem{
		file(1, a, b), file(2, a, b), file(3, a), file(4, here, a), file(5, here),
	}}}})
	h.must(err)
	// Somebody outside fetches, and cannot keep, what the folder has.
	h.list(outside, at, true, pin(1, services.Pinning, ""), pin(3, services.Queued, ""), pin(4, services.Failed, ""))

	var pins []user.FolderPin
	set := func(now func(p *user.FolderPin)) {
		t.Helper()
		pins, err = h.user.FolderPins(t.Context(), f.ID)
		h.must(err)
		var moves []user.PinMove
		for _, p := range pins {
			m := user.PinMove{Was: p, Now: p}
			now(&m.Now)
			moves = append(moves, m)
		}
		_, err = h.user.MovePins(t.Context(), moves, at)
		h.must(err)
	}
	check := func(when string, want int64) {
		t.Helper()
		got, err := h.reader.Folders(t.Context())
		h.must(err)
		if got[0].Items != 5 || got[0].Safe != want {
			t.Errorf("%s: %d of %d are safe, want %d of 5", when, got[0].Safe, got[0].Items, want)
		}
	}
	check("asked for", 0)
	set(func(p *user.FolderPin) {
		if p.Account == a || p.Account == here {
			p.Safe = at.Add(time.Minute)
		}
	})
	check("safe at one", 2) // not what b is to keep too, nor what is only here
	set(func(p *user.FolderPin) {
		if p.Account == b {
			p.Safe = at.Add(time.Minute)
		}
	})
	check("safe at both", 4)
	set(func(p *user.FolderPin) {
		if p.Account == b {
			p.Safe, p.Lost = time.Time{}, true
		}
	})
	check("lost at one", 2)
	h.must(h.user.RemoveAccount(t.Context(), b))
	check("one is not connected any more", 4)
}
