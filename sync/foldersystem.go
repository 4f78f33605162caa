package sync

import (
	"os"
	"path/filepath"
	"runtime"
)

// system are the folders that belong to the computer and not to a person.
type system struct {
	trees []string // and all that is in them
	alone []string // themselves: what is in some of them may be meant for others
	homes []string // and each folder in them, the homes of people
}

// systemOf is those of this system. Where a drive of Windows stands its
// environment says.
func systemOf(goos string, env func(string) string) system {
	switch goos {
	case "windows":
		drive := env("SystemDrive") + `\`
		return system{
			trees: []string{env("SystemRoot"), env("ProgramFiles"), env("ProgramFiles(x86)"), env("ProgramData")},
			homes: []string{drive + "Users"},
		}
	case "darwin":
		return system{
			trees: []string{"/System", "/Library", "/Applications", "/dev", "/bin", "/sbin", "/private/etc", "/etc"},
			alone: []string{"/usr", "/private", "/private/var", "/var", "/private/tmp", "/Volumes", "/opt"},
			homes: []string{"/Users"},
		}
	}
	return system{
		trees: []string{"/etc", "/proc", "/sys", "/dev", "/boot", "/bin", "/sbin", "/lib", "/usr/bin", "/usr/sbin", "/usr/lib"},
		alone: []string{"/usr", "/var", "/var/lib", "/var/log", "/var/cache", "/var/spool", "/run", "/opt", "/tmp"},
		homes: []string{"/home"},
	}
}

// refused says why a folder of the system must not be watched, "" where it may.
func (s system) refused(path string) string {
	for _, dir := range s.homes {
		if path == dir || filepath.Dir(path) == dir {
			return "homes"
		}
	}
	for _, dir := range s.trees {
		if dir != "" && within(path, dir) {
			return "system"
		}
	}
	for _, dir := range s.alone {
		if path == dir {
			return "system"
		}
	}
	return ""
}

func thisSystem() system { return systemOf(runtime.GOOS, os.Getenv) }
