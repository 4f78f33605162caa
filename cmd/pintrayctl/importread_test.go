package main

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
)

// manyLines writes n lines of a list and no end before.
type manyLines struct {
	n, at int
	left  []byte
}

func (m *manyLines) Read(p []byte) (int, error) {
	if len(m.left) == 0 {
		if m.at == m.n {
			return 0, io.EOF
		}
		m.left = fmt.Appendf(nil, "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy name %d\n", m.at)
		m.at++
	}
	n := copy(p, m.left)
	m.left = m.left[n:]
	return n, nil
}

func TestImport_ReadsAMillionLinesInConstantMemory(t *testing.T) {
	n := usualLines
	if testing.Short() {
		n = 50_000
	}
	var most uint64
	var taken int
	lines, _, err := eachPin(&manyLines{n: n}, func(int64, services.Pin) error {
		if taken++; taken%100_000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
		return nil
	}, func(line int64, why string) { t.Errorf("line %d: %s", line, why) })
	if err != nil || lines != int64(n) || taken != n {
		t.Errorf("got %d pins of %d lines, %v, want %d", taken, lines, err, n)
	}
	if most > 64<<20 {
		t.Errorf("it took %d MiB", most>>20)
	}
}

func TestImport_ALineThatIsTooLongIsPassedOver(t *testing.T) {
	const id = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
	text := id + "\n" + strings.Repeat("x", maxImportLine+1) + "\r\n" + id + "\tits name"
	var names []string
	var bad []int64
	lines, _, err := eachPin(bytes.NewReader([]byte(text)), func(_ int64, p services.Pin) error {
		names = append(names, p.Name)
		return nil
	}, func(line int64, _ string) { bad = append(bad, line) })
	if err != nil || lines != 3 || fmt.Sprint(names) != "[ its name]" || fmt.Sprint(bad) != "[2]" {
		t.Errorf("got %d lines, names %q, bad %v, %v", lines, names, bad, err)
	}
}
