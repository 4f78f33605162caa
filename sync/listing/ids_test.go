package listing

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// TestIDSet is inside the package: what a walk remembers of a million pins is
// most of what it takes, and nothing outside can see it.
func TestIDSet_KnowsEachAndStaysSmall(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var s idSet
	there := make(map[id]bool)
	for n := range 300_000 {
		k := id(rnd.Uint64() | 1)
		if n%3 == 0 {
			k = id(rnd.IntN(1000) + 1) // many of them again, next to each other
		}
		if s.add(k) == there[k] {
			t.Fatalf("%x is new: %v", k, there[k])
		}
		there[k] = true
		if s.n != len(there) {
			t.Fatalf("%d of %d", s.n, len(there))
		}
		if size := len(s.slots) * int(unsafe.Sizeof(k)); s.n > 1000 && size > 22*s.n {
			t.Fatalf("%d bytes for %d", size, s.n)
		}
	}
}
