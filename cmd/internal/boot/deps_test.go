package boot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listed is a package as go list describes it.
type listed struct {
	node
	Dir     string
	Module  *struct{ Path string }
	Error   *struct{ Err string }
	GoFiles []string

	TestGoFiles, XTestGoFiles []string
}

// goList lists packages with what they depend on.
func goList(t *testing.T, env []string, args ...string) []listed {
	t.Helper()
	args = append([]string{"list", "-e", "-deps", "-json=ImportPath,Doc,Imports,TestImports,XTestImports,Deps,CgoFiles,Standard,Dir,Module,Error,GoFiles,TestGoFiles,XTestGoFiles"}, args...)
	cmd := exec.Command("go", args...)
	cmd.Dir = "../../.."
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func ours(p listed) bool { return p.Module != nil && p.Module.Path == module }

// docInTests is the package comment of a package that has test files only:
// go list reads no comment there.
func docInTests(t *testing.T, p listed) string {
	t.Helper()
	if len(p.GoFiles) > 0 || len(p.CgoFiles) > 0 {
		return ""
	}
	for _, name := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if f.Doc != nil {
			return f.Doc.Text()
		}
	}
	return ""
}

func TestHouse_KeepsItsImportRules(t *testing.T) {
	var own, all []node
	for _, p := range goList(t, nil, "-tags", "x11", "./...") {
		if ours(p) {
			if p.Doc == "" {
				p.Doc = docInTests(t, p)
			}
			own = append(own, p.node)
			continue
		}
		p.Doc = "not ours"
		all = append(all, p.node)
	}
	if len(own) < 8 {
		t.Fatalf("only %d packages of ours were listed", len(own))
	}
	for _, line := range slices.Concat(broken(own), needsCgo(slices.Concat(own, all))) {
		t.Error(line)
	}
}

// With cgo off a package that is nothing but cgo has no files left, which go
// list reports.
func TestHouse_ShellCommandListsWithoutCgo(t *testing.T) {
	for _, p := range goList(t, []string{"CGO_ENABLED=0"}, "./cmd/pintrayctl") {
		if p.Error != nil {
			t.Errorf("rule 6: %s: %s", p.ImportPath, p.Error.Err)
		}
	}
}

// A package called sync would hide the standard library's from a reader.
func TestHouse_EngineIsImportedAsPinsync(t *testing.T) {
	for _, p := range goList(t, nil, "-tags", "x11", "./...") {
		if !ours(p) || p.ImportPath == module+"/sync" {
			continue
		}
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles) {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range f.Imports {
				if i.Path.Value == `"`+module+`/sync"` && (i.Name == nil || i.Name.Name != "pinsync") {
					t.Errorf("%s/%s imports sync without the name pinsync", p.ImportPath, name)
				}
			}
		}
	}
}

