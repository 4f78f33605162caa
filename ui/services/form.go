package services

import (
	"time"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

// form is the inside of the sheet that connects a service.
type form struct {
	v         *View
	templates []services.Template
	chosen    services.Template
	named     bool // the person gave the name, so a template must not change it
	changed   func()

	options         []*kit.Option
	name, address   *kit.Field
	addressBox      *fyne.Container // where the address is asked for openly
	user            *kit.Field
	userBox         fyne.CanvasObject
	keyName         *kit.Text
	key             *kit.Field
	keyBox          fyne.CanvasObject
	keyWord         *kit.Text
	how             *kit.Para
	ends            *kit.Para
	kept            *kit.Text
	keptIcon        *kit.Icon
	unlock, session *kit.Button
	result          *resultBox
	cost, note      *kit.Para
	prices          *kit.Link
	advanced        *fyne.Container
	advancedAddress *fyne.Container
	source          *kit.Select
	where           *kit.Field
	once            *kit.Check
	body            fyne.CanvasObject
}

func newForm(v *View) *form {
	f := &form{v: v, templates: services.Templates()}
	f.build()
	if len(f.templates) > 0 {
		f.choose(f.templates[0])
	}
	return f
}

func (f *form) build() {
	tiles := kit.Grid(12, 180)
	for _, t := range f.templates {
		letter, name, sub := kit.Letter(t.Name), t.Name, kit.T("services.kind.company")
		switch {
		case t.ID == ownTemplate:
			letter, name, sub = "", kit.T("services.own"), kit.T("services.own.kind")
		case t.Kind == "own-server":
			sub = kit.T("services.kind.own-server")
		}
		o := kit.NewOption(letter, name, sub, func() { f.choose(t) })
		f.options = append(f.options, o)
		tiles.Add(o)
	}
	f.buildFields()
	f.buildAdvanced()
	f.result = newResultBox()
	f.cost, f.note = kit.NewPara("", kit.Small, kit.Ink2, 592), kit.NewPara("", kit.Small, kit.Ink2, 592)
	f.prices = kit.NewLink("", kit.SmallM, func() { f.v.open(f.chosen.CostPage) })
	cost := kit.VBox(4, kit.HBox(8, kit.Fill(kit.NewText(kit.T("services.cost"), kit.BodyM, kit.Ink)), f.prices), f.cost, f.note)
	name := labelled(kit.T("services.form.name"), kit.T("services.form.name.hint"), f.name)
	f.body = kit.VBox(20, tiles, f.addressBox, f.userBox, f.keyBox, name, f.advanced, cost)
}

func (f *form) buildFields() {
	told := func(string) { f.tell() }
	f.name = kit.NewField("", "")
	f.name.OnChanged = func(string) { f.named = true; f.tell() }
	f.address = kit.NewField(kit.T("services.form.address.hint"), "link")
	f.address.OnChanged = told
	f.addressBox = kit.VBox(0)
	f.advancedAddress = kit.VBox(0)
	f.key = kit.NewPassword(kit.T("services.form.key.hint"))
	f.key.OnChanged = told
	f.keyWord = kit.NewText("", kit.Small, kit.Ink3).Shrink(0)
	f.how = kit.NewPara("", kit.Small, kit.Ink2, 592)
	f.how.Hide()
	f.ends = newEnds()
	find := kit.NewLink(kit.T("services.form.key.where"), kit.SmallM, f.explainKey)
	f.kept, f.keptIcon = kit.NewText("", kit.Small, kit.Ink3).Shrink(0), kit.NewIcon("lock", 14, kit.Ink3)
	f.unlock = kit.NewButton(kit.T("services.unlock"), kit.AccentText, "", f.v.Unlock).Tall(kit.Low)
	f.session = kit.NewButton(kit.T("services.locked.session"), kit.AccentText, "", func() { f.once.SetOn(true); f.tell() }).Tall(kit.Low)
	f.user = kit.NewField(kit.T("services.form.user.name"), "")
	f.user.OnChanged = told
	f.userBox = labelled(kit.T("services.form.user"), kit.T("services.form.user.hint"), f.user)
	f.keyName = kit.NewText("", kit.BodyM, kit.Ink)
	head := kit.HBox(8, f.keyName, kit.Fill(f.keyWord), find)
	kept := kit.HBox(6, f.keptIcon, kit.Fill(f.kept), f.unlock, f.session)
	f.keyBox = kit.VBox(6, head, f.key, f.ends, f.how, kept)
}

func (f *form) buildAdvanced() {
	f.where = kit.NewField("", "")
	f.where.OnChanged = func(string) { f.tell() }
	f.where.Hide()
	words := []string{kit.T("services.form.source.paste"), kit.T("services.form.source.env"), kit.T("services.form.source.file"), kit.T("services.form.source.none")}
	f.source = kit.NewSelect(kit.T("services.form.source"), words, 0, func(int) { f.tell() })
	f.once = kit.NewCheck(kit.T("services.form.session"), false, func(bool) { f.tell() })
	from := kit.VBox(6, kit.HBox(8, kit.NewText(kit.T("services.form.source"), kit.BodyM, kit.Ink), kit.Fill(), f.source), f.where, f.once)
	f.advanced = kit.VBox(16, f.advancedAddress, from)
	f.advanced.Hide()
}

// explainKey opens the page of the key, and says here what to do there.
func (f *form) explainKey() {
	f.how.Show()
	if f.chosen.KeyPage != "" {
		f.v.open(f.chosen.KeyPage)
	}
	f.tell()
}

// choose takes a template: its address, its word for the key, what it costs.
func (f *form) choose(t services.Template) {
	f.chosen = t
	for i, o := range f.options {
		o.SetChosen(f.templates[i].ID == t.ID)
	}
	if !f.named {
		name := t.Name
		if t.ID == ownTemplate {
			name = ""
		}
		if name != "" {
			name = freeName(name, f.v.d.State().Accounts)
		}
		f.name.SetText(name)
		f.named = false
	}
	field := labelled(kit.T("services.form.address"), t.EndpointHint, f.address)
	open, folded := f.addressBox, f.advancedAddress
	if t.Endpoint != "" {
		open, folded = folded, open
	}
	folded.Objects, open.Objects = nil, []fyne.CanvasObject{field}
	folded.Hidden, open.Hidden = true, false
	f.address.SetText(t.Endpoint)
	f.userBox.(*fyne.Container).Hidden = !t.Login
	f.keyWord.SetText("")
	if t.KeyWord != "" && t.ID != ownTemplate {
		f.keyWord.SetText(kit.T("services.form.key.word", "name", t.Name, "word", t.KeyWord))
	}
	f.how.SetText(t.KeyHow)
	f.cost.SetText(t.Cost)
	f.note.SetText(t.Note)
	f.note.Hidden = t.Note == ""
	f.prices.SetText(kit.T("services.cost.page", "name", t.Name))
	f.prices.Hidden = t.CostPage == ""
	f.tell()
}

// draft is the form as it stands.
func (f *form) draft() draft {
	return draft{
		template: f.chosen, name: f.name.Text(), address: f.address.Text(), user: f.user.Text(), key: f.key.Text(),
		source: source(f.source.At()), where: f.where.Text(), session: f.once.On(),
	}
}

// tell shows what follows from the form and says that it changed.
func (f *form) tell() {
	if f.changed == nil {
		return
	}
	d, keyring := f.draft(), f.v.d.State().Keyring
	f.where.Hidden = d.source != fromEnv && d.source != fromFile
	hint := kit.T("services.form.env.hint")
	if d.source == fromFile {
		hint = kit.T("services.form.file.hint")
	}
	f.where.SetHint(hint)
	f.tellKey(d)
	if d.source == pasted {
		f.key.Enable()
	} else {
		f.key.Disable()
	}
	icon, words := d.keptWords(keyring)
	f.keptIcon.Set(icon, kit.Ink3)
	f.kept.SetText(words)
	locked := keyring == "locked" && d.source == pasted && !d.session
	f.unlock.Hidden, f.session.Hidden = !locked, !locked
	f.changed()
}

// newEnds is the line below a key that says when it ends.
func newEnds() *kit.Para {
	p := kit.NewPara("", kit.SmallM, kit.Warn, 592)
	p.Hide()
	return p
}

// tellEnds shows in it what a key says of itself.
func tellEnds(p *kit.Para, key string) {
	words, over := endsWords(services.NewSecret(key), time.Now())
	role := kit.Warn
	if over {
		role = kit.Bad
	}
	p.SetRole(role)
	p.SetText(words)
	p.Hidden = words == ""
}

// tellKey says what is asked for: a key, or the password of who logs in.
func (f *form) tellKey(d draft) {
	word, hint := kit.T("services.form.key"), kit.T("services.form.key.hint")
	switch {
	case d.login() != "":
		word, hint = kit.T("services.form.password"), ""
	case d.template.KeyOptional:
		hint = kit.T("services.form.key.optional")
	}
	key := ""
	if d.source == pasted && d.login() == "" {
		key = cleanKey(d.key)
	}
	tellEnds(f.ends, key)
	f.keyName.SetText(word)
	f.key.SetHint(hint)
	f.keyWord.Hidden = d.login() != ""
}
