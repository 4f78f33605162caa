package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// maxLine is the longest line of stdin taken for a content ID, in bytes.
const maxLine = 64 << 10

// wantedPins reads what add was given. The first thing that can't be kept
// refuses all of them: nothing was sent yet.
func (c *cli) wantedPins(args []string, f addFlags) ([]services.Pin, error) {
	if err := checkFlags(f); err != nil {
		return nil, err
	}
	var pins []services.Pin
	seen := make(map[string]bool)
	take := func(text string) error {
		link, err := readLink(text)
		if err != nil {
			return err
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
		pins = append(pins, p)
		return nil
	}
	for _, arg := range args {
		if arg != "-" {
			if err := take(arg); err != nil {
				return nil, err
			}
			continue
		}
		if err := eachLine(c.in, take); err != nil {
			return nil, err
		}
	}
	if len(pins) == 0 {
		return nil, &services.InputError{Kind: services.InputEmpty}
	}
	return pins, nil
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

// readLink reads one thing to keep, and says so where it is a file.
func readLink(text string) (services.Link, error) {
	link, err := services.ParseLink(text)
	if err == nil {
		return link, nil
	}
	if _, serr := os.Lstat(text); serr == nil && text != "" {
		return link, wrong("give its content ID (ipfs add --only-hash prints it), once a node or service has the bytes",
			"%q is a file on this computer: files come with a later version", text)
	}
	return link, err
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
