package folders

import (
	"time"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// do is what a button or a menu line of a card asks for.
type do int

const (
	doNothing do = iota
	doOpen
	doPauseHalf
	doPauseTwo
	doPauseTomorrow
	doPause
	doResume
	doApprove
	doLook
	doEdit
	doList
	doCopy
	doForget
)

// step is one button of a card.
type step struct {
	do    do
	label string
	icon  string
	kind  kit.Kind
}

// remedies are the buttons of a folder that waits: the one step first.
func (c card) remedies() (first, second step) {
	look := step{doLook, kit.T("folders.do.look"), "refresh", kit.Secondary}
	switch c.folder.Reason {
	case "burst":
		n := kit.N("folders.do.publish", c.folder.Waiting, "size", kit.Bytes(c.folder.WaitingBytes))
		return step{doApprove, n, "", kit.Primary}, step{doEdit, kit.T("folders.menu.edit"), "", kit.Quiet}
	case "no-account":
		return step{doEdit, kit.T("folders.menu.edit"), "", kit.Primary}, step{doForget, kit.T("folders.menu.forget"), "", kit.Quiet}
	case "emptied":
		look.kind = kit.Quiet
		return step{doApprove, kit.T("folders.do.mine"), "", kit.Primary}, look
	case "replaced":
		look.kind = kit.Quiet
		return step{doApprove, kit.T("folders.do.this"), "", kit.Primary}, look
	default:
		return look, step{doForget, kit.T("folders.menu.forget"), "", kit.Quiet}
	}
}

// pauses are the choices of how long.
func pauses(act func(do)) []kit.MenuItem {
	return []kit.MenuItem{
		{Label: kit.T("folders.pause.half"), Act: func() { act(doPauseHalf) }},
		{Label: kit.T("folders.pause.two"), Act: func() { act(doPauseTwo) }},
		{Label: kit.T("folders.pause.tomorrow"), Act: func() { act(doPauseTomorrow) }},
		{Label: kit.T("folders.pause.resume"), Act: func() { act(doPause) }},
	}
}

// until is when a pause ends; the zero time is when the person says so.
func until(d do, now time.Time) time.Time {
	switch d {
	case doPauseHalf:
		return now.Add(30 * time.Minute)
	case doPauseTwo:
		return now.Add(2 * time.Hour)
	case doPauseTomorrow: // at eight, before the day's work
		t := now.Local()
		return time.Date(t.Year(), t.Month(), t.Day()+1, 8, 0, 0, 0, t.Location())
	default:
		return time.Time{}
	}
}

// menu is everything else that can be done with a card's folder.
func (c card) menu(act func(do)) []kit.MenuItem {
	var items []kit.MenuItem
	add := func(d do, label, icon string) {
		items = append(items, kit.MenuItem{Label: label, Icon: icon, Act: func() { act(d) }})
	}
	add(doEdit, kit.T("folders.menu.edit"), "pencil")
	if c.folder.State != store.FolderPaused {
		add(doLook, kit.T("folders.menu.look"), "refresh")
	}
	if c.waits() {
		add(doOpen, kit.T("folders.open"), "folder")
	}
	add(doList, kit.T("folders.menu.list"), "doc")
	add(doCopy, kit.T("folders.menu.copy"), "copy")
	items = append(items, kit.MenuItem{})
	add(doForget, kit.T("folders.menu.forget"), "close")
	return items
}
