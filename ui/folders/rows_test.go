package folders

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.Local)

func snapshot() kit.Snapshot {
	named := func(id services.AccountID, name string) store.AccountState {
		return store.AccountState{Account: services.Account{ID: id, Name: name}}
	}
	return kit.Snapshot{At: noon, Accounts: []store.AccountState{named(1, "Pinata"), named(2, "Filebase"), named(3, "My cluster")}}
}

func TestStateOf(t *testing.T) {
	test.NewTempApp(t)
	for _, tt := range []struct {
		folder store.Folder
		want   string
	}{
		{store.Folder{State: store.FolderWatching}, "Watching"},
		{store.Folder{State: store.FolderScanning}, "Looking at every file"},
		{store.Folder{State: store.FolderPaused}, "Paused"},
		{store.Folder{State: store.FolderPaused, PausedUntil: noon.Add(2 * time.Hour)}, "Paused until 14:00"},
		{store.Folder{State: store.FolderPaused, PausedUntil: noon.Add(20 * time.Hour)}, "Paused until tomorrow, 08:00"},
		{store.Folder{State: store.FolderWaits, Reason: "missing"}, "Paused by itself"},
	} {
		if got := stateOf(tt.folder, noon).line; got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.folder, got, tt.want)
		}
	}
}

func TestWaiting_SaysWhatIsStillSafe(t *testing.T) {
	test.NewTempApp(t)
	f := store.Folder{State: store.FolderWaits, Items: 162, Waiting: 40, WaitingBytes: 3.1e9}
	const safe = "Nothing was removed online: its 162 items stay kept on Pinata."
	for _, tt := range []struct{ reason, trouble, safe string }{
		{"missing", "Folder not found: is the drive connected?", safe + " Pintray goes on by itself when the folder is back."},
		{"emptied", "40 files are gone from this folder at once", safe + " Was it you, or is something wrong with the drive?"},
		{"replaced", "Another folder stands in its place", safe + " Nothing in the new one is sent until you say so."},
		{"burst", "40 files are new at once (3.1 GB)", "None of them was sent yet: what is online can't be taken back for sure. Everything else stays as it is."},
		{"unreadable", "This folder can't be read any more", safe + " Check who may open it; Pintray goes on when it can."},
		{"no-account", "No service is left to keep it on", "What was kept elsewhere stays there. Choose another service in its rules."},
		{"of another version", "This folder needs you", safe},
	} {
		f.Reason = tt.reason
		if trouble, safe := waiting(f, "Pinata"); trouble != tt.trouble || safe != tt.safe {
			t.Errorf("%s: %q, %q", tt.reason, trouble, safe)
		}
	}
}

func TestDescribe(t *testing.T) {
	test.NewTempApp(t)
	pictures, videos := kinds()[0].pattern, kinds()[1].pattern
	const deleted = " Deleting a file here does not remove it online."
	for _, tt := range []struct {
		folder store.Folder
		want   string
	}{
		{store.Folder{Rule: store.EachFile, Include: []string{pictures}, Accounts: []services.AccountID{1, 2}}, "New pictures in Art are kept on Pinata and Filebase. When something changes, the old version stays too."},
		{store.Folder{Rule: store.EachFile, Include: []string{pictures, videos}, Accounts: []services.AccountID{1, 2, 3}}, "New pictures and videos in Art are kept on Pinata, Filebase and My cluster. When something changes, the old version stays too."},
		{store.Folder{Rule: store.EachFile, Include: []string{pictures, "*.blend"}, Accounts: []services.AccountID{1}}, "New files of some kinds in Art are kept on Pinata. When something changes, the old version stays too."},
		{store.Folder{Rule: store.EachSubfolder, OnChange: store.ReplaceOld, Accounts: []services.AccountID{1}}, "Each folder in Art is one item, kept on Pinata. When something changes, the new version takes the place of the old one."},
		{store.Folder{Rule: store.WholeFolder, Accounts: []services.AccountID{9}}, "Art as a whole is one item, kept on a service that was removed. When something changes, the old version stays too."},
	} {
		tt.folder.Path = "/home/mara/Pictures/Art"
		if got := cardOf(tt.folder, snapshot(), "/home/mara").say; got != tt.want+deleted {
			t.Errorf("got  %q\nwant %q", got, tt.want+deleted)
		}
	}
}

