package user

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestFileNumber_IsNotBelievedWhereTheFileSystemGivesNumbersAnew(t *testing.T) {
	for kind, want := range map[int64]bool{
		unix.MSDOS_SUPER_MAGIC: true, 0x2011bab0: true, unix.FUSE_SUPER_MAGIC: true,
		unix.EXT4_SUPER_MAGIC: false, unix.BTRFS_SUPER_MAGIC: false, unix.XFS_SUPER_MAGIC: false, unix.TMPFS_MAGIC: false,
	} {
		if got := numbersAnew(kind); got != want {
			t.Errorf("%x: %v", kind, got)
		}
	}
}

// Where numbers say nothing, a copy beside the original is told by its place, and
// what was noted by a number is no other file.
func TestFileNumber_TheFilesPlaceStandsForIt(t *testing.T) {
	dir := t.TempDir()
	place := func(name string) string {
		path := filepath.Join(dir, name, File)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := placeOf(path, uint64(info.Sys().(*syscall.Stat_t).Dev))
		if err != nil || !strings.HasSuffix(got, filepath.Join(name, File)) {
			t.Fatalf("%q, %v", got, err)
		}
		return got
	}
	original, beside := place("one"), place("two")
	if otherFile(original, place("one")) || !otherFile(original, beside) {
		t.Errorf("%q, %q", original, beside)
	}
	if otherFile("123", original) || !otherFile("123", "124") || otherFile("", "124") {
		t.Error("a number is compared with a place")
	}
}
