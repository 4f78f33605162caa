package services_test

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
)

// Three spellings of one content, and one of another.
const (
	v0    = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"
	v1    = "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
	v1B58 = "zdj7Wi9txEcpA1JBmYETrcHj5AZuWV3vzCVsEhDs5KkXWhRdL"
	raw   = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
)

func TestParseCID_GivesSpellingsOfOneContentOneKey(t *testing.T) {
	hash, err := cid.Decode(v1)
	if err != nil {
		t.Fatal(err)
	}
	spellings := []string{cid.NewCidV0(hash.Hash()).String(), v1, " " + v1 + "\n", strings.ToUpper(v1)}
	for _, text := range spellings {
		c, err := services.ParseCID(text)
		if err != nil || c.Key != v1 || c.Text != strings.TrimSpace(text) || !c.Valid() || c.IsZero() {
			t.Errorf("ParseCID(%q): got %+v, %v, want key %s", text, c, err, v1)
		}
	}
	if c, err := services.ParseCID(raw); err != nil || c.Key != raw {
		t.Errorf("got %+v, %v: raw leaves are other content than a file node", c, err)
	}
}

func TestParseCID_SaysWhereATextStopsBeingOne(t *testing.T) {
	for text, at := range map[string]int{
		"":                                   1,
		"hello":                              1,
		"bafybei1":                           8,
		"bafy beif":                          5,
		v1[:30]:                              31,
		v1[:20] + "é" + v1[21:]:              21,
		"Qm" + strings.Repeat("a", 10) + "0": 13,
		"k51qzi5uqu5d_":                      13,
	} {
		_, err := services.ParseCID(text)
		in, ok := err.(*services.InputError)
		if !ok || in.Kind != services.InputNotCID || in.At != at {
			t.Errorf("ParseCID(%q): got %+v, want character %d", text, err, at)
		}
		if services.CodeOf(err) != services.CodeInvalid {
			t.Errorf("ParseCID(%q): got code %q", text, services.CodeOf(err))
		}
	}
}

func TestParseCID_RefusesContentInDisguise(t *testing.T) {
	for size, ok := range map[int]bool{0: true, 128: true, 129: false, 4000: false} {
		hash, err := mh.Sum(make([]byte, size), mh.IDENTITY, -1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := services.ParseCID(cid.NewCidV1(cid.Raw, hash).String()); (err == nil) != ok {
			t.Errorf("an identity of %d bytes: got %v", size, err)
		}
	}
}

func TestWireCID_KeepsEveryRow(t *testing.T) {
	for text, want := range map[string]services.CID{
		"":         {},
		v1:         {Text: v1, Key: v1},
		"nonsense": {Text: "nonsense", Key: "?nonsense"},
		"?":        {Text: "?", Key: "??"},
	} {
		if got := services.WireCID(text); got != want {
			t.Errorf("WireCID(%q): got %+v, want %+v", text, got, want)
		}
	}
}

func TestCID_Short(t *testing.T) {
	for text, want := range map[string]string{
		v1: "bafy…vyku", "": "", "short": "short", "日本語日本語日本語日本語": "日本語日…語日本語",
	} {
		if got := services.WireCID(text).Short(); got != want {
			t.Errorf("Short of %q: got %q, want %q", text, got, want)
		}
	}
}

func TestParseCID_ReadsWhatKuboPrints(t *testing.T) {
	text, err := os.ReadFile("../../shared/golden/cids.tsv")
	if err != nil {
		t.Skip("not run: no golden CIDs")
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(fields) != 3 {
			continue
		}
		n++
		c, err := services.ParseCID(fields[2])
		if err != nil || !strings.HasPrefix(c.Key, "b") {
			t.Errorf("%s: got %+v, %v", fields[2], c, err)
		}
	}
	if n == 0 {
		t.Error("read no CID at all")
	}
}

func FuzzParseCID_KeyIsCanonical(f *testing.F) {
	for _, s := range []string{v0, v1, v1B58, raw, "", "b", "Qm", "?x", "bafkqaaa", "\x00", "k2k4r8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		wire := services.WireCID(text)
		if wire.Text != text || (wire.Key == "") != (text == "") {
			t.Errorf("WireCID(%q): got %+v", text, wire)
		}
		c, err := services.ParseCID(text)
		if err != nil {
			if in, ok := err.(*services.InputError); !ok || in.At < 1 || in.At > utf8.RuneCountInString(text)+1 {
				t.Errorf("ParseCID(%q): got %#v", text, err)
			}
			return
		}
		again, err := services.ParseCID(c.Key)
		if err != nil || again.Key != c.Key {
			t.Errorf("the key %q of %q: got %+v, %v", c.Key, text, again, err)
		}
	})
}
