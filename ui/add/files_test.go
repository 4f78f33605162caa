package add

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/ui/kit"
)

func planned(p ingest.Plan) file { return file{path: "/x/" + store.Path(p.Name), plan: p, seen: true} }

func source(reason string) *services.Error {
	return &services.Error{Code: services.CodeSource, Reason: reason, Details: "/x/a"}
}

func TestLineOf(t *testing.T) {
	tests := []struct {
		name string
		file file
		want line
	}{
		{"not looked at", file{path: "/x/a.png"}, line{icon: "file", name: "a.png", sub: "Looking at it…", role: kit.Ink3}},
		{"a file", planned(ingest.Plan{Name: "a.png", Files: 1, Size: 2e6}), line{icon: "image", name: "a.png", size: "2.0 MB", role: kit.Ink3}},
		{"a file without an ending", planned(ingest.Plan{Name: "README", Files: 1, Size: 12}), line{icon: "file", name: "README", size: "12 B", role: kit.Ink3}},
		{"a folder", planned(ingest.Plan{Name: "Art", Dir: true, Files: 37, Size: 5e9}), line{icon: "folder", name: "Art", sub: "37 files", size: "5.0 GB", role: kit.Ink3}},
		{
			"a network drive", planned(ingest.Plan{Name: "a.png", Files: 1, Size: 1000, Network: true}),
			line{icon: "image", name: "a.png", sub: "On a network drive: keep it connected", size: "1 KB", role: kit.Warn},
		},
		{
			"a CAR", planned(ingest.Plan{Name: "a.car", CAR: true, Files: 1, Size: 1000, Roots: []services.CID{services.WireCID(one)}}),
			line{icon: "archive", name: "a.car", sub: "A CAR file that names bafy…bzdi", size: "1 KB", role: kit.Ink3},
		},
		{
			"a CAR with three roots",
			planned(ingest.Plan{Name: "a.car", CAR: true, Size: 1000, Roots: []services.CID{services.WireCID(one), services.WireCID(two), services.WireCID(folds)}}),
			line{icon: "archive", name: "a.car", sub: "A CAR file that names 3 items: bafy…bzdi, bafy…66by, …", size: "1 KB", role: kit.Ink3},
		},
		{"vanished", planned(ingest.Plan{Name: "a.psd", Err: source(services.ReasonVanished)}), line{icon: "warn", name: "a.psd", sub: "Not there any more", role: kit.Bad}},
		{
			"a placeholder", planned(ingest.Plan{Name: "a.psd", Err: source(services.ReasonPlaceholder)}),
			line{icon: "warn", name: "a.psd", sub: "Only in the cloud, not on this computer", role: kit.Bad},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := lineOf(tt.file)
			if got != tt.want {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestSumOf_CountsWhatCanBeTakenAndWhatIsLeftOut(t *testing.T) {
	list := []file{
		planned(ingest.Plan{Name: "Art", Dir: true, Files: 37, Size: 5e9, Left: 2, LeftNames: []string{".git", "link"}}),
		planned(ingest.Plan{Name: "a.png", Files: 1, Size: 1e6}),
		planned(ingest.Plan{Name: "gone", Err: source(services.ReasonVanished)}),
	}
	s := sumOf(list, leftOut{count: 1, names: []string{".DS_Store"}})
	if got, want := s.title(), "2 items, 38 files, 5.0 GB"; got != want {
		t.Errorf("title = %q, want %q", got, want)
	}
	if got, want := s.skipped(), "3 skipped"; got != want {
		t.Errorf("skipped = %q, want %q", got, want)
	}
	if got, want := s.skippedNames(), "Hidden files and links to other places are left out:\n.DS_Store, .git, link"; got != want {
		t.Errorf("names = %q, want %q", got, want)
	}
	if s.bad != 1 || s.looking != 0 {
		t.Errorf("bad = %d, looking = %d, want 1 and 0", s.bad, s.looking)
	}
	if got, want := sumOf(append(list, file{path: "/x/b"}), leftOut{}).title(), "Looking at them: 3 of 4"; got != want {
		t.Errorf("title = %q, want %q", got, want)
	}
}

func TestSum_WarnsOfWhatLooksLikeAKey(t *testing.T) {
	one := []file{planned(ingest.Plan{Name: "a.png", Files: 1}), planned(ingest.Plan{Name: "id_rsa", Files: 1, Secrets: []string{"id_rsa"}})}
	if got, want := sumOf(one, leftOut{}).warning(), "id_rsa looks like a key or password. It will be public."; got != want {
		t.Errorf("warning = %q, want %q", got, want)
	}
	more := append(one, planned(ingest.Plan{Name: "web", Dir: true, Files: 9, Secrets: []string{"a.pem", "b.pem", "c.pem"}}))
	if got, want := sumOf(more, leftOut{}).warning(), "id_rsa, a.pem, b.pem and 1 more look like keys or passwords. They will be public."; got != want {
		t.Errorf("warning = %q, want %q", got, want)
	}
	if got := sumOf(one[:1], leftOut{}).warning(); got != "" {
		t.Errorf("a picture is warned of: %q", got)
	}
}

func TestExpand_SeparatelyIsEachThingInTheFolder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.png", "a.png", ".hidden", "sub/deep.png"} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a.png", filepath.Join(dir, "link")); err != nil {
		t.Skip("not run: no symbolic links here")
	}
	given := []store.Path{store.Path(dir), store.Path(filepath.Join(dir, "a.png")), "/does/not/exist"}
	base := func(split, hidden bool) (names []string, left leftOut) {
		paths, left, err := expand(context.Background(), given, split, hidden)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			names = append(names, filepath.Base(string(p)))
		}
		return names, left
	}
	whole, left := base(false, false)
	if d := cmp.Diff(whole, []string{filepath.Base(dir), "a.png", "exist"}); d != "" || left.count != 0 {
		t.Errorf("as it is, got (-) want (+):\n%s, %d left out", d, left.count)
	}
	parts, left := base(true, false)
	if d := cmp.Diff(parts, []string{"a.png", "b.png", "sub", "a.png", "exist"}); d != "" {
		t.Errorf("separately, got (-) want (+):\n%s", d)
	}
	if d := cmp.Diff(left.names, []string{".hidden", "link"}); d != "" || left.count != 2 {
		t.Errorf("left out, got (-) want (+):\n%s", d)
	}
	if parts, left = base(true, true); len(parts) != 6 || left.count != 1 {
		t.Errorf("with hidden ones: %q, %d left out", parts, left.count)
	}
}

func TestPathOf(t *testing.T) {
	tests := []struct {
		text string
		want store.Path
	}{
		{"file:///home/x/a%20b.png", "/home/x/a b.png"},
		{"file:///x/%ff", "/x/\xff"},
		{"/home/x/a.png", "/home/x/a.png"},
		{"/ipfs/" + one, ""},
		{"ipfs://" + one, ""},
		{one, ""},
		{"a.png", ""},
		{"https://example.net/a.png", ""},
	}
	for _, tt := range tests {
		got, ok := PathOf(tt.text)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("PathOf(%q) = %q, %v, want %q", tt.text, got, ok, tt.want)
		}
	}
}

