package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pintray/pintray/services"
)

// maxImportLine is the longest line of a list that is taken, in bytes: an
// exported pin with all the meta the API allows fits.
const maxImportLine = 1 << 20

// brokenList is a list that cannot be read, or not to its end.
type brokenList struct{ cause error }

func (b *brokenList) Error() string { return "the list can't be read: " + b.cause.Error() }
func (b *brokenList) Unwrap() error { return b.cause }

// problem says it to a person, after so many lines.
func (b *brokenList) problem(lines int64) error {
	p := &problem{code: services.CodeSource, text: b.Error(), hint: "check the file and the disk it is on"}
	switch {
	case errors.Is(b.cause, errNoText):
		p.text, p.hint = "that is no list: it is no text", "give what \"pintrayctl export\" wrote, or content IDs one a line, as UTF-8; to keep the file itself: pintrayctl add PATH"
	case errors.Is(b.cause, io.ErrUnexpectedEOF), errors.Is(b.cause, gzip.ErrChecksum), errors.Is(b.cause, gzip.ErrHeader):
		p.text, p.hint = "the packed list is damaged or cut short", "make it again"
	}
	if lines > 0 {
		p.text += fmt.Sprintf(" (after line %d)", lines)
		p.hint += ", then say the same again: what was taken is skipped"
	}
	return p
}

// errNoText is the cause where a list is something else altogether.
var errNoText = errors.New("no text")

// eachPin reads a list of pins in constant memory: what `export` writes in any
// format, or content IDs and links, one a line, each with a name behind it or
// none; packed by gzip or not. take gets each pin, bad each line that holds none,
// with its number. Empty lines and # comments are passed over; heads is how many
// lines only name columns. A list that cannot be read is a *brokenList.
func eachPin(r io.Reader, take func(line int64, p services.Pin) error, bad func(line int64, why string)) (lines, heads int64, err error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return 0, 0, &brokenList{err}
		}
		defer func() { _ = unpacked.Close() }() // only reads
		in = bufio.NewReaderSize(unpacked, 64<<10)
	}
	if start, _ := in.Peek(512); bytes.IndexByte(start, 0) >= 0 {
		return 0, 0, &brokenList{errNoText}
	}
	var parse func(line string) (services.Pin, error)
	for {
		text, whole, err := oneLine(in)
		switch {
		case errors.Is(err, io.EOF):
			return lines, heads, nil
		case err != nil:
			return lines, heads, &brokenList{err}
		}
		lines++
		text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
		switch {
		case !whole:
			bad(lines, "the line is too long")
			continue
		case text == "", strings.HasPrefix(text, "#"):
			continue
		case parse == nil:
			var head bool
			if parse, head = formatOf(text); head {
				heads++
				continue
			}
		}
		pin, err := parse(text)
		if err != nil {
			bad(lines, explain(err).text)
			continue
		}
		if err := take(lines, pin); err != nil {
			return lines, heads, err
		}
	}
}

// oneLine reads a line; whole is false where it is longer than is taken, and
// then it is passed over.
func oneLine(in *bufio.Reader) (text string, whole bool, err error) {
	var line []byte
	whole = true
	for {
		part, err := in.ReadSlice('\n')
		if whole = whole && len(line)+len(part) <= maxImportLine; whole {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == nil, errors.Is(err, io.EOF) && (len(line) > 0 || !whole):
			return string(line), whole, nil
		}
		return "", whole, err
	}
}

// formatOf is how lines are read, by the first of them; head is true where that
// holds no pin.
func formatOf(first string) (parse func(string) (services.Pin, error), head bool) {
	if strings.HasPrefix(first, "{") {
		return pinOfJSON, false
	}
	columns := strings.Split(first, ",")
	if id := slices.Index(columns, "cid"); id >= 0 && len(columns) > 1 {
		name, meta := slices.Index(columns, "name"), slices.Index(columns, "meta")
		return func(line string) (services.Pin, error) { return pinOfCSV(line, id, name, meta) }, true
	}
	return pinOfText, false
}

func pinOfJSON(line string) (services.Pin, error) {
	var said struct {
		CID  string            `json:"cid"`
		Name string            `json:"name"`
		Meta map[string]string `json:"meta"`
	}
	if err := json.Unmarshal([]byte(line), &said); err != nil {
		return services.Pin{}, wrong("", "it is no JSON object of an export")
	}
	if said.CID == "" {
		return services.Pin{}, wrong("", "it has no \"cid\"")
	}
	return pinOf(said.CID, said.Name, said.Meta)
}

// pinOfCSV reads a line of an export: no cell of it has a line end.
func pinOfCSV(line string, id, name, meta int) (services.Pin, error) {
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	cells, err := r.Read()
	if err != nil || len(cells) <= id {
		return services.Pin{}, wrong("", "it has no column for the content ID")
	}
	cell := func(i int) string {
		if i < 0 || i >= len(cells) {
			return ""
		}
		if c := cells[i]; len(c) > 1 && c[0] == '\'' && strings.IndexByte("=+-@", c[1]) >= 0 {
			return c[1:] // it was kept from being a formula
		}
		return cells[i]
	}
	var all map[string]string
	if text := cell(meta); text != "" {
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			return services.Pin{}, wrong("", "its meta is no JSON")
		}
	}
	return pinOf(cell(id), cell(name), all)
}

func pinOfText(line string) (services.Pin, error) {
	id, name, _ := strings.Cut(line, " ")
	if i := strings.IndexByte(id, '\t'); i >= 0 {
		id, name = line[:i], line[i+1:]
	}
	link, err := services.ParseLink(id)
	if err != nil {
		return services.Pin{}, err
	}
	if name = strings.TrimSpace(name); name == "" {
		name = link.Name
	}
	return pinOf(link.CID.Text, name, nil)
}

func pinOf(id, name string, meta map[string]string) (services.Pin, error) {
	c, err := services.ParseCID(id)
	if err != nil {
		return services.Pin{}, err
	}
	if n := len([]rune(name)); n > services.MaxName {
		return services.Pin{}, wrong("", "the name is too long: %s", fmt.Sprintf("%d of %d characters", n, services.MaxName))
	}
	return services.Pin{CID: c, Name: name, Meta: meta}, nil
}
