package folders

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"github.com/pintray/pintray/store"
)

// chooseFolder has the person choose a folder of this computer.
func chooseFolder(w fyne.Window, then func(store.Path)) {
	d := dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
		if err == nil && u != nil {
			then(store.Path(u.Path()))
		}
	}, w)
	d.Show() // before a size is set, or Fyne has nothing to set it on
	s := w.Canvas().Size()
	d.Resize(fyne.NewSize(min(860, s.Width-48), min(600, s.Height-48)))
}
