//go:build unix

package boot_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// The tests of this file start this test program again as another process,
// whose main is TestProcess.

// process is another Pintray on dir, which does what.
func process(t *testing.T, dir, what string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProcess$", "-test.v")
	cmd.Env = append(os.Environ(), "PINTRAY_TEST_PROCESS="+what, "PINTRAY_HOME="+dir, "PINTRAY_TEST_ARGS="+strings.Join(args, "|"))
	return cmd
}

// TestProcess is that main; by itself it tests nothing.
func TestProcess(t *testing.T) {
	what := os.Getenv("PINTRAY_TEST_PROCESS")
	args := strings.Split(os.Getenv("PINTRAY_TEST_ARGS"), "|")
	switch what {
	case "own": // until stdin ends
		a := open(t, boot.Options{Mode: boot.Own})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- a.Run(ctx) }()
		fmt.Println("open")
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	case "add":
		a := open(t, boot.Options{Mode: boot.Ask})
		var account services.AccountID
		if _, err := fmt.Sscan(args[0], &account); err != nil {
			t.Fatal(err)
		}
		c, err := services.ParseCID(args[1])
		if err != nil {
			t.Fatal(err)
		}
		taken, err := a.Engine.Add(t.Context(), pinsync.AddRequest{Pins: []services.Pin{{CID: c}}, Accounts: []services.AccountID{account}})
		if err != nil || len(taken.Operations) != 1 {
			t.Fatalf("Add = %+v, %v", taken, err)
		}
		if a.Owner {
			err = a.Engine.Work(t.Context())
		} else {
			_, err = a.Engine.Wait(t.Context(), []store.OperationID{taken.Operations[0].ID}, false)
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("owner:", a.Owner)
	case "read-only":
		for mode, want := range map[boot.Mode]string{boot.Own: "read-only", boot.Ask: "read-only"} {
			if _, err := boot.Open(t.Context(), boot.Options{Mode: mode}); !is(err, services.CodeStorage, want) {
				t.Errorf("mode %d: %v", mode, err)
			}
		}
	}
}

func TestProcesses_AddAtOnceAndLoseNothing(t *testing.T) {
	t.Setenv("PINTRAY_TEST_KEY", "key")
	endpoint, svc := service(t, 0, "key")
	dir := t.TempDir()
	a, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Own})
	if err != nil {
		t.Fatal(err)
	}
	account := connect(t, a.Engine, "Mine", endpoint)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	cids := []string{
		"bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
		"bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
		"QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
	}
	all := make([]*exec.Cmd, len(cids))
	outs := make([]bytes.Buffer, len(cids))
	for i, c := range cids {
		all[i] = process(t, dir, "add", fmt.Sprint(account.ID), c)
		all[i].Stdout, all[i].Stderr = &outs[i], &outs[i]
		if err := all[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i, cmd := range all {
		if err := cmd.Wait(); err != nil {
			t.Errorf("process %d: %v\n%s", i, err, outs[i].String())
		}
	}
	if n := len(svc.Snapshot()); n != len(cids) {
		t.Errorf("the service has %d pins, want %d", n, len(cids))
	}
}

func TestProcesses_TheNextOwnsWhatAKilledOneLeft(t *testing.T) {
	dir := t.TempDir()
	first := process(t, dir, "own")
	in, err := first.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(out); s.Scan() && s.Text() != "open"; {
	}
	asking := open(t, boot.Options{Dir: dir, Mode: boot.Ask})
	if asking.Owner {
		t.Fatal("there are two owners")
	}
	if err := asking.Engine.Set(t.Context(), "by", "client"); err != nil {
		t.Fatal(err)
	}
	if err := first.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // killed
	if _, err := os.Lstat(filepath.Join(dir, "pintray.sock")); err != nil {
		t.Fatalf("a killed process leaves its socket: %v", err)
	}
	if err := asking.Engine.Set(t.Context(), "by", "heir"); err != nil { // takes over
		t.Fatal(err)
	}
	if got, err := asking.Reader.Setting(t.Context(), "by"); err != nil || got != "heir" {
		t.Errorf("setting = %q, %v", got, err)
	}
	if _, err := boot.Open(t.Context(), boot.Options{Dir: dir, Mode: boot.Own}); !is(err, services.CodeInUse, "") {
		t.Errorf("an owner beside the heir: %v", err)
	}
}

func TestProcesses_AReadOnlyFolderIsSaidToBeOne(t *testing.T) {
	dir := reachable(t)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	for _, home := range []string{dir, filepath.Join(dir, "below")} {
		cmd := process(t, home, "read-only")
		if os.Geteuid() == 0 { // root may write anywhere
			asNobody(t, cmd)
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// reachable is a folder that every user can enter.
func reachable(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pintray-boot-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// asNobody has cmd run as the user nobody, from a copy of the program that
// nobody can reach.
func asNobody(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(reachable(t), "test")
	if err := os.WriteFile(path, program, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	cmd.Path, cmd.Dir = path, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}
