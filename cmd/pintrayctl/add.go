package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	pinsync "github.com/pintray/pintray/sync"
)

// addFlags are the flags of add.
type addFlags struct {
	to      []string
	name    string
	meta    map[string]string
	origins []string
	files   cidFlags
	wait    waitFlag
	yes     bool
}

func (c *cli) addCommand() *cobra.Command {
	var f addFlags
	cmd := &cobra.Command{
		Use:   "add PATH|CID|LINK... --to NAME[,NAME]",
		Short: "Keep files and content IDs on services",
		Long: `Keep files and folders of this computer on services, each as one item, and CIDs of
any version, ipfs:// links and gateway links; - reads them from stdin, one a line.
What is both a CID and a file's name is a CID: write ./NAME for the file. All are
checked before anything is done, and written down before anything is sent.

What looks like a key or a password (*.pem, .env, id_rsa, ...) is refused without
--yes: everything that is added can be fetched by anyone who knows its content ID.

A service that takes no upload fetches the bytes from here, while the window,
"pintrayctl run" or this command with --wait is running; a CAR file is kept as
what it holds.

It returns once everything was sent. --wait also waits until the services say
pinned or failed, --wait=5m for at most that long; --wait=0 only writes it down,
to be sent by whatever runs next (the window, "pintrayctl run", "pintrayctl retry").
Stopping it loses nothing: what was written down goes on with whatever runs next.`,
		Example: `  pintrayctl add photo.jpg website --to mine --wait
  pintrayctl add bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi --to mine
  pintrayctl export --format text | pintrayctl add - --to second`,
		Args: wantArgs(1, -1, "a file, a folder or a content ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			what, err := c.wantedThings(args, f)
			if err != nil {
				return err
			}
			return c.ask(cmd.Context(), func(app *boot.App) error { return c.add(cmd.Context(), app, what, f) })
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.to, "to", nil, "the accounts to keep it on (default: the only service, or this computer)")
	flags.StringVar(&f.name, "name", "", "the name it gets there")
	flags.StringToStringVar(&f.meta, "meta", nil, "key=value to store with it; a service may drop it")
	flags.StringArrayVar(&f.origins, "origin", nil, "multiaddr of a node that has it")
	f.files.register(cmd)
	f.wait.register(flags)
	flags.BoolVar(&f.yes, "yes", false, "publish what looks like a key or password, too")
	c.offerAccounts(cmd, "to")
	return cmd
}

func (c *cli) add(ctx context.Context, app *boot.App, what things, f addFlags) error {
	all, err := loadAccounts(ctx, app.Reader)
	if err != nil {
		return err
	}
	targets, err := all.targets(f.to)
	if err != nil {
		return err
	}
	if err := c.askSecrets(ctx, app.Engine, what.paths, f); err != nil {
		return err
	}
	var taken pinsync.Accepted
	if len(what.pins) > 0 {
		if taken, err = app.Engine.Add(ctx, pinsync.AddRequest{Pins: what.pins, Accounts: targets}); err != nil {
			return err
		}
	}
	if err := importFiles(ctx, app.Engine, what.paths, targets, f, &taken); err != nil {
		return err
	}
	var again []askedPin
	if again, taken.Refused, err = waitedFor(ctx, app.Reader, taken.Refused); err != nil {
		return err
	}
	if f.name != "" {
		if taken.Refused, err = c.noteNames(ctx, app.Reader, all, taken.Refused, f.name); err != nil {
			return err
		}
	}
	began := time.Now()
	err = c.finish(ctx, app, all, taken, f.wait)
	if len(again) == 0 || ctx.Err() != nil {
		return err
	}
	late := c.seeAgain(ctx, app, all, again, f, began)
	return several(slices.DeleteFunc([]error{err, late}, func(err error) bool { return err == nil }))
}

// waitFlag is --wait[=DURATION].
type waitFlag struct {
	given bool
	limit time.Duration // below 0: as long as it takes
}

func (w *waitFlag) register(flags *pflag.FlagSet) {
	flags.Var(w, "wait", "wait until pinned or failed, at most so long; 0 doesn't even wait for sending")
	flags.Lookup("wait").NoOptDefVal = "forever"
}

func (w *waitFlag) String() string { return "" }
func (w *waitFlag) Type() string   { return "duration" }

func (w *waitFlag) Set(text string) error {
	w.given, w.limit = true, -1
	if text == "forever" {
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return &problem{code: services.CodeUsage, text: "not a duration", hint: "as 30s, 5m or 2h"}
	}
	w.limit = d
	return nil
}

// onlyWrite is --wait=0: nothing is sent by this call.
func (w waitFlag) onlyWrite() bool { return w.given && w.limit == 0 }
