package rig

import (
	"fmt"
	"os"
	"strings"
)

// PeakRSS is the most memory a running process has had so far, in bytes, 0 where
// nobody says. What wait4 tells of an ended one begins with the memory of who
// started it (getrusage(2)): the bench's own, or that of a test.
func PeakRSS(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	var kib int64
	_, _ = fmt.Sscan(rest, &kib) // none of a process that has just ended
	return kib << 10
}
