//go:build unix

package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/ingest"
)

func TestPath_LeavesOutWhatPeopleDoNotMeanAndCountsIt(t *testing.T) {
	dir, plain := t.TempDir(), t.TempDir()
	for _, base := range []string{dir, plain} {
		write(t, filepath.Join(base, "a.txt"), []byte("a"))
		write(t, filepath.Join(base, "sub/b.txt"), []byte("b"))
	}
	want := mustRead(t, plain, ingest.Options{})
	write(t, filepath.Join(dir, ".hidden"), []byte("h"))
	write(t, filepath.Join(dir, ".git/config"), []byte("h"))
	write(t, filepath.Join(dir, "sub/draft.psd"), []byte("p"))
	write(t, filepath.Join(dir, "cache/x/y"), []byte("c"))
	if err := os.Symlink("/etc", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	o := ingest.Options{Ignore: []string{"*.psd", "cache/**"}}
	got := mustRead(t, dir, o)
	if got.CID != want.CID || got.Files != 2 || got.Size != 2 || got.Left != 6 {
		t.Errorf("got %+v, want %+v and 6 left out", got, want)
	}
	plan, err := ingest.Inspect(t.Context(), store.Path(dir), o)
	if err != nil || plan.Err != nil {
		t.Fatal(err, plan.Err)
	}
	slices.Sort(plan.LeftNames)
	if diff := cmp.Diff(plan.LeftNames, []string{".git", ".hidden", "cache", "link", "pipe", "sub/draft.psd"}); diff != "" {
		t.Error(diff)
	}
	if !plan.Dir || plan.CAR || plan.Files != 2 || plan.Size != 2 || plan.Left != 6 {
		t.Errorf("the plan is %+v", plan)
	}
	o.Hidden = true
	if got := mustRead(t, dir, o); got.Files != 4 || got.Left != 4 {
		t.Errorf("with hidden files it is %+v", got)
	}
}

func TestPath_TakesAnyName(t *testing.T) {
	dir, db := t.TempDir(), openBlocks(t)
	names := []string{
		"new\nline", "in\xffvalid", "\xe4\xf6\xfc", "tab\t", "quote'\"", "日本語", "e\u0301", "\u00e9", "-rf", " ", "C:\\x",
		"[brackets]", "*", strings.Repeat("x", 255), "CON", "\x01\x02",
	}
	for _, n := range names {
		write(t, filepath.Join(dir, n), []byte(n))
	}
	root, _ := into(t, db, 1, dir, ingest.Options{Ignore: []string{"[[]brackets]"}})
	if root.Files != len(names)-1 || root.Left != 1 {
		t.Errorf("got %+v, want %d files", root, len(names)-1)
	}
	files, err := db.Files(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if data, err := os.ReadFile(string(f.Path)); err != nil || string(data) != filepath.Base(string(f.Path)) {
			t.Errorf("%q cannot be read again: %v", f.Path, err)
		}
	}
}

func TestPath_FollowsALinkThatWasAskedFor(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "real/a"), []byte("a"))
	for link, to := range map[string]string{"to-file": "real/a", "to-folder": "real"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
		want := mustRead(t, filepath.Join(dir, to), ingest.Options{})
		if got := mustRead(t, filepath.Join(dir, link), ingest.Options{}); got != want {
			t.Errorf("%s is %+v, want %+v", link, got, want)
		}
	}
}

