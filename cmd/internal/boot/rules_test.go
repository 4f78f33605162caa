package boot_test

import (
	"fmt"
	"slices"
	"strings"
)

const module = "github.com/pintray/pintray"

// node is what the import rules need to know of a package.
type node struct {
	ImportPath   string
	Doc          string
	Imports      []string // of its own files
	TestImports  []string // of its tests besides
	XTestImports []string
	Deps         []string // everything it reaches
	CgoFiles     []string
	Standard     bool
}

// rung is where a package stands on the ladder cmd -> ui -> sync -> store ->
// services; assets stands beside it, under cmd and ui.
func rung(path string) (height int, ok bool) {
	top, _, _ := strings.Cut(strings.TrimPrefix(path, module+"/"), "/")
	height, ok = map[string]int{"services": 0, "store": 1, "sync": 2, "assets": 2, "ui": 3, "cmd": 4}[top]
	return height, ok && strings.HasPrefix(path, module+"/")
}

// in reports whether path is one of the packages, or below one of them.
func in(path string, packages ...string) bool {
	return slices.ContainsFunc(packages, func(p string) bool {
		p = module + "/" + p
		return path == p || strings.HasPrefix(path, p+"/")
	})
}

func fyne(path string) bool { return strings.HasPrefix(path, "fyne.io/") }

func peerToPeer(path string) bool {
	return strings.HasPrefix(path, "github.com/libp2p/") || strings.HasPrefix(path, "github.com/ipfs/boxo")
}

// broken says, one line each, where the packages break the import rules of the
// house: which rule, who imports, and what.
func broken(packages []node) []string {
	var lines []string
	say := func(rule int, who, what, why string) {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("rule %d: %s imports %s: %s", rule, who, what, why)))
	}
	for _, p := range packages {
		if _, ok := rung(p.ImportPath); !ok {
			lines = append(lines, fmt.Sprintf("rule 1: %s is on no rung of the ladder", p.ImportPath))
			continue
		}
		for _, i := range p.Imports {
			oneImport(p.ImportPath, i, false, say)
		}
		for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
			oneImport(p.ImportPath, i, true, say)
		}
		if in(p.ImportPath, "cmd/pintrayctl") {
			for _, d := range p.Deps {
				if fyne(d) || in(d, "ui", "assets/metadata", "cmd/pintray") {
					say(3, p.ImportPath, d, "the shell command reaches no graphics, not even through others")
				}
			}
		}
		if p.Doc == "" {
			lines = append(lines, fmt.Sprintf("rule 7: %s has no package comment", p.ImportPath))
		}
	}
	return append(lines, needsCgo(packages)...)
}

// oneImport checks rules 1 to 5 on who importing what.
func oneImport(who, what string, test bool, say func(rule int, who, what, why string)) {
	if what == who { // a test of the package itself
		return
	}
	mine, _ := rung(who)
	theirs, ours := rung(what)
	beside := in(who, "assets") != in(what, "assets")
	switch {
	case ours && theirs > mine, ours && beside && mine == theirs, in(who, "assets") && ours && !in(what, "assets"):
		say(1, who, what, "nothing imports upward; assets import nothing of the ladder")
	case in(what, "assets") && mine < 3 && !in(who, "assets"):
		say(1, who, what, "only ui and cmd use assets")
	}
	below := in(what, "services") && what != module+"/services"
	if below && !in(who, "cmd") && !(test && in(what, "services/demo", "services/servicetest")) {
		say(2, who, what, "below cmd only the root of services is imported (by tests also demo and servicetest)")
	}
	if fyne(what) && !in(who, "ui", "assets/metadata", "cmd/pintray", "cmd/internal/e2e/bench/bare") {
		say(3, who, what, "Fyne stays under ui, assets/metadata and cmd/pintray")
	}
	if peerToPeer(what) && !in(who, "sync/handover", "sync/ingest", "sync/local") {
		say(4, who, what, "libp2p and boxo stay in sync/handover, sync/ingest and sync/local")
	}
	if what == "database/sql" && !in(who, "store") {
		say(5, who, what, "SQL stays under store")
	}
}

// needsCgo is rule 6: pintrayctl builds with cgo off. The standard library has
// a way around its own.
func needsCgo(packages []node) []string {
	cgo := make(map[string]bool)
	for _, p := range packages {
		cgo[p.ImportPath] = len(p.CgoFiles) > 0 && !p.Standard
	}
	var lines []string
	for _, p := range packages {
		if !in(p.ImportPath, "cmd/pintrayctl") {
			continue
		}
		for _, d := range append(p.Deps, p.ImportPath) {
			if cgo[d] {
				lines = append(lines, fmt.Sprintf("rule 6: %s imports %s: it needs cgo", p.ImportPath, d))
			}
		}
	}
	return lines
}
