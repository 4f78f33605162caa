package kit

import (
	"encoding/binary"
	"sync"

	"fyne.io/fyne/v2"
)

// reach is how far, in units of the font's size, a tall font says its letters
// reach above the base line: as far as those of the Chinese, Japanese and
// Korean fonts that stand in for it.
const reach = 1.17

var (
	tallMu    sync.Mutex
	tallFonts = make(map[string]fyne.Resource)
)

// tallFont is the same font with taller lines, so that a name in another script
// stands on the same base line and keeps its descenders.
//
// Fyne measures a line by its first font alone, and puts the base line where
// the tallest of all fonts on it wants it: a Chinese name would sit three
// pixels low, its lowest pixels cut off. The same is added above and below, so
// a line in the middle of its box stays where it was.
func tallFont(font fyne.Resource) fyne.Resource {
	if font == nil {
		return nil
	}
	tallMu.Lock()
	defer tallMu.Unlock()
	if f, ok := tallFonts[font.Name()]; ok {
		return f
	}
	f := font
	if data, ok := taller(font.Content()); ok {
		f = fyne.NewStaticResource("tall-"+font.Name(), data)
	}
	tallFonts[font.Name()] = f
	return f
}

// taller rewrites the line metrics of an OpenType font (tables hhea and OS/2);
// ok is false where it has none to rewrite.
func taller(font []byte) (data []byte, ok bool) {
	head, hhea, os2 := table(font, "head"), table(font, "hhea"), table(font, "OS/2")
	if len(head) < 20 || len(hhea) < 8 || len(os2) < 78 {
		return nil, false
	}
	data = append(data, font...)
	hhea, os2 = table(data, "hhea"), table(data, "OS/2")
	perEm := float64(binary.BigEndian.Uint16(head[18:]))
	add := int16(reach*perEm) - int16(binary.BigEndian.Uint16(hhea[4:]))
	if add <= 0 {
		return nil, false
	}
	grow := func(b []byte, by int16) { binary.BigEndian.PutUint16(b, binary.BigEndian.Uint16(b)+uint16(by)) }
	grow(hhea[4:], add)  // ascender
	grow(hhea[6:], -add) // descender, negative
	grow(os2[68:], add)  // sTypoAscender
	grow(os2[70:], -add) // sTypoDescender
	grow(os2[74:], add)  // usWinAscent
	grow(os2[76:], add)  // usWinDescent, positive
	return data, true
}

// table finds a table of an OpenType font, nil where it has none.
func table(font []byte, name string) []byte {
	if len(font) < 12 {
		return nil
	}
	for i := range int(binary.BigEndian.Uint16(font[4:])) {
		record := 12 + 16*i
		if record+16 > len(font) {
			return nil
		}
		if string(font[record:record+4]) != name {
			continue
		}
		from, n := int(binary.BigEndian.Uint32(font[record+8:])), int(binary.BigEndian.Uint32(font[record+12:]))
		if from < 0 || n < 0 || from+n > len(font) {
			return nil
		}
		return font[from : from+n]
	}
	return nil
}