func TestPath_SaysWhyAPathCannotBeTaken(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(pipe, filepath.Join(dir, "to-pipe")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "file"), nil)
	for path, want := range map[string]string{
		filepath.Join(dir, "nothing"):    services.ReasonVanished,
		filepath.Join(dir, "file/sub"):   services.ReasonVanished,
		pipe:                             services.ReasonSpecial,
		filepath.Join(dir, "to-pipe"):    services.ReasonSpecial,
		"/dev/zero":                      services.ReasonSpecial,
		filepath.Join(dir, "no\x00pe"):   services.ReasonUnreadable,
		strings.Repeat("/dir", 2000):     services.ReasonUnreadable,
		filepath.Join(dir, "..", "...."): services.ReasonVanished,
	} {
		_, err := read(t, path, ingest.Options{})
		if got := reason(err); got != want {
			t.Errorf("%.40q: %s, want %s", path, got, want)
		}
		plan, err := ingest.Inspect(t.Context(), store.Path(path), ingest.Options{})
		if err != nil || plan.Err == nil || plan.Err.Reason != want {
			t.Errorf("%.40q: the plan says %v (%v), want %s", path, plan.Err, err, want)
		}
	}
	for _, o := range []ingest.Options{{Profile: "v7"}, {Ignore: []string{"["}}, {Ignore: []string{""}}} {
		if _, err := read(t, dir, o); services.CodeOf(err) != services.CodeUsage {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestPath_CancelEndsItSoon(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(1<<40), f.Close()); err != nil { // a hole: it would take minutes
		t.Skip("not run: no sparse files here: ", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var seen ingest.Progress
	at := time.Now()
	_, err = ingest.Path(ctx, store.Path(path), ingest.Options{Progress: func(p ingest.Progress) {
		seen, at = p, time.Now()
		cancel()
	}}, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	t.Logf("ended %v after the cancel", time.Since(at))
	if seen.Bytes == 0 || seen.TotalBytes != 1<<40 || seen.TotalFiles != 1 {
		t.Errorf("progress was %+v", seen)
	}
}

func TestPath_TellsHowFarItIs(t *testing.T) {
	dir := t.TempDir()
	for i := range 300 {
		write(t, filepath.Join(dir, fmt.Sprint(i%7), fmt.Sprint(i)), pattern(5000))
	}
	write(t, filepath.Join(dir, "large"), pattern(9<<20))
	var told []ingest.Progress
	root := mustRead(t, dir, ingest.Options{Progress: func(p ingest.Progress) { told = append(told, p) }})
	end := told[len(told)-1]
	want := ingest.Progress{Files: 301, TotalFiles: 301, Bytes: 9<<20 + 300*5000, TotalBytes: 9<<20 + 300*5000}
	if end != want || root.Size != want.Bytes || root.Files != 301 {
		t.Errorf("it ends with %+v, want %+v; %+v", end, want, root)
	}
	for i, p := range told[:len(told)-1] {
		if p.Bytes > told[i+1].Bytes || p.TotalBytes != 0 && p.TotalBytes < p.Bytes {
			t.Errorf("progress goes from %+v to %+v", p, told[i+1])
		}
	}
}

func TestPath_OneUnreadableFileFailsTheFolderWithItsName(t *testing.T) {
	if !asNobody(t) {
		return
	}
	dir := t.TempDir()
	for i := range 100 {
		write(t, filepath.Join(dir, "sub", fmt.Sprint(i)), []byte("x"))
	}
	secret := write(t, filepath.Join(dir, "sub", "secret"), []byte("x"))
	closed := filepath.Join(dir, "closed")
	if err := errors.Join(os.Chmod(secret, 0), os.Mkdir(closed, 0)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o755) })
	if _, err := read(t, secret, ingest.Options{}); reason(err) != services.ReasonUnreadable {
		t.Errorf("the file itself: %v", err)
	}
	if _, err := read(t, closed, ingest.Options{}); reason(err) != services.ReasonUnreadable {
		t.Errorf("the closed folder: %v", err)
	}
	_, err := read(t, dir, ingest.Options{Ignore: []string{"closed"}})
	if reason(err) != services.ReasonUnreadable || details(err) != secret {
		t.Errorf("the folder says %v of %q, want %q", err, details(err), secret)
	}
	_, err = read(t, dir, ingest.Options{Ignore: []string{"secret"}})
	if reason(err) != services.ReasonUnreadable || details(err) != closed {
		t.Errorf("the folder says %v of %q, want %q", err, details(err), closed)
	}
	if _, err := read(t, dir, ingest.Options{Ignore: []string{"closed", "secret"}}); err != nil {
		t.Error(err)
	}
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

func TestPath_NoticesWhatChangesMeanwhile(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"grows":     func(p string) error { return appendTo(p, "more") },
		"shrinks":   func(p string) error { return os.Truncate(p, 100) },
		"rewritten": func(p string) error { return os.WriteFile(p, pattern(24<<20), 0o644) },
		"a folder gets a file": func(p string) error {
			return os.WriteFile(filepath.Join(filepath.Dir(p), "new"), nil, 0o644)
		},
		"the folder gets a hidden file": func(p string) error {
			return os.WriteFile(filepath.Join(filepath.Dir(p), ".DS_Store"), nil, 0o644)
		},
		"a file of the folder goes": func(p string) error { return os.Remove(filepath.Join(filepath.Dir(p), "z")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := write(t, filepath.Join(dir, "in/large"), pattern(24<<20))
			if strings.Contains(name, "folder") {
				write(t, filepath.Join(dir, "in/z"), []byte("z"))
			}
			old := time.Now().Add(-time.Hour)
			for _, p := range []string{path, filepath.Join(dir, "in"), dir} {
				if err := os.Chtimes(p, old, old); err != nil {
					t.Fatal(err)
				}
			}
			done := false
			_, err := read(t, dir, ingest.Options{Progress: func(p ingest.Progress) {
				if !done && p.Bytes > 0 {
					done = true
					if err := change(path); err != nil {
						t.Error(err)
					}
				}
			}})
			want := services.ReasonChanged
			if strings.Contains(name, "hidden") {
				want = ""
			}
			if reason(err) != want {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// A folder or file replaced by a link between looking and opening leads nowhere.
func TestPath_ASwappedPathLeadsNowhereElse(t *testing.T) {
	outside := t.TempDir()
	write(t, filepath.Join(outside, "secret"), []byte("secret"))
	dir := t.TempDir()
	for i := range 200 {
		write(t, filepath.Join(dir, fmt.Sprintf("d%03d/secret", i)), []byte("public"))
	}
	want := mustRead(t, dir, ingest.Options{})
	swapped := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(swapped)
		for i := 0; ctx.Err() == nil; i = (i + 1) % 200 {
			p := filepath.Join(dir, fmt.Sprintf("d%03d", i))
			if err := errors.Join(os.Rename(p, p+"~"), os.Symlink(outside, p), os.Remove(p), os.Rename(p+"~", p)); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	for range 30 {
		// What was caught in the middle may be left out as a link, or have a ~; but
		// nothing of the outside is read.
		root, err := read(t, dir, ingest.Options{Ignore: []string{"*~"}})
		if r := reason(err); err != nil && r != services.ReasonChanged {
			t.Errorf("it ended with %v", err)
		}
		if err == nil && root.Left == 0 && root.CID != want.CID {
			t.Errorf("it is %+v, want %+v", root, want)
		}
	}
	cancel()
	<-swapped
	var none *fs.PathError
	if _, err := read(t, dir, ingest.Options{}); errors.As(err, &none) {
		t.Error(err)
	}
}
