package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
)

func (c *cli) runCommand() *cobra.Command {
	var f listenFlags
	cmd := &cobra.Command{
		Use:   "run [--listen 127.0.0.1:PORT --token-file FILE]",
		Short: "Keep checking and working until stopped, without a window",
		Long: `Own the data folder, check the services and send what waits, until ctrl-C or
SIGTERM; it then ends within 5 seconds. Other calls hand their work to it.

With --listen it opens "This computer" as a pinning service to other programs of
this computer (IPFS Pinning Service API, /pins). It prints its address once it
listens; port 0 chooses a free one. Whoever asks has to show the key; pages in a
browser are refused. One departure from the specification: a list asked for by
name and without a status answers pins of every status.`,
		Example: `  pintrayctl run --listen 127.0.0.1:9097 --token-file local.key`,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.listen, "listen", "", "open this computer to other programs at this address")
	f.key.register(cmd.Flags())
	cmd.Flags().Lookup("token-env").Usage = "read the access key from this environment variable, once, at the start"
	return cmd
}

func (c *cli) run(ctx context.Context, f listenFlags) (err error) {
	d, err := c.openDoor(ctx, f)
	if err != nil {
		return err
	}
	if d.Listener != nil {
		defer func() { _ = d.Close() }() // serving closes it too
	}
	o := boot.Options{Dir: boot.Dir(c.data), Mode: boot.Own}
	if !c.quiet {
		o.LogTo = c.errw
	}
	app, err := boot.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	c.note("running on %s; stop with ctrl-C", app.Dir)
	if d.Listener != nil {
		fmt.Fprintf(c.out, "http://%s\n", d.Addr())
		if err := c.out.Flush(); err != nil {
			return err
		}
	}
	if err := runOpen(ctx, app, d); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
