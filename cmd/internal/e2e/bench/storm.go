package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// The storm: so many files, in 5,110 folders of three levels.
const (
	stormFiles = 50_000
	stormDirs  = 5000
)

// watchedFolder is a line of `folders ls --json`.
type watchedFolder struct {
	State    string `json:"state"`
	Reason   string `json:"reason"`
	Waiting  int    `json:"waiting"`
	Items    int    `json:"items"`
	Settling int    `json:"settling"`
	Scanned  string `json:"scanned_at"`
}

// storm: files dropped into a folder that is watched, until all of them stand in
// its index (where so many at once wait for the person); then what watching them
// costs.
func (b *bench) storm(ctx context.Context) error {
	files, dirs := stormFiles, stormDirs
	if b.many < 1_000_000 { // -quick
		files, dirs = files/10, dirs/10
	}
	p, url, err := b.service(0, 0)
	if err != nil {
		return err
	}
	defer p.Stop()
	root := filepath.Join(b.home, "storm-art")
	if err := os.Mkdir(root, 0o755); err != nil {
		return err
	}
	c := b.ctl("storm")
	for _, args := range [][]string{
		{"accounts", "add", "service", "--url", url, "--no-check"},
		{"folders", "add", root, "--to", "service", "--yes"},
	} {
		if _, err := call(ctx, c, args...); err != nil {
			return err
		}
	}
	owner, err := b.owner(c)
	if err != nil {
		return err
	}
	defer owner.Stop()
	if _, err := b.folderIs(ctx, c, func(f watchedFolder) bool { return f.Scanned != "" && f.Settling == 0 }); err != nil {
		return err
	}
	if err := drop(root, files, dirs); err != nil {
		return err
	}
	quiet := time.Now()
	seen, err := b.folderIs(ctx, c, func(f watchedFolder) bool { return f.Waiting+f.Items == files })
	if err != nil {
		return fmt.Errorf("%d of %d files seen: %w", seen.Waiting+seen.Items, files, err)
	}
	what := fmt.Sprintf("%d files dropped into a watched folder, until all are seen", files)
	b.figure(what, time.Since(quiet), 10*time.Second, "from notes: naive watching lost 36-77 %")
	return b.idleOwner(ctx, owner, files)
}

// owner starts `run` and waits until it owns the data folder.
func (b *bench) owner(c rig.Ctl) (*rig.Process, error) {
	path, err := rig.Binary("pintrayctl")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, "--data", c.Data, "run")
	cmd.Env = rig.Env(b.home)
	p, err := rig.Start(cmd)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(time.Minute); !strings.Contains(p.Said(), "running on"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.Stop()
			return nil, fmt.Errorf("run said nothing of owning the folder: %s", p.Said())
		}
	}
	return p, nil
}

// folderIs waits until the one watched folder is as wanted.
func (b *bench) folderIs(ctx context.Context, c rig.Ctl, wanted func(watchedFolder) bool) (f watchedFolder, err error) {
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); {
		list, err := rig.JSON[watchedFolder](ctx, c, "", "folders", "ls")
		if err != nil {
			return f, err
		}
		if len(list) == 1 {
			if f = list[0]; wanted(f) {
				return f, nil
			}
		}
		if err := wait(ctx, 50*time.Millisecond); err != nil {
			return f, err
		}
	}
	return f, errors.New("not in five minutes")
}

// drop writes files of 512 bytes into folders three levels deep.
func drop(root string, files, dirs int) error {
	made := make(map[string]bool)
	for i := range files {
		d := i % dirs
		dir := filepath.Join(root, fmt.Sprint("a", d%10), fmt.Sprint("b", d/10%10), fmt.Sprint("c", d/100))
		if !made[dir] {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			made[dir] = true
		}
		text := strings.Repeat(fmt.Sprintf("%08d", i), 64)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint("f", i)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// idleOwner measures what watching costs while nothing happens.
func (b *bench) idleOwner(ctx context.Context, owner *rig.Process, files int) error {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		return fmt.Errorf("idle of run: /proc: %w", rig.ErrMissing)
	}
	if err := wait(ctx, 10*time.Second); err != nil {
		return err
	}
	idle, err := share(owner.PID(), func() error { return wait(ctx, time.Minute) })
	if err != nil {
		return err
	}
	percent := fmt.Sprintf("%.2f %%", idle)
	b.line(fmt.Sprintf("  idle of pintrayctl run with %d files watched", files), percent, "< 0.5 %", "", idle >= 0.5)
	rss, err := resident(owner.PID())
	b.memory("  its memory", rss, 0, "")
	return err
}
