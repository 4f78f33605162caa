package rig

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	itemName    = "org.kde.StatusNotifierItem"
	menuName    = "com.canonical.dbusmenu"
)

// Tray is a tray of our own on a bus: it accepts icons, reads their menus and
// clicks, as a panel does.
type Tray struct {
	conn  *dbus.Conn
	mu    sync.Mutex
	items []string // bus names that registered
}

// OpenTray becomes the tray of the bus.
func (b *Bus) OpenTray() (*Tray, error) {
	conn, err := b.Dial()
	if err != nil {
		return nil, err
	}
	t := &Tray{conn: conn}
	if err := t.serve(); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return t, nil
}

func (t *Tray) serve() error {
	if err := t.conn.Export(watcher{t}, watcherPath, watcherName); err != nil {
		return err
	}
	_, err := prop.Export(t.conn, watcherPath, prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: true},
		"ProtocolVersion":                {Value: int32(0)},
		"RegisteredStatusNotifierItems":  {Value: []string{}},
	}})
	if err != nil {
		return err
	}
	reply, err := t.conn.RequestName(watcherName, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = fmt.Errorf("somebody else is %s", watcherName)
	}
	return err
}

// watcher is what icons call.
type watcher struct{ t *Tray }

// RegisterStatusNotifierItem is the call an icon makes to appear.
func (w watcher) RegisterStatusNotifierItem(service string, sender dbus.Sender) *dbus.Error {
	w.t.mu.Lock()
	defer w.t.mu.Unlock()
	if !slices.Contains(w.t.items, string(sender)) {
		w.t.items = append(w.t.items, string(sender))
	}
	return nil
}

// RegisterStatusNotifierHost is the call a panel makes.
func (watcher) RegisterStatusNotifierHost(string) *dbus.Error { return nil }

// Close leaves the bus.
func (t *Tray) Close() { _ = t.conn.Close() }

// Icon waits for the first icon.
func (t *Tray) Icon(limit time.Duration) (*Icon, error) {
	var name string
	err := Eventually(limit, func() error {
		t.mu.Lock()
		defer t.mu.Unlock()
		if len(t.items) == 0 {
			return fmt.Errorf("no icon came into the tray")
		}
		name = t.items[len(t.items)-1]
		return nil
	})
	return &Icon{conn: t.conn, name: name}, err
}

// Icon is an icon in the tray.
type Icon struct {
	conn *dbus.Conn
	name string
}

// Pixmap is one size of an icon's picture, as the specification has it.
type Pixmap struct {
	W, H int32
	ARGB []byte
}

// Picture is the icon as it is drawn now.
func (i *Icon) Picture() ([]Pixmap, error) {
	v, err := i.conn.Object(i.name, "/StatusNotifierItem").GetProperty(itemName + ".IconPixmap")
	if err != nil {
		return nil, err
	}
	var p []Pixmap
	return p, v.Store(&p)
}

// Activate is a click on the icon itself.
func (i *Icon) Activate() error {
	return i.conn.Object(i.name, "/StatusNotifierItem").Call(itemName+".Activate", 0, int32(0), int32(0)).Err
}

// Entry is a line of a menu.
type Entry struct {
	ID      int32
	Label   string
	Enabled bool
	Below   []Entry
}

type layout struct {
	ID       int32
	Props    map[string]dbus.Variant
	Children []dbus.Variant
}

// Menu reads the icon's whole menu, without separators.
func (i *Icon) Menu() ([]Entry, error) {
	v, err := i.conn.Object(i.name, "/StatusNotifierItem").GetProperty(itemName + ".Menu")
	if err != nil {
		return nil, err
	}
	path, ok := v.Value().(dbus.ObjectPath)
	if !ok {
		return nil, fmt.Errorf("the icon's menu is %v", v)
	}
	var revision uint32
	var root layout
	call := i.conn.Object(i.name, path).Call(menuName+".GetLayout", 0, int32(0), int32(-1), []string{})
	if err := call.Store(&revision, &root); err != nil {
		return nil, err
	}
	return entries(root)
}

func entries(l layout) ([]Entry, error) {
	var list []Entry
	for _, v := range l.Children {
		var child layout
		if err := dbus.Store([]any{v.Value()}, &child); err != nil {
			return nil, err
		}
		if kind, _ := child.Props["type"].Value().(string); kind == "separator" {
			continue
		}
		e := Entry{ID: child.ID, Enabled: true}
		e.Label, _ = child.Props["label"].Value().(string)
		if enabled, ok := child.Props["enabled"].Value().(bool); ok {
			e.Enabled = enabled
		}
		var err error
		if e.Below, err = entries(child); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// Choose clicks the entry of that label, wherever it is in the menu. It does not
// wait for an answer: who quits has none.
func (i *Icon) Choose(label string) error {
	menu, err := i.Menu()
	if err != nil {
		return err
	}
	id, ok := lookup(menu, label)
	if !ok {
		return fmt.Errorf("the menu has no %q: %+v", label, menu)
	}
	v, err := i.conn.Object(i.name, "/StatusNotifierItem").GetProperty(itemName + ".Menu")
	if err != nil {
		return err
	}
	path, _ := v.Value().(dbus.ObjectPath)
	return i.conn.Object(i.name, path).Call(menuName+".Event", dbus.FlagNoReplyExpected, id, "clicked", dbus.MakeVariant(int32(0)), uint32(0)).Err
}

func lookup(menu []Entry, label string) (int32, bool) {
	for _, e := range menu {
		if e.Label == label {
			return e.ID, true
		}
		if id, ok := lookup(e.Below, label); ok {
			return id, true
		}
	}
	return 0, false
}
