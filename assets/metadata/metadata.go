// Package metadata is what Pintray is called, in the words of Fyne. The packager
// reads the same from FyneApp.toml in the root; a test keeps the two equal.
package metadata

import (
	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/assets"
)

// What the program is called, everywhere.
const (
	ID      = "io.github.pintray.Pintray"
	Name    = "Pintray"
	Version = "0.1.0"
)

// Metadata is what main gives to app.SetMetadata: a plain build embeds no
// FyneApp.toml, and without it preferences and windows have no name.
func Metadata() fyne.AppMetadata {
	icon, err := assets.Icons.ReadFile("icons/app.png")
	if err != nil {
		panic("bug: " + err.Error())
	}
	return fyne.AppMetadata{
		ID: ID, Name: Name, Version: Version, Build: 1, Release: true,
		Icon:       fyne.NewStaticResource("app.png", icon),
		Migrations: map[string]bool{"fyneDo": true},
	}
}