func TestBroken_SaysWhichRuleAndWhichImport(t *testing.T) {
	at := func(path string, imports ...string) node {
		n := node{ImportPath: module + "/" + path, Doc: "doc"}
		for _, i := range imports {
			if strings.HasPrefix(i, "~") {
				i = module + "/" + i[1:]
			}
			n.Imports = append(n.Imports, i)
		}
		n.Deps = n.Imports
		return n
	}
	tested := func(n node) node {
		n.XTestImports, n.Imports, n.Deps = n.Imports, nil, nil
		return n
	}
	reaching := func(path string, deps ...string) node {
		n := at(path, deps...)
		n.Imports = nil
		return n
	}
	for name, c := range map[string]struct {
		packages []node
		want     []string // beginnings of lines; none: nothing is broken
	}{
		"the ladder as it should be": {packages: []node{
			at("cmd/internal/boot", "~sync", "~store", "~services/psa", "~services/token", "~services/demo", "context"),
			at("cmd/pintray", "~ui", "~cmd/internal/boot", "~assets/metadata", "fyne.io/fyne/v2/app"),
			at("cmd/pintrayctl", "~cmd/internal/boot", "~services/psa"),
			at("ui/items", "~ui/kit", "~store", "~sync", "~services", "~assets", "fyne.io/fyne/v2"),
			at("sync", "~store/user", "~sync/listing", "~services"),
			at("sync/handover", "github.com/libp2p/go-libp2p", "github.com/ipfs/boxo/bitswap"),
			at("store/cache", "database/sql", "~services", "~store"),
			at("services/psa", "~services"), at("services"), at("assets"), at("assets/metadata", "~assets", "fyne.io/fyne/v2"),
			tested(at("sync", "~services/demo", "~services/servicetest")),
		}},
		"upward": {
			[]node{at("store", "~sync")},
			[]string{"rule 1: " + module + "/store imports " + module + "/sync"},
		},
		"upward from the ground":  {[]node{at("services", "~store")}, []string{"rule 1: "}},
		"upward in a test":        {[]node{tested(at("store/user", "~cmd/internal/boot"))}, []string{"rule 1: "}},
		"ui to cmd":               {[]node{at("ui", "~cmd/internal/boot")}, []string{"rule 1: "}},
		"assets to the ladder":    {[]node{at("assets", "~services")}, []string{"rule 1: "}},
		"assets to its height":    {[]node{at("assets", "~sync")}, []string{"rule 1: "}},
		"the engine to assets":    {[]node{at("sync", "~assets")}, []string{"rule 1: "}},
		"a folder nobody planned": {[]node{at("internal/util")}, []string{"rule 1: " + module + "/internal/util is on no rung"}},
		"psa below cmd": {
			[]node{at("sync", "~services/psa")},
			[]string{"rule 2: " + module + "/sync imports " + module + "/services/psa"},
		},
		"psa in a test below cmd": {[]node{tested(at("sync", "~services/psa"))}, []string{"rule 2: "}},
		"demo in the engine":      {[]node{at("sync", "~services/demo")}, []string{"rule 2: "}},
		"token in psa":            {[]node{at("services/psa", "~services/token")}, []string{"rule 2: "}},
		"Fyne in the engine": {
			[]node{at("sync", "fyne.io/fyne/v2")},
			[]string{"rule 3: " + module + "/sync imports fyne.io/fyne/v2"},
		},
		"Fyne in boot":                       {[]node{at("cmd/internal/boot", "fyne.io/systray")}, []string{"rule 3: "}},
		"Fyne in a folder of a like name":    {[]node{at("cmd/pintraytool", "fyne.io/fyne/v2")}, []string{"rule 3: "}},
		"the shell reaching Fyne":            {[]node{reaching("cmd/pintrayctl", "fyne.io/fyne/v2")}, []string{"rule 3: "}},
		"the shell reaching the window":      {[]node{reaching("cmd/pintrayctl", "~ui/kit")}, []string{"rule 3: "}},
		"the shell reaching Fyne's metadata": {[]node{reaching("cmd/pintrayctl", "~assets/metadata")}, []string{"rule 3: "}},
		"libp2p in the store":                {[]node{at("store", "github.com/libp2p/go-libp2p/core")}, []string{"rule 4: "}},
		"boxo in boot":                       {[]node{at("cmd/internal/boot", "github.com/ipfs/boxo/path")}, []string{"rule 4: "}},
		"SQL in the engine":                  {[]node{at("sync", "database/sql")}, []string{"rule 5: " + module + "/sync imports database/sql"}},
		"SQL in a test above":                {[]node{tested(at("cmd/internal/boot", "database/sql"))}, []string{"rule 5: "}},
		"cgo under the shell": {
			[]node{
				reaching("cmd/pintrayctl", "example.org/c", "net"),
				{ImportPath: module + "/sync", Doc: "doc", CgoFiles: []string{"fine.go"}},
			},
			nil,
		},
		"no package comment": {[]node{{ImportPath: module + "/sync/watch"}}, []string{"rule 7: " + module + "/sync/watch"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := broken(c.packages)
			if len(got) != len(c.want) {
				t.Fatalf("broken says %q, want %d lines", got, len(c.want))
			}
			for i := range got {
				if !strings.HasPrefix(got[i], c.want[i]) {
					t.Errorf("broken says %q, want %q...", got[i], c.want[i])
				}
			}
		})
	}
}

func TestNeedsCgo_LooksAtAllTheShellReaches(t *testing.T) {
	shell := node{ImportPath: module + "/cmd/pintrayctl", Deps: []string{"example.org/c", "net"}}
	got := needsCgo([]node{shell, {ImportPath: "example.org/c", CgoFiles: []string{"c.go"}}, {ImportPath: "net", CgoFiles: []string{"cgo.go"}, Standard: true}})
	want := []string{"rule 6: " + module + "/cmd/pintrayctl imports example.org/c: it needs cgo"}
	if !slices.Equal(got, want) {
		t.Errorf("needsCgo says %q, want %q", got, want)
	}
}
