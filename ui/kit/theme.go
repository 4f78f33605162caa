package kit

import (
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/pintray/pintray/assets"
)

// Look is the person's choice between light and dark.
type Look string

// The looks. The zero Look follows the system.
const (
	LookSystem Look = ""
	LookLight  Look = "light"
	LookDark   Look = "dark"
)

// Theme gives Fyne's own widgets the look of ours. Set it with
// app.Settings().SetTheme before the first window; to change the look, set
// another one.
type Theme struct {
	look Look
}

// NewTheme makes the theme for a look.
func NewTheme(l Look) *Theme { return &Theme{look: l} }

// Color is the colour of a role under the app's theme now.
func Color(r Role) color.NRGBA { return current()[r] }

// Dark reports whether the app is dark now.
func Dark() bool { return current() == palettes().dark }

func current() *palette {
	app := fyne.CurrentApp()
	if app == nil {
		return palettes().dark
	}
	s := app.Settings()
	if t, ok := s.Theme().(*Theme); ok {
		return t.palette(s.ThemeVariant())
	}
	return NewTheme(LookSystem).palette(s.ThemeVariant())
}

var palettes = sync.OnceValue(func() (p struct{ dark, light *palette }) {
	p.dark, p.light = darkPalette(), lightPalette()
	return p
})

func (t *Theme) palette(v fyne.ThemeVariant) *palette {
	if t.look == LookDark || (t.look == LookSystem && v == theme.VariantDark) {
		return palettes().dark
	}
	return palettes().light
}

// roleOf maps Fyne's names to ours.
func roleOf(n fyne.ThemeColorName) (Role, bool) {
	switch n {
	case theme.ColorNameBackground:
		return Bg, true
	case theme.ColorNameForeground:
		return Ink, true
	case theme.ColorNamePrimary:
		return Accent, true
	case theme.ColorNameHyperlink:
		return AccentInk, true
	case theme.ColorNameInputBackground, theme.ColorNameInputBorder:
		return Clear, true // a Field has a frame of its own
	case theme.ColorNameSeparator:
		return Line, true
	case theme.ColorNameButton:
		return Raised, true
	case theme.ColorNameHover:
		return Hover, true
	case theme.ColorNameSelection, theme.ColorNameFocus:
		return AccentSoft, true
	case theme.ColorNamePlaceHolder, theme.ColorNameDisabled:
		return Ink3, true
	case theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground:
		return Overlay, true
	case theme.ColorNameShadow:
		return Shade, true
	case theme.ColorNameScrollBar:
		return Ctl, true
	case theme.ColorNameSuccess:
		return SafeInk, true
	case theme.ColorNameWarning:
		return Warn, true
	case theme.ColorNameError:
		return Bad, true
	}
	return Clear, false
}

// Color is Fyne's question for a colour.
func (t *Theme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	p := t.palette(v)
	if r, ok := roleOf(n); ok {
		if r == Clear {
			return color.Transparent // what Fyne does not draw
		}
		return p[r]
	}
	v = theme.VariantLight
	if p == palettes().dark {
		v = theme.VariantDark
	}
	return theme.DefaultTheme().Color(n, v)
}

// Font is Fyne's question for a font: Inter, SemiBold for bold.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Monospace || s.Symbol:
		return theme.DefaultTheme().Font(s)
	case s.Bold:
		return fonts().semi
	}
	return fonts().regular
}

// Icon is Fyne's question for one of its own icons.
func (t *Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(n) }

// Size is Fyne's question for a measure.
func (t *Theme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNameText:
		return 13
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameInnerPadding:
		return entryPad
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius, theme.SizeNameMenuRadius:
		return 8
	case theme.SizeNameInputBorder:
		return 0
	case theme.SizeNameSeparatorThickness:
		return 1
	case theme.SizeNameScrollBar:
		return 12
	case theme.SizeNameScrollBarSmall:
		return 4
	}
	return theme.DefaultTheme().Size(n)
}

type fontSet struct{ regular, medium, semi, mono fyne.Resource }

var fonts = sync.OnceValue(func() fontSet {
	load := func(name string) fyne.Resource {
		data, err := assets.Fonts.ReadFile("fonts/" + name)
		if err != nil {
			panic("bug: " + err.Error())
		}
		return fyne.NewStaticResource(name, data)
	}
	return fontSet{
		regular: load("Inter-Regular.otf"),
		medium:  load("Inter-Medium.otf"),
		semi:    load("Inter-SemiBold.otf"),
		mono:    theme.DefaultTheme().Font(fyne.TextStyle{Monospace: true}),
	}
})
