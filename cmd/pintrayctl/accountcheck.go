package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
)

func (c *cli) accountsCheck() *cobra.Command {
	return &cobra.Command{
		Use:               "check NAME",
		Short:             "Ask a service whether it answers and takes the key",
		Args:              wantArgs(1, 1, "the account's NAME"),
		ValidArgsFunction: c.completeAccounts,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return c.onAccount(ctx, args[0], func(app *boot.App, a services.Account) error {
				if a.Local() {
					return c.checkHere(ctx, app, a)
				}
				found, err := app.Engine.CheckAccount(ctx, a.ID)
				if err == nil && found.Err != nil {
					err = found.Err
				}
				if err != nil {
					return at(a.Name, services.AsError(err))
				}
				if c.json {
					return c.printJSON(struct {
						Account   string `json:"account"`
						Pins      int64  `json:"pins"`
						LatencyMS int64  `json:"latency_ms"`
					}{a.Name, found.Pins, found.Latency.Milliseconds()})
				}
				pins := "it doesn't say how many pins it has"
				if found.Pins >= 0 {
					pins = fmt.Sprintf("%d pins", found.Pins)
				}
				_, err = fmt.Fprintf(c.out, "%s answers and takes the key: %s, %d ms\n", services.Clean(a.Name), pins, found.Latency.Milliseconds())
				return err
			})
		},
	}
}

// checkHere says how this computer is doing.
func (c *cli) checkHere(ctx context.Context, app *boot.App, a services.Account) error {
	found, err := app.Engine.CheckAccount(ctx, a.ID)
	if err != nil {
		return err
	}
	space, err := app.Engine.Space(ctx)
	if err != nil {
		return err
	}
	if c.json {
		return c.printJSON(struct {
			Account   string `json:"account"`
			Pins      int64  `json:"pins"`
			LatencyMS int64  `json:"latency_ms"`
			Used      int64  `json:"used"`
			Free      int64  `json:"free"`
			Floor     int64  `json:"floor"`
		}{a.Name, found.Pins, found.Latency.Milliseconds(), space.Used, space.Free, space.Floor})
	}
	free := "nobody knows how much is free"
	if space.Free >= 0 {
		free = bytesText(space.Free) + " are free, of which " + bytesText(space.Floor) + " stay so"
	}
	_, err = fmt.Fprintf(c.out, "%s keeps %d pins; %s of it was fetched, %s\n",
		services.Clean(a.Name), found.Pins, bytesText(space.Used), free)
	return err
}
