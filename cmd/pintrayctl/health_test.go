package main

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

func TestNeedText_CountsOneAndNamesWhatItKnows(t *testing.T) {
	all := &accounts{byID: map[services.AccountID]string{1: "Demo"}}
	gone := store.Source{Path: "/art/a.png", Reason: services.ReasonVanished}
	for _, c := range []struct {
		need  store.Need
		stuck store.Source
		want  string
	}{
		{store.Need{Code: "lost", Account: 1, Count: 1}, gone, "1 item is gone from Demo, and nobody here removed it"},
		{store.Need{Code: "lost", Account: 1, Count: 2, Details: "b"}, gone, "2 items are gone from Demo, and nobody here removed them: b"},
		{store.Need{Code: "mass-change", Account: 1, Count: 1}, gone, `1 item disappeared from Demo at once; if they are really gone: pintrayctl sync --account "Demo" --accept-gone`},
		{store.Need{Code: "stuck", Account: 1, Count: 1}, gone, "1 operation at Demo waits for you"},
		{store.Need{Code: "stuck", Account: 1, Count: 3}, gone, "3 operations at Demo wait for you"},
		{store.Need{Code: "source", Count: 1, Details: services.ReasonVanished}, gone, "not there: /art/a.png"},
		{store.Need{Code: "source", Count: 3, Details: services.ReasonVanished}, gone, "not there: /art/a.png (and 2 more)"},
		{store.Need{Code: "source", Count: 1, Details: services.ReasonVanished}, store.Source{}, "not there"},
		{store.Need{Code: "folder", Path: "/art", Count: 1, Details: "burst"}, gone, "the folder /art waits for you: 1 new file came at once"},
		{store.Need{Code: "folder", Path: "/art", Count: 12, Details: "emptied"}, gone, "the folder /art waits for you: 12 files went at once"},
		{store.Need{Code: "folder", Path: "/art", Details: "replaced"}, gone, "the folder /art waits for you: another folder stands in its place"},
		{store.Need{Code: "unreachable", Account: 1, Since: time.Now().Add(-8 * 24 * time.Hour)}, gone, `Demo can't be reached; it has not answered for a week and may have closed: pintrayctl copy --from "Demo" --to ANOTHER`},
		{store.Need{Code: "unreachable", Account: 1, Since: time.Now().Add(-2 * 24 * time.Hour)}, gone, "Demo can't be reached"},
	} {
		if got := needText(all, c.need, c.stuck); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
