package services_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
)

func TestTemplates_AreWholeAndInOrder(t *testing.T) {
	list := services.Templates()
	if len(list) < 6 || list[len(list)-1].ID != "own" {
		t.Fatalf("got %d templates, want six or more, own last", len(list))
	}
	byName := func(a, b services.Template) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	}
	if !slices.IsSortedFunc(list[:len(list)-1], byName) {
		t.Error("they do not stand A to Z")
	}
	id := regexp.MustCompile(`^[a-z0-9]+$`)
	seen := map[string]bool{}
	for _, tpl := range list {
		if !id.MatchString(tpl.ID) || seen[tpl.ID] {
			t.Errorf("the id %q is odd or stands twice", tpl.ID)
		}
		seen[tpl.ID] = true
		if got, ok := services.TemplateByID(tpl.ID); !ok || !reflect.DeepEqual(got, tpl) {
			t.Errorf("TemplateByID(%q): got %+v, %v", tpl.ID, got, ok)
		}
		checkTemplate(t, tpl)
	}
	if _, ok := services.TemplateByID("nobody"); ok {
		t.Error("found a template that is not there")
	}
}

func checkTemplate(t *testing.T, tpl services.Template) {
	t.Helper()
	for what, text := range map[string]string{
		"name": tpl.Name, "key word": tpl.KeyWord, "key how": tpl.KeyHow, "cost": tpl.Cost, "docs": tpl.Docs,
	} {
		if text == "" || text != services.Clean(strings.TrimSpace(text)) {
			t.Errorf("%s: %s is %q", tpl.ID, what, text)
		}
	}
	for what, sentence := range map[string]string{"key how": tpl.KeyHow, "cost": tpl.Cost, "note": tpl.Note} {
		if sentence != "" && !strings.HasSuffix(sentence, ".") {
			t.Errorf("%s: %s is no sentence: %q", tpl.ID, what, sentence)
		}
	}
	for what, page := range map[string]string{"key page": tpl.KeyPage, "cost page": tpl.CostPage, "docs": tpl.Docs} {
		if u, err := url.Parse(page); page != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
			t.Errorf("%s: %s is %q", tpl.ID, what, page)
		}
	}
	for what, endpoint := range map[string]string{"endpoint": tpl.Endpoint, "hint": tpl.EndpointHint} {
		if got, err := services.CleanEndpoint(endpoint); endpoint != "" && (err != nil || got != endpoint) {
			t.Errorf("%s: %s %q becomes %q, %v", tpl.ID, what, endpoint, got, err)
		}
	}
	if (tpl.Endpoint == "") == (tpl.EndpointHint == "") {
		t.Errorf("%s: want an endpoint or a hint, one of the two", tpl.ID)
	}
	checkUpload(t, tpl)
	switch tpl.Kind {
	case "company": // nobody's budget is known better than Pinata's
		if tpl.ListsPerMinute < 1 || tpl.KeyPage == "" || tpl.CostPage == "" || tpl.KeyOptional {
			t.Errorf("%s: a company has a budget, a price and a key: %+v", tpl.ID, tpl)
		}
		if !strings.Contains(tpl.Cost, "check") {
			t.Errorf("%s: prices change, so the cost must tell to check: %q", tpl.ID, tpl.Cost)
		}
	case "own-server":
		if tpl.ListsPerMinute != 0 {
			t.Errorf("%s: an own server is asked as often as it can take", tpl.ID)
		}
	default:
		t.Errorf("%s: kind %q", tpl.ID, tpl.Kind)
	}
}

func checkUpload(t *testing.T, tpl services.Template) {
	t.Helper()
	u := tpl.Upload
	if u == nil {
		return
	}
	if !slices.Contains([]string{"kubo", "pinata", "functionland"}, u.Kind) {
		t.Errorf("%s: takes CARs in the shape of %q", tpl.ID, u.Kind)
	}
	if where := cmp.Or(u.URL, tpl.Endpoint); !strings.HasPrefix(where, "https://") {
		t.Errorf("%s: takes CARs at %q", tpl.ID, where)
	} else if got, err := services.CleanEndpoint(where); err != nil || got != where {
		t.Errorf("%s: %q becomes %q, %v", tpl.ID, where, got, err)
	}
}

// Nobody has seen an upload work on a service itself; the docs say so too.
func TestTemplates_KnowWhoTakesUploads(t *testing.T) {
	want := map[string]services.Upload{
		"filebase":     {Kind: "kubo", URL: "https://rpc.filebase.io"},
		"pinata":       {Kind: "pinata", URL: "https://uploads.pinata.cloud"},
		"functionland": {Kind: "functionland"},
	}
	for _, tpl := range services.Templates() {
		w, takes := want[tpl.ID]
		if (tpl.Upload != nil) != takes || takes && *tpl.Upload != w {
			t.Errorf("%s: got %+v, want %+v", tpl.ID, tpl.Upload, w)
		}
	}
}

func TestTemplates_HoldNothingNobodyReads(t *testing.T) {
	f, err := os.Open("templates.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	var list []services.Template
	if err := d.Decode(&list); err != nil {
		t.Error(err)
	}
}

func TestTemplates_HoldWhatOthersRelyOn(t *testing.T) {
	for _, want := range []services.Template{
		{ID: "pinata", Endpoint: "https://api.pinata.cloud/psa", KeyWord: "JWT", ListsPerMinute: 30},
		{ID: "filebase", Endpoint: "https://api.filebase.io/v1/ipfs", KeyWord: "Secret access token", ListsPerMinute: 30},
		{ID: "4everland", Endpoint: "https://api.4everland.dev", KeyWord: "Access token", ListsPerMinute: 30},
		{ID: "functionland", Endpoint: "https://api.cloud.fx.land", KeyWord: "API key", ListsPerMinute: 30},
		{ID: "cluster", KeyWord: "Token"},
		{ID: "own", KeyWord: "Access key"},
	} {
		got, ok := services.TemplateByID(want.ID)
		if !ok || got.Endpoint != want.Endpoint || got.KeyWord != want.KeyWord ||
			got.ListsPerMinute != want.ListsPerMinute {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestTemplates_FileHasNoFieldNobodyReads(t *testing.T) {
	text, err := os.ReadFile("templates.json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var list []services.Template
	if err := d.Decode(&list); err != nil {
		t.Error(err)
	}
}
