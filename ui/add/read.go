// Package add is the sheet that keeps something online: files and folders of
// this computer, or what is on IPFS already, by its ID or by a link.
//
// ui opens it; it starts no goroutine but through kit.Go and remembers nothing
// itself: what is asked for goes to the engine, the usual places to a setting.
package add

import (
	"errors"
	"strings"

	"github.com/pintray/pintray/services"
)

// Given is what a text of IDs and links says.
type Given struct {
	Pins     []services.Pin // each CID once, in the order given
	Merged   int            // how many were given again
	Problems []Trouble      // what cannot be kept as it stands
}

// Trouble is one word of the text that names nothing to keep.
type Trouble struct {
	Line int // 1-based
	Err  *services.InputError
}

// Read takes IDs and links apart: one a line, or several in a line with spaces
// or commas between. It is quick enough to be called at every key (1,000 IDs in
// a few milliseconds).
func Read(text string) Given {
	var g Given
	seen := map[string]int{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		for _, word := range words(line) {
			link, err := services.ParseLink(word)
			if err != nil {
				g.Problems = append(g.Problems, Trouble{Line: number, Err: asInput(word, err)})
				continue
			}
			if at, again := seen[link.CID.Key]; again {
				g.Merged++
				if g.Pins[at].Name == "" {
					g.Pins[at].Name = link.Name
				}
				continue
			}
			seen[link.CID.Key] = len(g.Pins)
			g.Pins = append(g.Pins, services.Pin{CID: link.CID, Name: link.Name})
		}
	}
	return g
}

// words splits a line at spaces, and at commas where they cannot be part of a
// link (they can behind its question mark).
func words(line string) []string {
	var out []string
	for _, w := range strings.Fields(line) {
		if strings.Contains(w, "?") {
			out = append(out, strings.Trim(w, ",;"))
			continue
		}
		out = append(out, strings.FieldsFunc(w, func(r rune) bool { return r == ',' || r == ';' })...)
	}
	return out
}

func asInput(word string, err error) *services.InputError {
	if in, ok := errors.AsType[*services.InputError](err); ok {
		return in
	}
	return &services.InputError{Kind: services.InputNotCID, Text: word, At: 1}
}

// wholeFolder puts the folder's own ID in the place of a link into it, on that
// line only.
func wholeFolder(text string, t Trouble) string {
	lines := strings.Split(text, "\n")
	if i := t.Line - 1; i >= 0 && i < len(lines) {
		lines[i] = strings.Replace(lines[i], t.Err.Text, t.Err.CID.Text, 1)
	}
	return strings.Join(lines, "\n")
}

// named gives the one pin a name the person typed; several keep their own.
func named(pins []services.Pin, name string) []services.Pin {
	name = cut(name)
	if len(pins) != 1 || name == "" {
		return pins
	}
	out := []services.Pin{pins[0]}
	out[0].Name = name
	return out
}

// cut is a name as long as services take one.
func cut(name string) string {
	name = strings.TrimSpace(name)
	if r := []rune(name); len(r) > services.MaxName {
		name = string(r[:services.MaxName])
	}
	return name
}
