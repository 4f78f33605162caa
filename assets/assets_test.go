package assets_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"image/png"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pintray/pintray/assets"
)

// sentences reads every translation of a language: its keys, whether they have
// plural forms, and the part of the screen they are in.
func sentences(t *testing.T, language string) (keys map[string]bool, part map[string]string) {
	t.Helper()
	keys, part = map[string]bool{}, map[string]string{}
	files, err := fs.Glob(assets.Translations, "translations/*/"+language+".json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := assets.Translations.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for k, v := range m {
			if other, ok := part[k]; ok {
				t.Errorf("%q stands in %s and in %s", k, other, f)
			}
			_, keys[k] = v.(map[string]any)
			part[k] = f
		}
	}
	return keys, part
}

// used finds every key written out in a call of T or N of package kit. A key
// that is computed is an error: no test could find it.
func used(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, root := range []string{"../ui", "../cmd/pintray"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || !speaks(call, f.Name.Name) {
					return true
				}
				lit, ok := call.Args[0].(*ast.BasicLit)
				if !ok {
					t.Errorf("%s: a key that is not written out", files.Position(call.Pos()))
					return true
				}
				key, _ := strconv.Unquote(lit.Value)
				found[key] = true
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// speaks reports whether a call is kit.T or kit.N, or T or N within kit.
func speaks(call *ast.CallExpr, pkg string) bool {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && x.Name == "kit" {
			name = f.Sel.Name
		}
	case *ast.Ident:
		if pkg == "kit" {
			name = f.Name
		}
	}
	return (name == "T" || name == "N") && len(call.Args) > 0
}

func TestTranslations_HaveEverySentenceThatIsSaidAndNoOther(t *testing.T) {
	said := used(t)
	written, part := sentences(t, "en")
	for _, k := range slices.Sorted(maps.Keys(said)) {
		if _, ok := written[k]; !ok {
			t.Errorf("%q is said but not written", k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(written)) {
		if !said[k] {
			t.Errorf("%q is written in %s but never said", k, part[k])
		}
	}
}

func TestIcons_AreFilledOutlinesOfOneColour(t *testing.T) {
	files, err := fs.Glob(assets.Icons, "icons/*.svg")
	if err != nil || len(files) == 0 {
		t.Fatal("no icons", err)
	}
	fill := regexp.MustCompile(`fill="([^"]*)"`)
	for _, f := range files {
		svg, err := assets.Icons.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(svg, []byte("stroke")) {
			t.Errorf("%s has strokes, which Fyne draws as thick as pixels", f)
		}
		for _, m := range fill.FindAllSubmatch(svg, -1) {
			if string(m[1]) != "#000000" {
				t.Errorf("%s has the colour %s", f, m[1])
			}
		}
	}
}

func TestTray_HasEveryStateForEveryPanel(t *testing.T) {
	for _, state := range []string{"fine", "working", "paused", "needs-you", "problem", "offline"} {
		for _, panel := range []string{"dark", "light"} {
			data, err := assets.Tray.ReadFile("tray/" + state + "-" + panel + ".png")
			if err != nil {
				t.Error(err)
				continue
			}
			if c, err := png.DecodeConfig(bytes.NewReader(data)); err != nil || c.Width != 64 || c.Height != 64 {
				t.Errorf("%s-%s is %dx%d (%v), want 64x64", state, panel, c.Width, c.Height, err)
			}
		}
	}
}
