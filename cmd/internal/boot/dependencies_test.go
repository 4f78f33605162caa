package boot_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDependencies_EachHasAReason holds CONTRIBUTING's table against go.mod:
// every direct dependency has a line that says why, and no line is left over.
func TestDependencies_EachHasAReason(t *testing.T) {
	mod, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(guide), "## Dependencies, and why")
	table, _, _ = strings.Cut(table, "\n## ")
	if !ok {
		t.Fatal("CONTRIBUTING.md has no section on dependencies")
	}
	explained := map[string]bool{}
	for line := range strings.Lines(table) {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(first, -1) {
			explained[m[1]] = true
		}
	}
	direct := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1)
	if len(direct) < 10 {
		t.Fatalf("found only %d direct dependencies in go.mod", len(direct))
	}
	for _, m := range direct {
		if !explained[m[1]] {
			t.Errorf("%s has no line in CONTRIBUTING.md that says why", m[1])
		}
		delete(explained, m[1])
	}
	for name := range explained {
		t.Errorf("CONTRIBUTING.md explains %s, which go.mod does not ask for", name)
	}
}