func TestRows_AddUpWhatNeedsYou(t *testing.T) {
	test.NewTempApp(t)
	p := rows([]store.Folder{
		{ID: 1, Path: "/home/mara/Pictures/Art", State: store.FolderWatching, Items: 214, Safe: 211},
		{ID: 2, Path: "/nas/Sound", State: store.FolderWaits, Reason: "missing", Items: 162, Safe: 160},
	}, snapshot(), "/home/mara")
	if d := cmp.Diff(p.tail, []string{"2 folders", "376 items", "5 on their way"}); d != "" || p.needs != "1 needs you" {
		t.Errorf("needs %q, tail got (-) want (+):\n%s", p.needs, d)
	}
	if a := p.cards[0]; a.path != "Pictures / Art" || a.going != "3 items are on their way" || a.far != "211 of 214 are Safe" {
		t.Errorf("got %+v", a)
	}
	if b := p.cards[1]; b.path != "/nas/Sound" || b.going != "" || !b.waits() {
		t.Errorf("got %+v", b)
	}
}

func TestPlaceOf_NamesOfAnyBytes(t *testing.T) {
	test.NewTempApp(t)
	for path, want := range map[store.Path]string{
		"/home/mara/a\xffb":   "a�b",
		"/home/mara":          "/home/mara",
		"/home/maraschino/x":  "/home/maraschino/x",
		"/home/mara/one\ntwo": "one two",
	} {
		if got := placeOf(path, "/home/mara"); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, tt := range []struct {
		text    string
		endings bool
		want    []string
	}{
		{"", true, nil},
		{"svg, .blend; *.{a,b}, svg", true, []string{"*.svg", "*.blend", "*.{a,b}"}},
		{"drafts, *.psd\nraw/", false, []string{"drafts", "*.psd", "raw/"}},
		{"a}b, c", false, []string{"a}b", "c"}},
	} {
		if got := patterns(tt.text, tt.endings); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestDraft_OfAFolderAsksForTheSameRules(t *testing.T) {
	test.NewTempApp(t)
	f := store.Folder{
		Path: "/home/mara/Art", Rule: store.EachSubfolder, OnChange: store.ReplaceOld, Profile: store.Profile2025,
		Include: []string{kinds()[1].pattern, "*.{svg,blend}", "raw/**"}, Ignore: []string{"drafts", "*.psd"}, TextLists: true, Accounts: []services.AccountID{2},
	}
	want := pinsync.FolderRequest{
		Path: f.Path, Rule: f.Rule, OnChange: f.OnChange, Profile: f.Profile, Include: f.Include, Ignore: f.Ignore, TextLists: true, Accounts: f.Accounts,
	}
	if d := cmp.Diff(draftOf(f).request(""), want); d != "" {
		t.Errorf("got (-) want (+):\n%s", d)
	}
}

func TestPathOf(t *testing.T) {
	for text, want := range map[string]store.Path{
		" /home/mara/Art/ ": "/home/mara/Art", "~/Art": "/home/mara/Art", "~": "/home/mara", "file:///home/mara/My%20art": "/home/mara/My art",
		"Art": "", "~other/Art": "", "": "",
	} {
		if got, ok := pathOf(text, "/home/mara"); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestWill_SaysNoMoreThanIsSo(t *testing.T) {
	test.NewTempApp(t)
	p := pinsync.FolderPlan{Files: 214, Items: 12, Size: 1.2e9}
	lists := pinsync.FolderPlan{Items: 2, Named: 2}
	const deleted = " Deleting a file here will not remove it online."
	for _, tt := range []struct {
		draft draft
		plan  pinsync.FolderPlan
		want  string
	}{
		{draft{rule: store.EachFile}, p, "New files in Art will be kept on Pinata."},
		{draft{rule: store.EachFile, existing: true}, p, "The 214 files in Art now (1.2 GB), and new files, will be kept on Pinata."},
		{draft{rule: store.EachFile, existing: true}, pinsync.FolderPlan{}, "New files in Art will be kept on Pinata."},
		{draft{rule: store.EachSubfolder}, p, "Each new folder in Art will be kept as one item on Pinata."},
		{draft{rule: store.EachSubfolder, existing: true}, p, "The 12 folders in Art now (1.2 GB), and each new one, will be kept as one item each on Pinata."},
		{draft{rule: store.WholeFolder}, p, "Art will be kept as one item on Pinata from its next change on."},
		{draft{rule: store.WholeFolder, existing: true}, p, "Art (1.2 GB) will be kept as one item on Pinata, now and after each change."},
		{draft{rule: store.EachFile}, lists, "New files in Art will be kept on Pinata."},
		{draft{rule: store.EachFile, existing: true}, lists, "New files in Art will be kept on Pinata. So will the 2 IDs that lists and .car files in it name now."},
		{draft{rule: store.EachSubfolder, existing: true}, lists, "Each new folder in Art will be kept as one item on Pinata. So will the 2 IDs that lists and .car files in it name now."},
	} {
		tt.draft.path = "/home/mara/Art"
		if got := tt.draft.will(tt.plan, "Pinata", "/home/mara"); got != tt.want+deleted {
			t.Errorf("got  %q\nwant %q", got, tt.want+deleted)
		}
	}
}

func TestPlan_SaysWhatListsName(t *testing.T) {
	test.NewTempApp(t)
	lists := pinsync.FolderPlan{Items: 2, Named: 2}
	both := pinsync.FolderPlan{Files: 6, Items: 3, Named: 1, Size: 2000} // six files in two folders
	for got, want := range map[string]string{
		inside(lists): "2 IDs in lists and .car files",
		inside(both):  "6 files, 2 KB, and 1 ID in lists and .car files",
		existingWords(true, store.EachFile, lists):                 "The 2 IDs that lists and .car files in it name are kept online too.",
		existingWords(false, store.EachFile, lists):                "The 2 IDs that lists and .car files in it name now are not kept, unless such a file changes.",
		existingWords(true, store.EachSubfolder, both):             "The 2 folders in it (2 KB) are kept online too. The 1 ID that lists and .car files in it name is kept online too.",
		existingWords(true, store.EachFile, pinsync.FolderPlan{}):  "Nothing to keep is in it yet. What you put into it will be.",
		existingWords(false, store.EachFile, pinsync.FolderPlan{}): "Nothing to keep is in it yet. What you put into it will be.",
	} {
		if got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	if n := howMany(both, store.WholeFolder); n != 7 {
		t.Errorf("%d in a whole folder", n)
	}
}

func TestPollNote_SaysHowMoreCanBeWatched(t *testing.T) {
	test.NewTempApp(t)
	got := pollNote(store.Folder{Polled: true, PollReason: "no-watches"})
	if !strings.Contains(got, "every 5 minutes") || strings.Contains(got, "sysctl fs.inotify.max_user_watches=") != (runtime.GOOS == "linux") {
		t.Errorf("got %q", got)
	}
}

func TestUntil(t *testing.T) {
	for d, want := range map[do]time.Time{
		doPauseHalf: noon.Add(30 * time.Minute), doPauseTwo: noon.Add(2 * time.Hour), doPause: {},
		doPauseTomorrow: time.Date(2026, 11, 23, 8, 0, 0, 0, time.Local),
	} {
		if got := until(d, noon); !got.Equal(want) {
			t.Errorf("%d: %v, want %v", d, got, want)
		}
	}
}

func TestJudge_SaysEveryWarning(t *testing.T) {
	test.NewTempApp(t)
	v := judge("/a", look{done: true, plan: pinsync.FolderPlan{Files: 3, Size: 2000, More: true, Warnings: []string{"cloud-drive", "network", "large", "personal"}}})
	if v.title != "More than 3 files, 2 KB" || len(v.warnings) != 4 {
		t.Errorf("got %+v", v)
	}
	if v := judge("Art", look{}); v.title != "Give the whole path of a folder on this computer." {
		t.Errorf("got %+v", v)
	}
}

func TestKept_SaysHowManyMoreThereAre(t *testing.T) {
	test.NewTempApp(t)
	lines := kept(pinsync.FolderPlan{Files: 10, Items: 10, Sample: []string{"a.png", "b\nc.png"}})
	want := []line{{icon: "image", name: "a.png"}, {icon: "image", name: "b c.png"}, {icon: "more", name: "and 8 more"}}
	if !slices.Equal(lines, want) {
		t.Errorf("got %+v, want %+v", lines, want)
	}
	if left := leftOut(pinsync.FolderPlan{LeftCount: 1, Left: []pinsync.LeftOut{{Name: "raw/", Why: "ignored"}}}); left[0] != (line{"folder", "raw/", "left out by a rule"}) {
		t.Errorf("got %+v", left)
	}
}
