package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/pintray/pintray/services/servicetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"pintrayctl": main})
}

// TestScripts runs every testdata/script/*.txtar: one behaviour a file, against
// made-up services on loopback, each with a data folder of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_RUNTIME_DIR", "")
			env.Setenv("PINTRAY_HOME", filepath.Join(env.WorkDir, "data"))
			env.Setenv("TZ", "UTC")
			// A race found while a program ran still fails it; otherwise every
			// one of the hundreds would first sleep for a second at its end.
			env.Setenv("GORACE", "atexit_sleep_ms=50")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "mount" {
				return canMount(), nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"demo":    demoService,
			"serve":   foreignServer,
			"cluster": clusterService,
			"owner":   owner,
			"end":     endProcess,
			"dead":    deadAddress,
			"lines":   manyIDs,
			"car":     carOf,
			"field":   jsonField,
			"exits":   exits,
			"newer":   newerFile,
			"small":   smallDisk,
			"until":   until,
		},
	})
}

// start runs pintrayctl in the background under a name until the script ends.
func start(ts *testscript.TestScript, name string, args []string) (first string) {
	cmd := exec.Command("pintrayctl", args...)
	cmd.Path = lookPath(ts, "pintrayctl")
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = programEnv(ts, "KEY")
	errs, err := os.Create(ts.MkAbs(name + ".stderr"))
	ts.Check(err)
	cmd.Stderr = errs
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Setenv("pid_"+name, strconv.Itoa(cmd.Process.Pid))
	ts.Defer(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = errs.Close()
	})
	if name == "owner" {
		return ""
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	return strings.TrimSpace(line)
}

// programEnv is what of the script's variables a program gets, and others.
func programEnv(ts *testscript.TestScript, others ...string) (env []string) {
	for _, v := range append(others, "PATH", "HOME", "PINTRAY_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "GORACE") {
		env = append(env, v+"="+ts.Getenv(v))
	}
	return env
}

func lookPath(ts *testscript.TestScript, name string) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if p := filepath.Join(dir, name); exec.Command(p).Err == nil {
			if _, err := os.Stat(p); err == nil {
				return p
			}
		}
	}
	ts.Fatalf("no %s in PATH", name)
	return ""
}

// demoService: demo VAR [FLAGS] starts a made-up service and puts its address
// into VAR.
func demoService(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], start(ts, args[0], append([]string{"demo", "--listen", "127.0.0.1:0"}, args[1:]...)))
}

// owner: owner starts `pintrayctl run` and waits until it owns the data folder.
func owner(ts *testscript.TestScript, _ bool, args []string) {
	start(ts, "owner", append([]string{"run"}, args...))
	log := ts.MkAbs("owner.stderr")
	waitUntil(ts, "the owner runs", func() bool {
		b, err := os.ReadFile(log)
		return err == nil && strings.Contains(string(b), "running on")
	})
}

// endProcess: end NAME asks a background process to end and waits, 5 s at most.
func endProcess(ts *testscript.TestScript, _ bool, args []string) {
	pid, err := strconv.Atoi(ts.Getenv("pid_" + args[0]))
	ts.Check(err)
	ts.Check(syscall.Kill(pid, syscall.SIGTERM))
	waitUntil(ts, args[0]+" ended", func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || strings.Contains(string(stat), ") Z ")
	})
}

func waitUntil(ts *testscript.TestScript, what string, done func() bool) {
	for end := time.Now().Add(5 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("after 5 s it is not so that %s", what)
		}
	}
}

// deadAddress: dead VAR puts an address into VAR at which nobody listens.
func deadAddress(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], "http://"+l.Addr().String())
	ts.Check(l.Close())
}

// foreignServer: serve VAR KIND starts a server that is no made-up service:
// html, redirect, json FILE (the same answer to every list), status CODE.
func foreignServer(ts *testscript.TestScript, _ bool, args []string) {
	answer := func(w http.ResponseWriter, code int, kind, body string) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch args[1] {
		case "html":
			answer(w, http.StatusOK, "text/html", "<html>Sign in</html>")
		case "redirect":
			http.Redirect(w, r, "https://elsewhere.example/pins", http.StatusFound)
		case "json":
			answer(w, http.StatusOK, "application/json", ts.ReadFile(args[2]))
		case "status":
			code, _ := strconv.Atoi(args[2])
			answer(w, code, "application/json", `{"error":{"reason":"SOME_REASON","details":"in the service's words"}}`)
		}
	}))
	ts.Defer(s.Close)
	ts.Setenv(args[0], s.URL)
}

