//go:build !unix

package watch

import "io/fs"

// inodeOf is nothing where a look at a file does not number it.
func inodeOf(fs.FileInfo) inode { return inode{} }
