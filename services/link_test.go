package services_test

import (
	"testing"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

func TestParseLink_FindsTheCIDInEveryWayToWriteIt(t *testing.T) {
	for text, name := range map[string]string{
		v1:                                   "",
		"  " + v1 + "\n":                     "",
		"ipfs://" + v1:                       "",
		"ipfs://" + v1 + "/":                 "",
		"IPFS://" + v1:                       "",
		"ipfs:" + v1:                         "",
		"ipfs://ipfs/" + v1:                  "",
		"ipfs:///ipfs/" + v1:                 "",
		"dweb:/ipfs/" + v1:                   "",
		"dweb:ipfs/" + v1:                    "",
		"/ipfs/" + v1:                        "",
		"ipfs/" + v1:                         "",
		"https://ipfs.io/ipfs/" + v1:         "",
		"https://ipfs.io/ipfs/" + v1 + "/":   "",
		"http://127.0.0.1:8080/ipfs/" + v1:   "",
		"https://" + v1 + ".ipfs.dweb.link/": "",
		"https://" + v1 + ".ipfs.localhost:8080/?filename=a%20b.png": "a b.png",
		"https://ipfs.io/ipfs/" + v1 + "?filename=%E5%86%99.jpg":     "写.jpg",
		"https://ipfs.io/ipfs/" + v1 + "?download=true#top":          "",
	} {
		l, err := services.ParseLink(text)
		if err != nil || l.CID.Key != v1 || l.Name != name {
			t.Errorf("ParseLink(%q): got %+v, %v, want name %q", text, l, err, name)
		}
	}
	if l, err := services.ParseLink("ipfs://" + v0); err != nil || l.CID.Text != v0 {
		t.Errorf("ParseLink of a version 0 link: got %+v, %v: its letters must keep their case", l, err)
	}
}

func TestParseLink_SaysWhatElseItIs(t *testing.T) {
	for text, want := range map[string]services.InputError{
		"":                                    {Kind: services.InputEmpty},
		" \t\n":                               {Kind: services.InputEmpty},
		"hello":                               {Kind: services.InputNotCID, At: 1},
		v1[:30]:                               {Kind: services.InputNotCID, At: 31},
		"https://example.org/photo.jpg":       {Kind: services.InputNotCID, At: 21},
		"https://example.org":                 {Kind: services.InputNotCID, At: 20},
		"ipfs://bafy1":                        {Kind: services.InputNotCID, At: 12},
		"ipns://docs.ipfs.tech":               {Kind: services.InputIPNS},
		"/ipns/docs.ipfs.tech":                {Kind: services.InputIPNS},
		"https://ipfs.io/ipns/docs":           {Kind: services.InputIPNS},
		"https://docs.ipns.dweb.link/":        {Kind: services.InputIPNS},
		"ipfs://" + v1 + "/a/b.png":           {Kind: services.InputInside, Path: "a/b.png"},
		"https://x.org/ipfs/" + v1 + "/a%20b": {Kind: services.InputInside, Path: "a b"},
		v1 + "/readme.txt":                    {Kind: services.InputInside, Path: "readme.txt"},
	} {
		_, err := services.ParseLink(text)
		got, ok := err.(*services.InputError)
		if !ok || got.Kind != want.Kind || got.At != want.At || got.Path != want.Path {
			t.Errorf("ParseLink(%q): got %+v, want %+v", text, err, want)
			continue
		}
		if want.Kind == services.InputInside && got.CID.Key != v1 {
			t.Errorf("ParseLink(%q): got CID %v, want the folder's own", text, got.CID)
		}
		if got.Error() == "" {
			t.Errorf("ParseLink(%q): the error says nothing", text)
		}
	}
}

func FuzzParseLink_GivesACIDOrSaysWhy(f *testing.F) {
	for _, s := range []string{
		v1, "ipfs://" + v0, "https://" + v1 + ".ipfs.dweb.link/a?filename=b", "dweb:/ipfs/" + v1, "/ipns/x", "::", "%",
		"https://[::1]/ipfs/" + v1, "ipfs:///", "a:b", "?", "#",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := services.ParseLink(text)
		if err == nil {
			if !l.CID.Valid() {
				t.Errorf("ParseLink(%q): got %+v", text, l)
			}
			return
		}
		in, ok := err.(*services.InputError)
		if !ok || in.Kind == 0 || in.At > utf8.RuneCountInString(text)+1 {
			t.Errorf("ParseLink(%q): got %#v", text, err)
		}
	})
}
