package kit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

// refusers are the functions of the engine that make a refusal, and which of
// their arguments is its Reason.
var refusers = map[string]int{"usage": 1, "refusal": 1, "refuse": 0}

// TestExplain_HasWordsForEveryRefusalInTheSource reads the program itself: a
// Reason of CodeUsage or CodeKeyring that is added anywhere needs its sentence.
func TestExplain_HasWordsForEveryRefusalInTheSource(t *testing.T) {
	found := map[services.Code]map[string]string{services.CodeUsage: {}, services.CodeKeyring: {}}
	for _, dir := range []string{"services", "sync", "store", "cmd/internal/boot"} {
		err := filepath.WalkDir(filepath.Join("../..", dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			return reasonsIn(path, found)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found[services.CodeUsage]) < 20 {
		t.Fatalf("only %d refusals were found: the test looks in the wrong place", len(found[services.CodeUsage]))
	}
	for code, reasons := range found {
		none := kit.Explain(&services.Error{Code: code, Reason: "surprise"}, "Pinata").Title
		for reason, where := range reasons {
			m := kit.Explain(&services.Error{Code: code, Reason: reason}, "Pinata")
			if m.Title == none && reason != "failed" {
				t.Errorf("%s/%s of %s has no sentence", code, reason, where)
			}
		}
	}
}

func reasonsIn(path string, found map[services.Code]map[string]string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return err
	}
	inSync := strings.Contains(filepath.ToSlash(path), "/sync/")
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name, ok := n.Fun.(*ast.Ident)
			if at, known := refusers[nameOf(name, ok)]; known && inSync && at < len(n.Args) {
				note(found[services.CodeUsage], n.Args[at], path)
			}
		case *ast.CompositeLit:
			fields := map[string]ast.Expr{}
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					key, ok := kv.Key.(*ast.Ident)
					fields[nameOf(key, ok)] = kv.Value
				}
			}
			code, ok := fields["Code"].(*ast.SelectorExpr)
			if !ok || fields["Reason"] == nil {
				return true
			}
			switch code.Sel.Name {
			case "CodeUsage":
				note(found[services.CodeUsage], fields["Reason"], path)
			case "CodeKeyring":
				note(found[services.CodeKeyring], fields["Reason"], path)
			}
		}
		return true
	})
	return nil
}

func nameOf(i *ast.Ident, ok bool) string {
	if !ok {
		return ""
	}
	return i.Name
}

func note(reasons map[string]string, e ast.Expr, path string) {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if reason, err := strconv.Unquote(lit.Value); err == nil {
			reasons[reason] = path
		}
	}
}

func TestSaid_TurnsTheEnginesWordsIntoSentences(t *testing.T) {
	for _, word := range []string{
		services.ReasonDuplicate, "already-kept", "already-asked", "not-renamed", "other-cid", "moved", "not-pinned", "releasing", "in-place", "changed", "incomplete", "uploading", "uploaded",
		"nobody-has-it", "timed-out", "bad-block", "broken", "too-large", "no-space",
		services.ReasonVanished, services.ReasonUnreadable, services.ReasonLocked, services.ReasonPlaceholder, services.ReasonSpecial,
		services.ReasonEmptyCAR, services.ReasonBrokenCAR, services.ReasonMissingCAR, services.ReasonLargeCAR,
	} {
		if got := kit.Said(word); got == word || got == "" || strings.HasPrefix(got, "kit.") {
			t.Errorf("%s is shown as %q", word, got)
		}
	}
	for text, want := range map[string]string{"": "", " no providers found ": "no providers found", "a\u202eb": "a\ufffdb"} {
		if got := kit.Said(text); got != want {
			t.Errorf("Said(%q) = %q, want %q", text, got, want)
		}
	}
}
