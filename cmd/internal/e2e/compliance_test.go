package e2e_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// This computer, opened by the shell, passes every check other people wrote for
// pinning services.
func TestThisComputer_PassesThePublicComplianceSuite(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	must(t, rig.Home(home))
	key := filepath.Join(home, "key")
	must(t, os.WriteFile(key, []byte(rig.Token), 0o600))
	ctl := rig.Ctl{Data: filepath.Join(home, "pintray"), Env: rig.Env(home)}
	url, server, err := ctl.Open(key)
	must(t, err)
	t.Cleanup(func() { server.Stop() })

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	said, err := rig.Compliance(ctx, filepath.Join(home, "compliance"), url, rig.Token)
	must(t, err)
	if !strings.Contains(said, "Summary (9/9 successful)") {
		t.Errorf("the suite said:\n%s", said)
	}
}
