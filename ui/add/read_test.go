package add

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
)

const (
	one   = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
	two   = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKSgbw"
	folds = "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
)

func TestRead(t *testing.T) {
	tests := []struct {
		name     string
		text     string
		pins     []string // CID text, then a name behind a bar
		merged   int
		problems []string // line, kind, character
	}{
		{name: "nothing", text: " \n\n"},
		{name: "one id", text: one + "\n", pins: []string{one}},
		{name: "several in a line", text: one + ", " + two + ";", pins: []string{one, two}},
		{name: "links", text: "ipfs://" + one + "\nhttps://example.net/ipfs/" + two + "?filename=a,b.png", pins: []string{one, two + "|a,b.png"}},
		{name: "given twice, once with a name", text: one + "\nhttps://x.example/ipfs/" + one + "?filename=Dunes.tif", pins: []string{one + "|Dunes.tif"}, merged: 1},
		{name: "the same content in two spellings", text: two + "\n" + services.WireCID(two).Key, pins: []string{two}, merged: 1},
		{name: "cut short", text: one + "\n" + one[:20], pins: []string{one}, problems: []string{"2 not-cid 21"}},
		{name: "a name, and inside a folder", text: "ipns://example.net\nipfs://" + folds + "/a/b.png", problems: []string{"1 ipns 0", "2 inside 0"}},
	}
	kinds := map[services.InputKind]string{services.InputNotCID: "not-cid", services.InputIPNS: "ipns", services.InputInside: "inside"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := Read(tt.text)
			var pins, problems []string
			for _, p := range g.Pins {
				s := p.CID.Text
				if p.Name != "" {
					s += "|" + p.Name
				}
				pins = append(pins, s)
			}
			for _, p := range g.Problems {
				problems = append(problems, fmt.Sprintf("%d %s %d", p.Line, kinds[p.Err.Kind], p.Err.At))
			}
			if d := cmp.Diff(pins, tt.pins); d != "" {
				t.Errorf("pins, got (-) want (+):\n%s", d)
			}
			if d := cmp.Diff(problems, tt.problems); d != "" {
				t.Errorf("problems, got (-) want (+):\n%s", d)
			}
			if g.Merged != tt.merged {
				t.Errorf("merged = %d, want %d", g.Merged, tt.merged)
			}
		})
	}
}

func TestWholeFolder_ReplacesTheLinkOnItsLine(t *testing.T) {
	text := one + "\nipfs://" + folds + "/a/b.png\nipfs://" + folds + "/c.png"
	g := Read(text)
	got := wholeFolder(text, g.Problems[0])
	if want := one + "\n" + folds + "\nipfs://" + folds + "/c.png"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNamed_OnlyOnePinTakesTheName(t *testing.T) {
	g := Read(one)
	if got := named(g.Pins, "  Dunes  ")[0].Name; got != "Dunes" {
		t.Errorf("name = %q", got)
	}
	if got := named(g.Pins, strings.Repeat("ü", 300))[0].Name; len([]rune(got)) != services.MaxName {
		t.Errorf("a long name has %d characters, want %d", len([]rune(got)), services.MaxName)
	}
	if got := named(Read(one+"\n"+two).Pins, "Dunes")[1].Name; got != "" {
		t.Errorf("the second of two is named %q", got)
	}
}

func BenchmarkRead1000(b *testing.B) {
	text := strings.Repeat(one+"\n"+two+"\n", 500)
	for b.Loop() {
		Read(text)
	}
}
