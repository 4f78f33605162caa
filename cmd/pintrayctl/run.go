package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
)

func (c *cli) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Keep checking and working until stopped, without a window",
		Long: `Own the data folder, check the services and send what waits, until ctrl-C or
SIGTERM; it then ends within 5 seconds. Other calls hand their work to it.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			o := boot.Options{Dir: boot.Dir(c.data), Mode: boot.Own}
			if !c.quiet {
				o.LogTo = c.errw
			}
			app, err := boot.Open(cmd.Context(), o)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, app.Close()) }()
			c.note("running on %s; stop with ctrl-C", app.Dir)
			if err := app.Run(cmd.Context()); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		},
	}
}