// clusterService: cluster VAR [USER PASSWORD] starts a server that answers as
// IPFS Cluster does, and puts its address into VAR; POST /end there ends the keys
// it made.
func clusterService(ts *testscript.TestScript, _ bool, args []string) {
	cluster := new(servicetest.Cluster)
	if len(args) == 3 {
		cluster.User, cluster.Password = args[1], args[2]
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/end" {
			cluster.EndTokens()
			return
		}
		cluster.ServeHTTP(w, r)
	}))
	ts.Defer(s.Close)
	ts.Setenv(args[0], s.URL)
}

// manyIDs: lines N FILE writes N different content IDs, one a line.
func manyIDs(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b strings.Builder
	for i := range n {
		b.WriteString(madeUpCID(i) + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o600))
}

// carOf: car FILE CID writes a CAR of no blocks with that root, of CID version 1.
func carOf(ts *testscript.TestScript, _ bool, args []string) {
	root, err := cid.Decode(args[1])
	ts.Check(err)
	id := root.Bytes()
	head := fmt.Appendf(nil, "\xa2\x65roots\x81\xd8\x2a\x58%c\x00%s\x67version\x01", len(id)+1, id)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append([]byte{byte(len(head))}, head...), 0o600))
}

// jsonField: field VAR FILE KEY takes KEY of the first object of FILE into VAR.
func jsonField(ts *testscript.TestScript, _ bool, args []string) {
	line, _, _ := strings.Cut(ts.ReadFile(args[1]), "\n")
	_, rest, ok := strings.Cut(line, `"`+args[2]+`":`)
	if !ok {
		ts.Fatalf("no %q in %s", args[2], line)
	}
	end := strings.IndexAny(rest, ",}")
	ts.Setenv(args[0], strings.Trim(rest[:end], `"`))
}

// exits: exits STATUS CMD ARGS... runs a command that must end with STATUS, and
// with one error: and one hint: line unless STATUS is 0.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	status := 0
	if exit, ok := err.(*exec.ExitError); ok {
		status = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	said := ts.ReadFile("stderr")
	if want, _ := strconv.Atoi(args[0]); status != want {
		ts.Fatalf("exit status %d, want %s; it said:\n%s", status, args[0], said)
	}
	failures, hints := 0, 0
	for line := range strings.Lines(said) {
		switch {
		case strings.HasPrefix(line, "error: "):
			failures++
		case strings.HasPrefix(line, "hint: "):
			hints++
		case !strings.HasPrefix(line, "note: "):
			ts.Fatalf("an unexpected line on stderr: %q", line)
		}
	}
	if want := min(status, 1); failures != want || hints != want {
		ts.Fatalf("%d error: lines and %d hint: lines with status %d:\n%s", failures, hints, status, said)
	}
}

// schemaVersion is where an SQLite file keeps PRAGMA user_version.
const schemaVersion = 60

// newerFile: newer FILE makes a database look as if a newer version wrote it.
func newerFile(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteAt([]byte{0, 0, 0xff, 0xff}, schemaVersion)
	ts.Check(err)
	ts.Check(f.Close())
}

// canMount reports whether this process may mount a disk of its own.
var canMount = sync.OnceValue(func() bool {
	dir, err := os.MkdirTemp("", "mount-")
	if err != nil {
		return false
	}
	defer os.Remove(dir)
	if exec.Command("mount", "-t", "tmpfs", "none", dir).Run() != nil {
		return false
	}
	return exec.Command("umount", dir).Run() == nil
})

// smallDisk: small DIR puts a disk of 1 MiB at DIR. It needs [mount].
func smallDisk(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	if err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "none", dir).Run(); err != nil {
		ts.Fatalf("no disk of 1 MiB: %v", err)
	}
	ts.Defer(func() { _ = exec.Command("umount", dir).Run() })
}

// until: until PATTERN COMMAND [ARGS] runs pintrayctl or another program again
// and again until its output matches, for what takes a moment.
func until(ts *testscript.TestScript, _ bool, args []string) {
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	var out []byte
	for end := time.Now().Add(2 * time.Minute); !pattern.Match(out); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("after 2 min the output does not match %s:\n%s", args[0], out)
		}
		cmd := exec.Command(args[1], args[2:]...)
		cmd.Path, cmd.Dir = lookPath(ts, args[1]), ts.MkAbs(".")
		cmd.Env = programEnv(ts)
		out, _ = cmd.CombinedOutput() // a failure does not match
	}
}
