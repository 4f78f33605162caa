package kit

import "image/color"

// Role says what a colour is for. The colour itself follows the theme: read it
// with Color whenever something is drawn, never keep it.
type Role int

// Surfaces from back to front, lines, text, the one accent, and the states.
const (
	Clear Role = iota // nothing at all
	Nav
	Bg
	Raised  // card, button
	Sunken  // field, footer
	Overlay // sheet, menu, selection bar
	Line    // quiet separator
	Edge    // edge of a field or a button
	Ctl     // edge of a tick box or a switch
	Ink     // text
	Ink2    // second text
	Ink3    // hint, ID
	Accent
	OnAccent
	AccentInk // the accent as text
	AccentSoft
	Hover
	Selected
	SafeInk
	Work
	Warn
	Bad
	SafeSoft
	WorkSoft
	WarnSoft
	BadSoft
	TileBg
	ThumbBg
	Scrim
	Shade
	roles
)

type palette [roles]color.NRGBA

func hex(v uint32) color.NRGBA { return color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255} }

func darkPalette() *palette {
	return &palette{
		Nav: hex(0x0D0F13), Bg: hex(0x131519), Raised: hex(0x1B1E24), Sunken: hex(0x0F1115), Overlay: hex(0x1C1F26),
		Line: hex(0x20242B), Edge: hex(0x31363F), Ctl: hex(0x646C7A),
		Ink: hex(0xECEEF2), Ink2: hex(0xAAB1BD), Ink3: hex(0x8A92A0),
		Accent: hex(0x5F63E6), OnAccent: hex(0xFFFFFF), AccentInk: hex(0xA3A7FF),
		AccentSoft: hex(0x23254A), Hover: hex(0x1A1D23), Selected: hex(0x1E2040),
		SafeInk: hex(0x46C488), Work: hex(0x4FB0F5), Warn: hex(0xE8B04B), Bad: hex(0xF5766E),
		SafeSoft: hex(0x15291F), WorkSoft: hex(0x14273A), WarnSoft: hex(0x2C2414), BadSoft: hex(0x331C1C),
		TileBg: hex(0x282C35), ThumbBg: hex(0x20242B),
		Scrim: {6, 7, 9, 160}, Shade: {0, 0, 0, 150},
	}
}

func lightPalette() *palette {
	return &palette{
		Nav: hex(0xF5F6F8), Bg: hex(0xFFFFFF), Raised: hex(0xFFFFFF), Sunken: hex(0xF4F5F7), Overlay: hex(0xFFFFFF),
		Line: hex(0xE9EBEF), Edge: hex(0xD3D7DE), Ctl: hex(0x858D9A),
		Ink: hex(0x16181D), Ink2: hex(0x4B5362), Ink3: hex(0x5F6978),
		Accent: hex(0x5257DB), OnAccent: hex(0xFFFFFF), AccentInk: hex(0x484DD0),
		AccentSoft: hex(0xECEDFD), Hover: hex(0xF4F5F8), Selected: hex(0xEEEFFE),
		SafeInk: hex(0x157647), Work: hex(0x0A69B8), Warn: hex(0x8F5F00), Bad: hex(0xC5352D),
		SafeSoft: hex(0xE5F5EC), WorkSoft: hex(0xE4F1FC), WarnSoft: hex(0xFBF2DF), BadSoft: hex(0xFCEBEA),
		TileBg: hex(0xE9EBF0), ThumbBg: hex(0xF0F1F4),
		Scrim: {22, 24, 29, 90}, Shade: {20, 24, 40, 46},
	}
}
