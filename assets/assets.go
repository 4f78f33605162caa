// Package assets holds what Pintray shows but does not compute: icons, fonts,
// tray pictures and the words of the screen, as embedded files. It imports
// nothing of Pintray and nothing of Fyne; it starts nothing.
//
// Icons are filled outlines on a 24 grid with one colour (#000000), marks the
// same on a 16 grid: Fyne draws SVG strokes in pixels whatever the picture's
// size, so strokes are turned into outlines once, by assets/internal/draw.
package assets

import "embed"

//go:generate go run ./internal/draw

var (
	// Icons holds icons/NAME.svg, icons/mark-STATE.svg and icons/app.png.
	//go:embed icons
	Icons embed.FS
	// Tray holds tray/STATE-PANEL.png, 64 px: STATE is fine, working, paused,
	// needs-you, problem or offline (the values of store.HealthState), PANEL the
	// panel it is for: dark or light.
	//go:embed tray
	Tray embed.FS
	// Fonts holds fonts/Inter-Regular.otf, -Medium and -SemiBold, with their
	// licence in OFL.txt.
	//go:embed fonts
	Fonts embed.FS
	// Translations holds translations/PART/LANGUAGE.json: stable keys, one part
	// per part of the screen.
	//go:embed translations
	Translations embed.FS
)
