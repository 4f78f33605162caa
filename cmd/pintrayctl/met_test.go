package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// constants reads the string constants of a package's files whose names begin
// with prefix: their values by their names, that of another package's the name.
func constants(t *testing.T, dir, prefix string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	found := make(map[string]string)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for i, id := range spec.Names {
				if !strings.HasPrefix(id.Name, prefix) || i >= len(spec.Values) {
					continue
				}
				switch v := spec.Values[i].(type) {
				case *ast.BasicLit:
					if text, err := strconv.Unquote(v.Value); err == nil {
						found[id.Name] = text
					}
				case *ast.SelectorExpr:
					found[id.Name] = v.Sel.Name
				}
			}
			return false
		})
	}
	return found
}

func TestWords_HaveASentenceForAllTheEngineWrites(t *testing.T) {
	theirs := constants(t, "../../services", "Reason")
	written := constants(t, "../../sync", "text")
	for name, text := range constants(t, "../../sync/local", "Reason") {
		written[name] = text
	}
	if len(written) < 15 || len(theirs) < 10 {
		t.Fatalf("too few are found: %v, %v", written, theirs)
	}
	for name, word := range written {
		if v, elsewhere := theirs[word]; elsewhere {
			word = v
		}
		if s := words[word]; s.text == "" || s.hint == "" {
			t.Errorf("%s (%q) has no sentence or no hint", name, word)
		}
	}
}

func TestMet_SaysWhatHappenedAndWhatToDo(t *testing.T) {
	for _, c := range []struct {
		op         store.Operation
		text, hint string // what each has to hold
		exit       int
	}{
		{
			store.Operation{ID: 7, State: store.OpStuck, LastCode: services.CodeInvalid, LastText: "not-renamed"},
			"the old one is untouched", "pintrayctl retry 7;", 9,
		},
		{
			store.Operation{ID: 7, State: store.OpStuck, LastCode: services.CodeDecode, LastText: "incomplete"},
			"box never shows all it keeps, so nobody can tell", "pintrayctl retry 7", 16,
		},
		{
			store.Operation{ID: 7, State: store.OpWaiting, LastCode: services.CodeUnreachable, LastText: "releasing"},
			"the new pin at box is pinned, and the old one is being let go of: box can't be reached", "pintrayctl retry 7", 6,
		},
		{
			store.Operation{ID: 7, State: store.OpWaiting, LastText: "releasing"},
			"the old one is being let go of", "it goes on while Pintray runs", 13,
		},
		{
			store.Operation{ID: 7, State: store.OpStuck, LastCode: services.CodePlan, LastText: "only 3 left"},
			"box says your plan is full or unpaid: only 3 left", "it is kept as operation 7", 4,
		},
		{
			store.Operation{ID: 7, State: store.OpStuck, LastCode: services.CodeSource, LastText: services.ReasonChanged, Pin: services.Pin{Name: "a.png"}},
			"still being written, or changed while it was read: a.png", "pintrayctl retry 7", 17,
		},
	} {
		p := met("box", c.op, false)
		if p == nil || !strings.Contains(p.text, c.text) || !strings.Contains(p.hint, c.hint) || p.exit() != c.exit {
			t.Errorf("%s %q: got %+v, want %q, %q and %d", c.op.LastCode, c.op.LastText, p, c.text, c.hint, c.exit)
		}
	}
	refused := store.Operation{ID: 7, Kind: store.OpAdd, State: store.OpStuck, LastCode: services.CodeAuth, LastText: "key is read-only"}
	for taken, want := range map[bool]string{true: "the key of box may read but not add: key is read-only", false: "box doesn't accept the access key: key is read-only"} {
		if p := met("box", refused, taken); p.text != want || p.exit() != 3 {
			t.Errorf("got %+v, want %q", p, want)
		}
	}
	if p := met("box", store.Operation{State: store.OpSent}, false); p != nil {
		t.Errorf("nothing was met, and got %+v", p)
	}
}
