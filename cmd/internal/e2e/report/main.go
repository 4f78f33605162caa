// Command report reads the output of `go test -json` and prints what a person
// wants of it: everything about what failed, one line for each check that did
// not run, with its reason, and every package's closing line. The Makefile pipes
// every `go test` through it; the exit status is go test's own.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of `go test -json` (see `go doc test2json`).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

func main() {
	if err := report(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func report(r io.Reader, w io.Writer) error {
	type test struct{ pkg, name string }
	said := make(map[test][]string)
	seed := make(map[string]string)
	in := bufio.NewScanner(r)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			fmt.Fprintln(w, in.Text())
			continue
		}
		t := test{e.Package, e.Test}
		switch e.Action {
		case "build-output":
			fmt.Fprint(w, e.Output)
		case "output":
			switch {
			case e.Test != "":
				said[t] = append(said[t], e.Output)
			case strings.HasPrefix(e.Output, "-test.shuffle "):
				seed[e.Package] = e.Output
			case e.Output != "PASS\n" && !strings.Contains(e.Output, "[no test files]"):
				fmt.Fprint(w, e.Output)
			}
		case "fail":
			if e.Test == "" {
				fmt.Fprint(w, seed[e.Package])
			}
			fmt.Fprint(w, strings.Join(said[t], ""))
			delete(said, t)
		case "skip":
			if e.Test != "" {
				fmt.Fprintf(w, "not run: %s %s: %s\n", e.Package, e.Test, reason(said[t]))
			}
			delete(said, t)
		case "pass":
			delete(said, t)
		}
	}
	// A test binary that died never says how its tests ended.
	for _, lines := range said {
		fmt.Fprint(w, strings.Join(lines, ""))
	}
	return in.Err()
}

// reason is the text a test gave to Skip: its output without the frame lines.
func reason(lines []string) string {
	var said []string
	for _, l := range lines {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "=== ") || strings.HasPrefix(l, "--- ") {
			continue
		}
		if _, text, ok := strings.Cut(l, ".go:"); ok {
			_, l, _ = strings.Cut(text, ": ")
		}
		said = append(said, strings.TrimPrefix(l, "not run: "))
	}
	return strings.Join(said, " ")
}
