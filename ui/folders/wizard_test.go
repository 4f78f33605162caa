package folders_test

import (
	"context"
	"slices"
	"testing"

	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/ui/kit"
)

func (s *screen) drop(path store.Path) {
	s.Drop(path)
	kit.Wait(context.Background())
}

const art store.Path = "/home/mara/Pictures/Art"

func TestWizard_AsksForWhatWasChosenWithConsent(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.drop(art)
	s.press(t, "Next")
	s.choose(t, "Every file")
	s.tick(t, "Pictures")
	s.choose(t, "Only new from now")
	s.press(t, "Next")
	s.choose(t, "Keep the old version too")
	s.tick(t, "Filebase")
	if want := "The 214 files in Art now (1.2 GB), and new pictures, will be kept on Pinata. Deleting a file here will not remove it online."; !s.says(want) {
		t.Errorf("the sentence at the end is not %q", want)
	}
	if got := s.engine.asked; len(got) != 0 {
		t.Fatalf("asked for %q before anybody agreed", got)
	}
	s.press(t, "Start watching")
	want := pinsync.FolderRequest{
		Path: art, Rule: store.EachFile, OnChange: store.ReplaceOld, Profile: store.ProfileV1,
		Include:  []string{"*.{jpg,jpeg,png,gif,webp,avif,heic,heif,tif,tiff,svg,bmp,psd,kra,xcf}"},
		Accounts: []services.AccountID{1}, Existing: true, Consent: true,
	}
	if d := cmp.Diff(s.engine.wanted, want); d != "" {
		t.Errorf("got (-) want (+):\n%s", d)
	}
	if s.window.Canvas().Overlays().Top() != nil {
		t.Error("the sheet stayed open")
	}
}

func TestWizard_OnlyNewFilesUnlessAskedFor(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.drop(art)
	s.press(t, "Next")
	s.press(t, "Next")
	if want := "New files in Art will be kept on Pinata and Filebase. Deleting a file here will not remove it online."; !s.says(want) {
		t.Errorf("the sentence at the end is not %q", want)
	}
	s.press(t, "Start watching")
	if s.engine.wanted.Existing || !s.engine.wanted.Consent {
		t.Errorf("got %+v, want what is new, with consent", s.engine.wanted)
	}
}

func TestWizard_ARefusedFolderIsSaidAndGoesNoFurther(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.engine.refuses = &services.Error{Code: services.CodeUsage, Op: "watch", Reason: "home"}
	s.drop("/home/mara")
	if want := "Your whole home folder is too much: private things are in it."; !s.says(want) {
		t.Errorf("it does not say %q", want)
	}
	if next := s.button("Next"); !next.Disabled() {
		t.Error("Next can be pressed")
	}
	s.engine.refuses = nil
	s.drop(art)
	if next := s.button("Next"); next.Disabled() {
		t.Error("Next can't be pressed after another folder was dropped")
	}
}

func TestWizard_AsksForADryRunOncePerQuestion(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.drop(art)
	s.press(t, "Next")
	s.choose(t, "Only new from now")
	s.press(t, "Next")
	s.choose(t, "Keep the old version too")
	s.tick(t, "Filebase")
	if n := len(s.engine.planned); n != 1 {
		t.Errorf("%d dry runs, want 1", n)
	}
	s.press(t, "Back")
	test.Tap(find(s.top(), func(o *kit.Option) bool { return o.Label() == "Each sub-folder" }))
	kit.Wait(context.Background())
	if n := len(s.engine.planned); n != 2 || s.engine.planned[1].Rule != store.EachSubfolder {
		t.Errorf("%d dry runs after another rule, the last %+v", n, s.engine.planned[n-1])
	}
}

func TestWizard_NeedsAPlaceAndAKind(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.drop(art)
	s.press(t, "Next")
	s.choose(t, "Every file")
	if !s.says("Choose a kind of files first.") || !s.button("Next").Disabled() {
		t.Error("no kind is enough")
	}
	s.tick(t, "Videos")
	s.press(t, "Next")
	s.tick(t, "Pinata")
	s.tick(t, "Filebase")
	if !s.says("Choose a place first.") || !s.button("Start watching").Disabled() {
		t.Error("no place is enough")
	}
}

func TestWizard_ShowsWhatIsLeftOutAndWhy(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.drop(art)
	s.press(t, "Next")
	if !s.says("favourites.cid, 12 IDs, 1 line unclear") || !s.says("winter/Fjord.png") {
		t.Error("what is kept does not show by its name")
	}
	tabs := find(s.top(), func(x *kit.Tabs) bool { return x.Label() == "Fits the rules  214" })
	if tabs == nil {
		t.Fatal("no tab says how many fit")
	}
	tabs.SetAt(1)
	tabs.OnChanged(1)
	if !s.says("wallet.kdbx, looks secret") || !s.says("notes.odt, another kind") {
		t.Error("what is left out does not show with why")
	}
}

func TestWizard_ABadPatternIsMarked(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.drop(art)
	s.press(t, "Next")
	s.engine.refuses = &services.Error{Code: services.CodeUsage, Reason: "pattern", Details: "[a"}
	find(s.top(), func(f *kit.Field) bool { return f.Label() == "Names, such as drafts, *.psd" }).SetText("[a")
	kit.Wait(context.Background())
	if !s.says("“[a” is no pattern for names.") || !s.button("Next").Disabled() {
		t.Error("a bad pattern goes on")
	}
}

func TestEdit_KeepsWhatWasChosenEvenAPausedService(t *testing.T) {
	f := gallery()[0]
	f.Accounts = []services.AccountID{1, 5}
	f.Ignore = []string{"drafts", "*.psd"}
	s := open(t, kit.LookDark, 1064, 800, f)
	s.accounts = append(s.accounts, store.AccountState{Account: services.Account{ID: 5, Name: "Resting", Endpoint: "https://r.example", Paused: true}})
	s.menu(t, "Edit rules…")
	if got := s.engine.planned[0].Of; got != f.ID {
		t.Errorf("the dry run is of folder %d, want %d", got, f.ID)
	}
	s.press(t, "Next")
	s.press(t, "Save these rules")
	got := s.engine.wanted
	if !slices.Equal(got.Accounts, f.Accounts) || !slices.Equal(got.Include, f.Include) || !slices.Equal(got.Ignore, f.Ignore) || !got.Consent || got.Existing {
		t.Errorf("got %+v, want the rules of %+v", got, f)
	}
}
