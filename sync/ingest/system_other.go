//go:build !linux && !darwin && !windows

package ingest

import "io/fs"

func isPlaceholder(fs.FileInfo) bool { return false }

func isNetwork(string) bool { return false }
