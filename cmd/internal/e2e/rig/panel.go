package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// panelConfig is a panel along the lower edge with nothing in it but the tray.
const panelConfig = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray"/>
  </property>
</channel>
`

// StartPanel starts xfce4-panel, a real tray, on the display and the bus (of
// StartDesktopBus).
func StartPanel(home string, d *Display, b *Bus) (*Process, error) {
	if err := Need("xfce4-panel"); err != nil {
		return nil, err
	}
	dir := filepath.Join(home, "config", "xfce4", "xfconf", "xfce-perchannel-xml")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "xfce4-panel.xml"), []byte(panelConfig), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command("xfce4-panel", "--disable-wm-check")
	cmd.Env = Env(home, append(d.Env(), b.Env()...)...)
	p, err := Start(cmd)
	if err != nil {
		return nil, err
	}
	if err := b.waitFor(watcherName); err != nil {
		p.Stop()
		return nil, fmt.Errorf("xfce4-panel offers no tray: %w: %s", err, p.Said())
	}
	return p, nil
}

// Icons waits until the tray that somebody else runs on the bus has an icon,
// and returns the icons' names.
func (b *Bus) Icons(limit time.Duration) ([]string, error) {
	conn, err := b.Dial()
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	var icons []string
	err = Eventually(limit, func() error {
		v, err := conn.Object(watcherName, watcherPath).GetProperty(watcherName + ".RegisteredStatusNotifierItems")
		if err != nil {
			return err
		}
		if err := v.Store(&icons); err != nil {
			return err
		}
		if len(icons) == 0 {
			return fmt.Errorf("no icon came into the tray")
		}
		return nil
	})
	return icons, err
}
