package services

import "github.com/pintray/pintray/ui/kit"

// do is what a button or a menu line of a card asks for.
type do int

const (
	doNothing do = iota
	doCheck
	doShow
	doNewKey
	doKeyPage
	doPlans
	doUnlock
	doResume
	doPause
	doEdit
	doExport
	doInspect
	doCopy
	doGone
	doRemove
)

// step is one button of a card.
type step struct {
	do    do
	label string
	icon  string
	kind  kit.Kind
}

// steps are the two buttons of a card: what would help first.
func (c card) steps() (first, second step) {
	check := step{doCheck, kit.T("services.check"), "refresh", kit.Quiet}
	show := step{doShow, kit.T("services.show"), "items", kit.Quiet}
	if c.local && c.standing.Remedy == kit.NoRemedy {
		return show, step{}
	}
	switch c.standing.Remedy {
	case kit.NewKey:
		first = step{doNewKey, kit.T("services.newkey"), "key", kit.Primary}
		if c.account.User != "" {
			first.label = kit.T("kit.action.password")
		}
		if c.keyPage != "" {
			return first, step{doKeyPage, kit.T("services.keypage"), "external", kit.Quiet}
		}
		return first, show
	case kit.Unlock:
		return step{doUnlock, kit.T("services.unlock"), "lock", kit.Primary}, show
	case kit.Plans:
		if c.plans != "" {
			return step{doPlans, kit.T("services.plans"), "external", kit.Secondary}, check
		}
	case kit.Resume:
		return step{doResume, kit.T("services.resume"), "play", kit.Secondary}, show
	case kit.Answer:
		return step{doGone, kit.T("services.gone"), "warn", kit.Secondary}, show
	case kit.Address:
		return step{doEdit, kit.T("services.menu.edit"), "pencil", kit.Secondary}, check
	}
	return check, show
}

// menu is everything else that can be done with a card's service.
func (c card) menu(act func(do)) []kit.MenuItem {
	var items []kit.MenuItem
	add := func(d do, label, icon string) {
		items = append(items, kit.MenuItem{Label: label, Icon: icon, Act: func() { act(d) }})
	}
	if !c.account.Demo() && !c.local {
		add(doEdit, kit.T("services.menu.edit"), "pencil")
		add(doNewKey, kit.T("services.menu.newkey"), "key")
	}
	if !c.local {
		add(doInspect, kit.T("services.inspect.menu"), "shield")
	}
	if c.paused {
		add(doResume, kit.T("services.resume"), "play")
	} else {
		add(doPause, kit.T("services.menu.pause"), "pause")
	}
	if !c.local {
		add(doCopy, kit.T("services.menu.copy"), "copy")
	}
	add(doExport, kit.T("services.menu.export"), "download")
	if c.local {
		return items
	}
	items = append(items, kit.MenuItem{})
	add(doRemove, kit.T("services.menu.remove"), "trash")
	items[len(items)-1].Danger = true
	return items
}
