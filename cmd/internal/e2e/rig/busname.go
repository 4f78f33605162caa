package rig

import (
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

// Dial connects to the bus.
func (b *Bus) Dial() (*dbus.Conn, error) { return dbus.Connect(b.Address) }

// waitFor waits until somebody owns name on the bus.
func (b *Bus) waitFor(name string) error {
	conn, err := b.Dial()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return Eventually(10*time.Second, func() error {
		var owned bool
		if err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned); err != nil {
			return err
		}
		if !owned {
			return fmt.Errorf("nobody is %s on the bus", name)
		}
		return nil
	})
}

// Eventually tries until it works, every 50 ms for as long as limit, and
// returns the last error.
func Eventually(limit time.Duration, try func() error) error {
	end := time.Now().Add(limit)
	for {
		err := try()
		if err == nil || time.Now().After(end) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
