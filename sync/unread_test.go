//go:build unix

package sync_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

func TestImport_TheFileOfAFolderThatCannotBeReadIsNamedUntilItCan(t *testing.T) {
	if !asNobody(t) {
		return
	}
	bubble(t, func(t *testing.T, r *rig) {
		a := r.connect("a", demo.New(demo.Options{}))
		r.run()
		pass(time.Second)
		secret := string(r.file("art/secret", "hello"))
		r.file("art/good", "changed")
		if err := os.Chmod(secret, 0); err != nil {
			t.Fatal(err)
		}
		op := r.bring(store.Path(filepath.Dir(secret)), a)[0]
		pass(time.Minute)
		r.wantOp(op.ID, store.OpStuck)
		if s := r.source(op.Source); s.Reason != services.ReasonUnreadable || s.Unread != secret {
			t.Errorf("got %q of %q, want that of %q", s.Reason, s.Unread, secret)
		}
		if err := os.Chmod(secret, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := r.Retry(context.Background(), []store.OperationID{op.ID}); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		r.wantOp(op.ID, store.OpDone)
		if s := r.source(op.Source); s.Reason != "" || s.Unread != "" {
			t.Errorf("still %q of %q", s.Reason, s.Unread)
		}
	})
}

// asNobody reports whether the rest of a test can run here, as the rights of
// files hold. As root it runs the whole test in a process of nobody instead.
func asNobody(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		return true
	}
	dir, err := os.MkdirTemp("", "nobody")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	const nobody = 65534
	program := filepath.Join(dir, "test")
	self, err := os.ReadFile(os.Args[0])
	if err == nil {
		err = errors.Join(os.WriteFile(program, self, 0o755), os.Chown(dir, nobody, nobody))
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, syscall.EPERM):
		t.Skip("not run: cannot become nobody: ", err)
	case err != nil || !strings.Contains(string(out), "--- PASS"):
		t.Fatalf("as nobody: %v\n%s", err, out)
	}
	return false
}
