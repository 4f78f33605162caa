package watch_test

import (
	"testing"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/watch"
)

func rules(t *testing.T, what store.Rule, include, ignore []string, texts bool) *watch.Rules {
	t.Helper()
	r, err := watch.NewRules(what, include, ignore, texts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRules_SayWhyAFileIsLeftOut(t *testing.T) {
	for _, tc := range []struct {
		what            store.Rule
		include, ignore []string
		texts           bool
		rel             string
		size            int64
		want            string
	}{
		{rel: "photo.jpg", size: 1, want: ""},
		{rel: "photo.jpg", size: 0, want: watch.WhyEmpty},
		{what: store.EachSubfolder, rel: "album/empty", size: 0, want: ""},
		{rel: ".profile", size: 1, want: watch.WhyHidden},
		{rel: ".DS_Store", size: 1, want: watch.WhyHidden},
		{rel: "Thumbs.db", size: 1, want: watch.WhyHidden},
		{rel: "THUMBS.DB", size: 1, want: watch.WhyHidden},
		{rel: "Icon\r", size: 1, want: watch.WhyHidden},
		{rel: "~$letter.docx", size: 1, want: watch.WhyTemp},
		{rel: "letter~", size: 1, want: watch.WhyTemp},
		{rel: "film.mp4.part", size: 1, want: watch.WhyTemp},
		{rel: "film.CRDOWNLOAD", size: 1, want: watch.WhyTemp},
		{rel: "4913", size: 1, want: watch.WhyTemp},
		{rel: ".env", size: 1, want: watch.WhySecret},
		{rel: ".env.local", size: 1, want: watch.WhySecret},
		{rel: "keys/server.PEM", size: 1, want: watch.WhySecret},
		{rel: "id_ed25519", size: 1, want: watch.WhySecret},
		{rel: "id_rsa.pub", size: 1, want: watch.WhySecret},
		{rel: "pass.kdbx", size: 1, want: watch.WhySecret},
		{rel: "id_ed25519_sk", size: 1, want: watch.WhySecret},
		{rel: "work_ed25519", size: 1, want: watch.WhySecret},
		{rel: "prod.env", size: 1, want: watch.WhySecret},
		{rel: ".npmrc", size: 1, want: watch.WhySecret},
		{rel: "aws/Credentials", size: 1, want: watch.WhySecret},
		{rel: "credentials.json", size: 1, want: watch.WhySecret},
		{rel: "client_secret_12.apps.JSON", size: 1, want: watch.WhySecret},
		{rel: "credentials.png", size: 1, want: ""},
		{rel: "credentials.j", size: 1, want: ""},
		{rel: "id_card.png", size: 1, want: ""},
		{rel: "environment", size: 1, want: ""},
		{rel: "monkey", size: 1, want: ""},
		{ignore: []string{"*.psd"}, rel: "a/b/layers.PSD", size: 1, want: watch.WhyIgnored},
		{ignore: []string{"drafts/*.png"}, rel: "drafts/1.png", size: 1, want: watch.WhyIgnored},
		{ignore: []string{"/drafts/*.png"}, rel: "old/drafts/1.png", size: 1, want: ""},
		{ignore: []string{"drafts/**"}, rel: "drafts/a/1.png", size: 1, want: watch.WhyIgnored},
		{include: []string{"*.png"}, rel: "a/1.PNG", size: 1, want: ""},
		{include: []string{"*.png"}, rel: "a/1.gif", size: 1, want: watch.WhyExcluded},
		{include: []string{"final"}, rel: "a/final/1.gif", size: 1, want: ""},
		{include: []string{"*.png"}, rel: "list.cid", size: 1, want: ""}, // it is not published itself
		{what: store.EachSubfolder, rel: "loose.png", size: 1, want: watch.WhyLoose},
		{what: store.EachSubfolder, rel: "list.cid", size: 1, want: ""},
		{what: store.WholeFolder, rel: "loose.png", size: 1, want: ""},
		{rel: "caf\xe9\n.txt", size: 1, want: ""},
		{ignore: []string{"*.txt"}, rel: "caf\xe9\n.txt", size: 1, want: watch.WhyIgnored},
	} {
		if tc.what == "" {
			tc.what = store.EachFile
		}
		r := rules(t, tc.what, tc.include, tc.ignore, tc.texts)
		if got := r.File(tc.rel, tc.size); got != tc.want {
			t.Errorf("%s, include %q, ignore %q: %q of %d bytes: got %q, want %q", tc.what, tc.include, tc.ignore, tc.rel, tc.size, got, tc.want)
		}
	}
}

func TestRules_SayWhichFoldersAreNotLookedInto(t *testing.T) {
	r := rules(t, store.EachFile, nil, []string{"drafts/", "a/b"}, false)
	for rel, want := range map[string]string{
		"art": "", ".git": watch.WhyHidden, "x/node_modules": watch.WhyIgnored, "x/drafts": watch.WhyIgnored,
		"a/b": watch.WhyIgnored, "x/a/b": "", "secrets.key": watch.WhySecret,
	} {
		if got := r.Dir(rel); got != want {
			t.Errorf("%q: got %q, want %q", rel, got, want)
		}
	}
}

func TestRules_SayWhatAnItemIs(t *testing.T) {
	for _, tc := range []struct {
		what store.Rule
		rel  string
		item string
		ok   bool
		list watch.List
	}{
		{store.EachFile, "a/b.png", "a/b.png", true, watch.NoList},
		{store.EachFile, "a/b.cid", "a/b.cid", true, watch.IDs},
		{store.EachFile, "a/b.CAR", "a/b.CAR", true, watch.CAR},
		{store.EachFile, "a/b.txt", "a/b.txt", true, watch.IDs},
		{store.EachSubfolder, "a/b/c.png", "a", true, watch.NoList},
		{store.EachSubfolder, "a/b.car", "a", true, watch.NoList},
		{store.EachSubfolder, "b.car", "b.car", true, watch.CAR},
		{store.EachSubfolder, "b.png", "b.png", false, watch.NoList},
		{store.WholeFolder, "a/b.png", "", true, watch.NoList},
		{store.WholeFolder, "b.cid", "b.cid", true, watch.IDs},
	} {
		r := rules(t, tc.what, nil, nil, true)
		item, ok := r.Item(tc.rel)
		if ok != tc.ok || ok && item != tc.item || r.List(tc.rel) != tc.list {
			t.Errorf("%s %q: got %q, %v, %v", tc.what, tc.rel, item, ok, r.List(tc.rel))
		}
	}
	if got := rules(t, store.EachFile, nil, nil, false).List("a.txt"); got != watch.NoList {
		t.Error("a .txt is a list where nobody said so")
	}
}

// What is left out of an item while watching is left out when it is read.
func TestRules_SayTheSameOfAnItem(t *testing.T) {
	r := rules(t, store.EachSubfolder, []string{"*.png", "album/sub/*"}, []string{"draft*", "album/no/*", "*/nor", "other/album"}, false)
	for _, rel := range []string{
		"1.png", "1.gif", "sub/1.gif", "no/1.png", "draft.png", "nor", "album", "a.PEM", "x~", "thumbs.db", "deep/er/1.PNG", "4913",
		"prod.env", "Client_Secret_1.JSON", "client_secret.png", "my_rsa", "Credentials",
	} {
		left, wanted, included := false, false, false
		for _, p := range r.InItem("album") {
			if p[0] == '!' {
				wanted = true
				included = included || match(t, p[1:], rel)
				continue
			}
			left = left || match(t, p, rel)
		}
		got := left || wanted && !included
		if want := r.File("album/"+rel, 1) != ""; got != want {
			t.Errorf("%q: left out of the item %v, while watching %v (%s)", rel, got, want, r.File("album/"+rel, 1))
		}
	}
}

func match(t *testing.T, pattern, rel string) bool {
	t.Helper()
	ok, err := doublestar.Match(pattern, rel)
	if err != nil {
		t.Fatalf("%s: %v", pattern, err)
	}
	return ok
}

func TestNewRules_RefusesWhatIsNoPattern(t *testing.T) {
	_, err := watch.NewRules(store.EachFile, nil, []string{"[a"}, false)
	if e := services.AsError(err); e == nil || e.Reason != "pattern" || e.Details != "[a" {
		t.Errorf("got %v", err)
	}
	if _, err = watch.NewRules("", nil, nil, false); services.AsError(err) == nil {
		t.Error("no rule was taken")
	}
}

func TestStamp_IsOfWhatIsInAnItem(t *testing.T) {
	a := []store.FolderFile{{Rel: "album/1", Size: 1, MTime: 2, Ino: 3}, {Rel: "album/2", Size: 1, MTime: 2, Ino: 4}}
	moved := []store.FolderFile{{Rel: "x/y/2", Size: 1, MTime: 2, Ino: 4, Dev: 9}, {Rel: "x/y/1", Size: 1, MTime: 2, Ino: 3, Dev: 9}}
	if watch.Stamp("album", a) != watch.Stamp("x/y", moved) {
		t.Error("moving changed it")
	}
	for _, other := range [][]store.FolderFile{
		a[:1],
		{a[0], {Rel: "album/3", Size: 1, MTime: 2, Ino: 4}},
		{a[0], {Rel: "album/2", Size: 2, MTime: 2, Ino: 4}},
		{a[0], {Rel: "album/2", Size: 1, MTime: 3, Ino: 4}},
		{a[0], {Rel: "album/2", Size: 1, MTime: 2, Ino: 5}},
	} {
		if watch.Stamp("album", a) == watch.Stamp("album", other) {
			t.Errorf("the same of %v", other)
		}
	}
}

func FuzzNewRules(f *testing.F) {
	f.Add("*.png", "a/b.png")
	f.Add("[a-z]{b,c}**/\\x", "x\xff\n/y")
	f.Add("/a/", "a")
	f.Fuzz(func(t *testing.T, pattern, rel string) {
		r, err := watch.NewRules(store.EachSubfolder, []string{pattern}, []string{pattern}, true)
		if err != nil {
			return
		}
		_ = r.File(rel, 1)
		_ = r.Dir(rel)
		for _, p := range r.InItem("a") {
			if p[0] == '!' {
				p = p[1:]
			}
			if !doublestar.ValidatePattern(p) {
				t.Errorf("%q became %q, which is no pattern", pattern, p)
			}
		}
	})
}
