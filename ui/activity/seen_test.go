package activity

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// TestObservations_EveryKindInTheSourceHasItsWords reads the program itself: a
// kind of observation that is added anywhere needs its sentence.
func TestObservations_EveryKindInTheSourceHasItsWords(t *testing.T) {
	test.NewTempApp(t)
	kinds := map[string]string{}
	for _, dir := range []string{"store", "sync"} {
		err := filepath.WalkDir(filepath.Join("../..", dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			return kindsIn(path, kinds)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(kinds) < 5 {
		t.Fatalf("only %v were found: the test looks in the wrong place", kinds)
	}
	none := pastOfObservation(store.Observation{Kind: "surprise"}, "Filebase").what
	for kind, where := range kinds {
		p := pastOfObservation(store.Observation{Kind: kind, Name: "ids.txt", Count: 3, CID: services.CID{Text: "c", Key: "c"}}, "Filebase")
		if p.what == none || p.what == "" || strings.HasPrefix(p.what, "activity.") {
			t.Errorf("%s of %s has no words: %q", kind, where, p.what)
		}
	}
}

// kindsIn collects what the package in a folder writes into Observation.Kind,
// in the literal or later in the same function, as a text or as a constant.
func kindsIn(dir string, kinds map[string]string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	var files []*ast.File
	consts := map[string]string{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		files = append(files, file)
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				for i, name := range spec.Names {
					if i < len(spec.Values) {
						consts[name.Name] = textOf(spec.Values[i])
					}
				}
			}
			return true
		})
	}
	note := func(e ast.Expr) {
		kind := textOf(e)
		if name, ok := e.(*ast.Ident); ok {
			kind = consts[name.Name]
		}
		if kind != "" {
			kinds[kind] = dir
		}
	}
	for _, file := range files {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				observed(f, note)
			}
		}
	}
	return nil
}

func observed(f *ast.FuncDecl, note func(ast.Expr)) {
	var later []ast.Expr
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			var name string
			switch kind := n.Type.(type) {
			case *ast.SelectorExpr:
				name = kind.Sel.Name
			case *ast.Ident:
				name = kind.Name
			}
			if name != "Observation" {
				return true
			}
			found = true
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Kind" {
						note(kv.Value)
					}
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if to, ok := left.(*ast.SelectorExpr); ok && to.Sel.Name == "Kind" && i < len(n.Rhs) {
					later = append(later, n.Rhs[i])
				}
			}
		}
		return true
	})
	if found {
		for _, e := range later {
			note(e)
		}
	}
}

func textOf(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		text, err := strconv.Unquote(lit.Value)
		if err == nil {
			return text
		}
	}
	return ""
}

func TestWorking_SaysWhenTheOldOneIsLetGoOf(t *testing.T) {
	test.NewTempApp(t)
	o := store.Operation{ID: 1, Kind: store.OpReplace, Account: 7, State: store.OpWaiting, Made: "r2"}
	if w := workOfOperation(o, filebase, kit.Bringing{}, now); w.what != "Filebase is fetching the new one; the old one stays until then" || !w.cancel {
		t.Errorf("while it is fetched: %q, can be taken back: %v", w.what, w.cancel)
	}
	o.LastText = "releasing"
	if w := workOfOperation(o, filebase, kit.Bringing{}, now); w.what != "The new one is safe; letting go of the old one on Filebase" || w.cancel {
		t.Errorf("then: %q, can be taken back: %v", w.what, w.cancel)
	}
}