func TestWish_SaysWhatIsMissing(t *testing.T) {
	tests := []struct {
		wish   wish
		places int
		want   string
	}{
		{wish{}, 1, "Drop something, or give an ID or a link."},
		{wish{badFiles: 2}, 1, "None of these can be added."},
		{wish{files: 1}, 0, "Choose a place first."},
		{wish{files: 1, looking: true}, 1, "Looking at what you gave…"},
		{wish{files: 1, badFiles: 1}, 1, ""},
		{wish{ids: 1}, 1, ""},
	}
	for _, tt := range tests {
		if got := tt.wish.missing(tt.places); got != tt.want {
			t.Errorf("%+v with %d places: %q, want %q", tt.wish, tt.places, got, tt.want)
		}
	}
	if got, want := (wish{badFiles: 2, badIDs: 1}).leftOut(), "2 that can't be read are left out · 1 that is not clear is left out"; got != want {
		t.Errorf("left out = %q, want %q", got, want)
	}
}

func TestOutcome_NeverSaysMoreThanIsSo(t *testing.T) {
	a := pinsync.Accepted{
		Operations: []store.Operation{
			{ID: 1, Account: 1, Source: 7}, {ID: 2, Account: 2, Source: 7}, {ID: 3, Account: 1, Source: 8},
			{ID: 4, Account: 1, Pin: services.Pin{CID: services.WireCID(one)}},
		},
		Refused: []pinsync.Refusal{{Path: "/x/gone", Err: source(services.ReasonVanished)}, {Err: &services.Error{Code: services.CodeUsage, Reason: "already-kept"}}},
	}
	words, undo := outcome(a)
	want := "2 items are being prepared · 1 item sent to 1 service · 1 was kept already · 1 was not taken: a: Not there any more."
	if words != want {
		t.Errorf("got  %q\nwant %q", words, want)
	}
	if len(undo) != 4 {
		t.Errorf("%d can be taken back, want 4", len(undo))
	}
}

// slow is an engine that finds nothing out.
type slow struct{ Engine }

func (slow) Inspect(ctx context.Context, _ pinsync.ImportRequest) ([]ingest.Plan, error) {
	return nil, ctx.Err()
}

func TestLook_EndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := look(ctx, slow{}, []store.Path{"/a", "/b"}, pinsync.ImportRequest{}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want %v", err, context.Canceled)
	}
}
