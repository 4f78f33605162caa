//go:build unix

package rig

import (
	"os/exec"
	"syscall"
)

// ownGroup gives cmd a process group, so that it can be ended with its children.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// endGroup ends the group that cmd leads; it is no error when it is gone.
func endGroup(cmd *exec.Cmd, kill bool) {
	sig := syscall.SIGTERM
	if kill {
		sig = syscall.SIGKILL
	}
	_ = syscall.Kill(-cmd.Process.Pid, sig)
}
