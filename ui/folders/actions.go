package folders

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

func (v *View) act(c card, d do) {
	id, e := c.folder.ID, v.d.Engine
	switch d {
	case doOpen:
		v.openPath(string(c.folder.Path))
	case doPauseHalf, doPauseTwo, doPauseTomorrow, doPause:
		end := until(d, time.Now())
		v.do("pause", kit.T("folders.paused", "name", c.name), func(ctx context.Context) error { return e.PauseFolder(ctx, id, end) })
	case doResume:
		v.do("resume", kit.T("folders.resumed", "name", c.name), func(ctx context.Context) error { return e.ResumeFolder(ctx, id) })
	case doApprove:
		v.do("approve", kit.T("folders.approved", "name", c.name), func(ctx context.Context) error { return e.ApproveFolder(ctx, id) })
	case doLook:
		v.do("look", kit.T("folders.looking", "name", c.name), func(ctx context.Context) error { return e.RescanFolder(ctx, id) })
	case doEdit:
		v.edit(c.folder)
	case doList:
		v.openList(id)
	case doCopy:
		fyne.CurrentApp().Clipboard().SetContent(string(c.folder.Path))
		kit.Toast(v.d.Window.Canvas(), kit.T("folders.copied"), "", nil)
	case doForget:
		v.forget(c)
	}
}

// do runs a verb off the UI thread and says done, or what went wrong.
func (v *View) do(op, done string, work func(context.Context) error) {
	kit.Do(v.d.Context, work, func(err error) {
		if err != nil {
			v.failed(op, err)
			return
		}
		if done != "" {
			kit.Toast(v.d.Window.Canvas(), done, "", nil)
		}
		v.Refresh()
	})
}

func (v *View) failed(op string, err error) {
	v.d.Log.Warn("a request of the screen failed", "op", op, "code", services.CodeOf(err))
	m := kit.Explain(err, "")
	kit.Toast(v.d.Window.Canvas(), m.Title, "", nil)
}

func (v *View) openPath(path string) {
	kit.Do(v.d.Context, func(context.Context) error { return v.d.OpenPath(path) }, func(err error) {
		if err != nil {
			kit.Toast(v.d.Window.Canvas(), kit.T("folders.not-opened", "path", services.Clean(path)), "", nil)
		}
	})
}

// openList has the engine write the list of what a folder published, and opens
// it.
func (v *View) openList(id store.FolderID) {
	kit.Go(v.d.Context, func(ctx context.Context) (string, error) { return v.d.Engine.Manifest(ctx, id) }, func(path string, err error) {
		if err != nil {
			v.failed("list", err)
			return
		}
		v.openPath(path)
	})
}

// forget asks before a folder is watched no more.
func (v *View) forget(c card) {
	var sheet *kit.SheetHandle
	body := kit.VBox(8, kit.NewPara(kit.T("folders.forget.text", "name", c.name), kit.BodyM, kit.Ink, 432))
	if c.folder.Items > 0 {
		body.Add(kit.NewPara(kit.N("folders.forget.items", c.folder.Items), kit.Body, kit.Ink2, 432))
	}
	sheet = kit.ShowSheet(v.d.Window.Canvas(), kit.Sheet{
		Title: kit.T("folders.forget.title", "name", c.name), Width: 480, Body: body, PrimaryLabel: kit.T("folders.forget.go"),
		Primary: func(*kit.SheetHandle) {
			sheet.Close()
			v.do("forget", kit.T("folders.forgotten", "name", c.name), func(ctx context.Context) error {
				return v.d.Engine.ForgetFolder(ctx, c.folder.ID)
			})
		},
	})
}
