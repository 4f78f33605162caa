//go:build unix

package store_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/cache"
	"github.com/pintray/pintray/store/user"
)

// nobody is the environment variable that tells the test binary, run again as
// nobody, which folder to try.
const nobody = "PINTRAY_TEST_READ_ONLY"

func TestOpen_SaysThatTheFolderIsReadOnly(t *testing.T) {
	if dir := os.Getenv(nobody); dir != "" {
		tryReadOnly(t, dir)
		return
	}
	base, err := os.MkdirTemp("", "pintray")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(base) })
	empty, full := filepath.Join(base, "empty"), filepath.Join(base, "full")
	for _, dir := range []string{empty, full} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	fillFolder(t, full)
	for _, dir := range []string{base, empty, full} {
		if err := os.Chmod(dir, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(empty, 0o700); _ = os.Chmod(full, 0o700); _ = os.Chmod(base, 0o700) })
	for _, dir := range []string{empty, full} {
		if os.Getuid() != 0 {
			tryReadOnly(t, dir)
			continue
		}
		// The rights of a folder do not bind root: once more as nobody.
		cmd := exec.Command(executable(t), "-test.run", "^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), nobody+"="+dir, "TMPDIR=/tmp")
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", filepath.Base(dir), err, out)
		}
	}
}

func tryReadOnly(t *testing.T, dir string) {
	t.Helper()
	_, userErr := user.Open(t.Context(), dir, nil)
	_, _, cacheErr := cache.Open(t.Context(), dir, nil)
	for name, err := range map[string]error{"user": userErr, "cache": cacheErr} {
		var e *services.Error
		if !errors.As(err, &e) || e.Code != services.CodeStorage || e.Reason != "read-only" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// fillFolder leaves a folder as a program that was quit does, readable by all.
func fillFolder(t *testing.T, dir string) {
	t.Helper()
	u, err := user.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := cache.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(u.Close(), c.Close()); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		if err := os.Chmod(f, 0o444); err != nil {
			t.Fatal(err)
		}
	}
}

// executable is a copy of this test binary where anyone can run it.
func executable(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "pintray")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	path := filepath.Join(dir, "store.test")
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}
