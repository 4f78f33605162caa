package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/services"
)

// Exit statuses that belong to no services.Code.
const (
	exitDone        = 0
	exitFailed      = 1
	exitInterrupted = 130
)

// exitStatuses is the table of `help exit-codes`. The numbers never change
// their meaning: scripts depend on them.
var exitStatuses = []struct {
	status  int
	code    services.Code
	meaning string
}{
	{exitDone, "", "done"},
	{exitFailed, services.CodeInternal, "failed, for a reason that has no number of its own"},
	{2, services.CodeUsage, "wrong use: an unknown command or flag, a missing argument, a name already taken"},
	{3, services.CodeAuth, "the service does not accept the access key"},
	{4, services.CodePlan, "the plan at the service is full or unpaid"},
	{5, services.CodeLimited, "the service asked us to slow down"},
	{6, services.CodeUnreachable, "the service cannot be reached"},
	{7, services.CodeNotAPI, "the address is no pinning service (HTML, a redirect, foreign JSON)"},
	{8, services.CodeNotFound, "no such account, pin or operation"},
	{9, services.CodeInvalid, "the content ID, the address or the request is not valid"},
	{10, services.CodeKeyring, "the access key cannot be had (keyring locked or absent, key file, variable, no key at all)"},
	{11, services.CodeStorage, "Pintray's own files: none yet, read-only, full, damaged, of a newer version"},
	{12, services.CodeInUse, "another Pintray owns the data folder"},
	{13, services.CodeTimeout, "it took too long"},
	{14, services.CodeTLS, "the service's certificate cannot be trusted"},
	{15, services.CodeServer, "the service has trouble of its own (5xx)"},
	{16, services.CodeDecode, "the service's answer cannot be read"},
	{17, services.CodeSource, "a file or folder of this computer cannot be read as it should"},
	{exitInterrupted, "", "stopped by ctrl-C or SIGTERM"},
}

// exitStatus is the status of a code, 1 for one that has none.
func exitStatus(code services.Code) int {
	for _, s := range exitStatuses {
		if s.code == code && code != "" {
			return s.status
		}
	}
	return exitFailed
}

// exitCodesTopic is the page of `help exit-codes`.
func exitCodesTopic() *cobra.Command {
	var b strings.Builder
	b.WriteString("Exit statuses of pintrayctl:\n\n")
	for _, s := range exitStatuses {
		fmt.Fprintf(&b, "%5d  %-12s %s\n", s.status, s.code, s.meaning)
	}
	b.WriteString("\nEvery failure also prints one \"error:\" line and one \"hint:\" line on stderr.\n" +
		"Where several things failed, the status is that of the first.")
	return &cobra.Command{Use: "exit-codes", Short: "What each exit status means", Long: b.String()}
}
