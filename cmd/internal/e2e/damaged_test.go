package e2e_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// Whoever meets it reads what is safe, where the file is and what mends it, and
// the file stays as it is.
func TestWindow_ADamagedUserDBComesWithTheStepsThatMendIt(t *testing.T) {
	p := newPerson(t)
	d := newDisplay(t, p)
	must(t, os.MkdirAll(p.ctl.Data, 0o700))
	file, spoiled := filepath.Join(p.ctl.Data, "user.db"), bytes.Repeat([]byte("spoiled "), 8<<10)
	must(t, os.WriteFile(file, spoiled, 0o600))
	copied := "user.db.bak-" + time.Now().UTC().Format(time.DateOnly)
	must(t, os.WriteFile(filepath.Join(p.ctl.Data, copied), nil, 0o600))

	w := openWindow(t, p, d)
	for _, part := range []string{"online are not.", "~/pintray/user.db", copied, rig.Word("settings.folder.go"), rig.Word("tray.quit")} {
		must(t, w.See(part))
	}
	must(t, w.Click(rig.Word("tray.quit")))
	select {
	case <-w.Done():
	case <-time.After(10 * time.Second):
		t.Error("it does not quit")
	}
	if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, spoiled) {
		t.Errorf("the file was touched: %v", err)
	}
}
