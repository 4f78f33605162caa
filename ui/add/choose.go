package add

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// choosePath has the person choose a file or a folder of this computer.
func choosePath(w fyne.Window, folder bool, then func(store.Path)) {
	var d *dialog.FileDialog
	if folder {
		d = dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
			if err == nil && u != nil {
				then(store.Path(u.Path()))
			}
		}, w)
	} else {
		d = dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
			if err != nil || r == nil {
				return
			}
			path := r.URI().Path()
			_ = r.Close() // only its name is wanted
			then(store.Path(path))
		}, w)
	}
	d.SetTitleText(kit.T("add.choose.title"))
	d.SetConfirmText(kit.T("add.choose.do"))
	d.SetDismissText(kit.T("kit.cancel"))
	d.Show() // before a size is set, or Fyne has nothing to set it on
	s := w.Canvas().Size()
	d.Resize(fyne.NewSize(min(860, s.Width-48), min(600, s.Height-48)))
}
