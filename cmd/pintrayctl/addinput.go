package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// maxLine is the longest line of stdin taken for a content ID, in bytes.
const maxLine = 64 << 10

// things are what add was given.
type things struct {
	pins  []services.Pin
	paths []store.Path // absolute
}

// wantedThings reads what add was given. The first thing that can't be kept
// refuses all of them: nothing was sent yet.
func (c *cli) wantedThings(args []string, f addFlags) (what things, err error) {
	if err := checkFlags(f); err != nil {
		return what, err
	}
	seen := make(map[string]bool)
	take := func(text string) error {
		link, path, err := readThing(text)
		if err != nil {
			return err
		}
		if path != "" {
			if !slices.Contains(what.paths, path) {
				what.paths = append(what.paths, path)
			}
			return nil
		}
		if seen[link.CID.Key] {
			c.note("%s was given twice", link.CID.Text)
			return nil
		}
		seen[link.CID.Key] = true
		p := services.Pin{CID: link.CID, Name: f.name, Origins: f.origins, Meta: f.meta}
		if p.Name == "" {
			p.Name = link.Name
		}
		what.pins = append(what.pins, p)
		return nil
	}
	for _, arg := range args {
		if arg != "-" {
			if err := take(arg); err != nil {
				return what, err
			}
			continue
		}
		if err := eachLine(c.in, take); err != nil {
			return what, err
		}
	}
	if len(what.pins) == 0 && len(what.paths) == 0 {
		return what, &services.InputError{Kind: services.InputEmpty}
	}
	return what, nil
}

func checkFlags(f addFlags) error {
	switch {
	case utf8.RuneCountInString(f.name) > services.MaxName:
		return &services.Error{Code: services.CodeUsage, Op: "add", Reason: "name-too-long"}
	case len(f.origins) > services.MaxOrigins:
		return wrong(fmt.Sprintf("give at most %d, the nearest ones", services.MaxOrigins), "%d origins are too many", len(f.origins))
	case len(f.meta) > services.MaxMeta:
		return wrong(fmt.Sprintf("give at most %d keys", services.MaxMeta), "%d meta keys are too many", len(f.meta))
	}
	for _, o := range f.origins {
		if !strings.HasPrefix(o, "/") {
			return wrong("as /ip4/192.0.2.7/tcp/4001/p2p/12D3Koo...", "%q is no multiaddr", o)
		}
	}
	return nil
}

// eachLine calls take for every line that is neither empty nor a # comment.
func eachLine(r io.Reader, take func(string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if err := take(text); err != nil {
			p := *explain(err)
			p.text = fmt.Sprintf("line %d: %s", n, p.text)
			return &p
		}
	}
	if err := lines.Err(); err != nil {
		return wrong("one content ID or link a line", "line %d: %s", n+1, err)
	}
	return nil
}
