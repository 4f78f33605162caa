package items

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// gateway is what web links lead through.
const gateway = "https://dweb.link"

// WebLink is a link to a CID that opens in any browser.
func WebLink(c services.CID) string { return gateway + "/ipfs/" + canonical(c) }

// Link is a link to an item that opens in any browser; of what no service was seen
// to keep none would, and it is its Content ID.
func Link(i store.Item) string {
	for _, m := range i.Marks {
		if !m.Local && m.Status == services.Pinned {
			return WebLink(i.CID)
		}
	}
	return i.CID.Text
}

func ipfsLink(c services.CID) string { return "ipfs://" + canonical(c) }

func canonical(c services.CID) string {
	if c.Valid() {
		return c.Key
	}
	return c.Text
}

// copyLinks copies web links. Of what no service keeps a web link would not
// open: its Content ID is copied in its place, and that is said.
func (v *View) copyLinks(ids []store.ItemID) {
	v.load(ids, false, func(list []target) {
		lines := make([]string, len(list))
		var links, bare int64
		for i, t := range list {
			if online(t.item, v.columns) {
				links++
				lines[i] = WebLink(t.item.CID)
			} else {
				bare++
				lines[i] = t.item.CID.Text
			}
		}
		v.copyText(strings.Join(lines, "\n"))
		v.say(copiedWords(links, bare))
	})
}

// copiedWords says what was copied: web links, and IDs of what no service keeps.
func copiedWords(links, bare int64) string {
	switch {
	case bare == 0:
		return kit.N("items.copied.link", links)
	case links == 0:
		return kit.N("items.copied.bare", bare)
	default:
		return kit.N("items.copied.link", links) + ". " + kit.N("items.copied.some-bare", bare)
	}
}

func (v *View) copyIPFS(ids []store.ItemID) {
	v.copyEach(ids, ipfsLink, func(n int64) string { return kit.N("items.copied.link", n) })
}

func (v *View) copyIDs(ids []store.ItemID) {
	text := func(c services.CID) string { return c.Text }
	v.copyEach(ids, text, func(n int64) string { return kit.N("items.copied.id", n) })
}

func (v *View) copyEach(ids []store.ItemID, text func(services.CID) string, said func(int64) string) {
	v.load(ids, false, func(list []target) {
		lines := make([]string, len(list))
		for i, t := range list {
			lines[i] = text(t.item.CID)
		}
		v.copyText(strings.Join(lines, "\n"))
		v.say(said(int64(len(list))))
	})
}

func (v *View) copyText(s string) { fyne.CurrentApp().Clipboard().SetContent(s) }

func (v *View) say(text string) { kit.Toast(v.d.Window.Canvas(), text, "", nil) }

// copyTo asks which service should keep the items too; they are copied from the
// one that keeps most of them.
func (v *View) copyTo(ids []store.ItemID) {
	v.load(ids, false, func(list []target) {
		has := map[services.AccountID]int{}
		cids := make([]services.CID, len(list))
		for i, t := range list {
			cids[i] = t.item.CID
			for _, m := range t.item.Marks {
				if !m.Local && m.Status == services.Pinned {
					has[m.Account]++
				}
			}
		}
		var from services.AccountID
		for _, c := range v.columns {
			if !c.local && (from == 0 || has[c.account] > has[from]) {
				from = c.account
			}
		}
		v.d.OnCopy(from, cids)
	})
}
