// Command pintrayctl is Pintray without a window: the same engine and the same
// data folder, for a shell, a script or a server. It builds without cgo and
// links no graphics.
//
// Every failure is one "error:" line, one "hint:" line on stderr and an exit
// status that says what kind of failure it was (pintrayctl help exit-codes).
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
)

func main() {
	debug.SetGCPercent(50) // a check of a long list leaves much behind
	os.Exit(execute(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// execute runs one command line and returns its exit status.
func execute(args []string, in io.Reader, out, errw io.Writer) int {
	signal.Ignore(syscall.SIGPIPE) // a closed stdout is an error of Write, ended quietly below
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		stop() // a second ctrl-C ends the process at once
	}()

	c := &cli{in: in, out: bufio.NewWriterSize(out, 64<<10), errw: errw}
	root := c.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if ferr := c.out.Flush(); err == nil {
		err = ferr
	}
	if err == nil || errors.Is(err, syscall.EPIPE) {
		return exitDone
	}
	p := explain(err)
	p.nameCopy(err, boot.Dir(c.data))
	fmt.Fprintf(errw, "error: %s\nhint: %s\n", services.Clean(p.text), services.Clean(p.hint))
	return p.exit()
}

// root is the whole command tree.
func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "pintrayctl",
		Short: "Keep files online with IPFS pinning services, from the shell",
		Long: `pintrayctl keeps what you have on IPFS pinning services in one list, and adds,
renames and removes pins there. It shares its data with the Pintray window: where
that (or "pintrayctl run") is running, it does the work; else each call does its own.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(c.out)
	root.SetErr(c.errw)
	root.SetIn(c.in)
	flags := root.PersistentFlags()
	flags.StringVar(&c.data, "data", "", "folder that holds everything Pintray remembers (default $PINTRAY_HOME, else the system's own place)")
	flags.BoolVar(&c.json, "json", false, "print one JSON object a line, times in UTC")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "print results and errors, no remarks")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		c.accountsCommand(), c.syncCommand(), c.lsCommand(), c.showCommand(), c.addCommand(),
		c.renameCommand(), c.replaceCommand(), c.rmCommand(), c.retryCommand(), c.cancelCommand(), c.exportCommand(), c.importCommand(), c.copyCommand(),
		c.runCommand(), c.demoCommand(), c.healthCommand(), c.activityCommand(), c.templatesCommand(),
		c.cidCommand(), c.foldersCommand(), c.versionCommand(), exitCodesTopic(),
	)
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		help.Run, help.RunE = nil, helpOn
	}
	return root
}

// helpOn prints the help of a command or topic; of one that is not there, it
// says so, as any other wrong use.
func helpOn(cmd *cobra.Command, args []string) error {
	about, rest, err := cmd.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return wrong("see: pintrayctl help", "there is no command or topic %q", args[len(args)-1])
	}
	about.InitDefaultHelpFlag()
	return about.Help()
}

// flagError turns a flag cobra cannot take into wrong use. A key on the command
// line could be read by every other program, so --token gets its own hint.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	hint := fmt.Sprintf("see: %s --help", cmd.CommandPath())
	if strings.HasSuffix(err.Error(), "unknown flag: --token") {
		hint = "a key on the command line can be read by other programs; use --token-file FILE, --token-file - or --token-env VARIABLE"
	}
	return wrong(hint, "%s", err.Error())
}

// noArgs refuses arguments, and a command nobody knows.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasAvailableSubCommands() {
		return wrong("see: "+cmd.CommandPath()+" --help", "there is no command %q", args[0])
	}
	return wrong("see: "+cmd.CommandPath()+" --help", "%q is one argument too many", args[0])
}

// wantArgs asks for at least low and at most high arguments (high < 0: any).
func wantArgs(low, high int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		hint := "usage: " + cmd.UseLine()
		switch {
		case len(args) < low:
			return wrong(hint, "%s is missing", what)
		case high >= 0 && len(args) > high:
			return wrong(hint, "%q is one argument too many", args[high])
		}
		return nil
	}
}
