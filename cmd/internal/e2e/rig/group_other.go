//go:build !unix

package rig

import "os/exec"

func ownGroup(*exec.Cmd) {}

// endGroup ends cmd alone: there are no process groups here.
func endGroup(cmd *exec.Cmd, _ bool) { _ = cmd.Process.Kill() }
