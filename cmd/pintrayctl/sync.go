package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func (c *cli) syncCommand() *cobra.Command {
	var names []string
	var full, gone bool
	cmd := &cobra.Command{
		Use:   "sync [--account NAME]...",
		Short: "Ask the services what they keep, and remember it",
		Long: `Ask the services what they keep, and remember it.

Where much disappears from a service at once, it stays in the list until you say
that it is really gone: with --accept-gone, and the account's name.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return c.ask(ctx, func(app *boot.App) error {
				all, err := loadAccounts(ctx, app.Reader)
				if err != nil {
					return err
				}
				ids, err := all.ids(names)
				if err != nil {
					return err
				}
				if gone {
					return c.acceptGone(ctx, app, all, ids)
				}
				read := app.Engine.Sync
				if full {
					read = app.Engine.SyncFull
				}
				results, err := read(ctx, ids)
				if err != nil {
					return err
				}
				if err := c.noteGone(ctx, app.Reader, results); err != nil {
					return err
				}
				return c.printSync(all, results)
			})
		},
	}
	cmd.Flags().StringArrayVar(&names, "account", nil, "only this account (may be given several times)")
	cmd.Flags().BoolVar(&full, "full", false, "read every pin, even where less shows that nothing else changed (a pin renamed at the service is seen only so)")
	cmd.Flags().BoolVar(&gone, "accept-gone", false, "what disappeared from the account at once is really gone: take it off the list (asks no service)")
	cmd.MarkFlagsMutuallyExclusive("full", "accept-gone")
	c.offerAccounts(cmd, "account")
	return cmd
}

// acceptGone takes what the accounts lost all at once off the list.
func (c *cli) acceptGone(ctx context.Context, app *boot.App, all *accounts, ids []services.AccountID) error {
	if len(ids) == 0 {
		return wrong("name it with --account NAME", "gone from which account?")
	}
	for _, a := range all.list {
		if !slices.Contains(ids, a.ID) {
			continue
		}
		if err := app.Engine.AcceptGone(ctx, a.ID); err != nil {
			return at(a.Name, services.AsError(err))
		}
		var err error
		if c.json {
			err = c.printJSON(struct {
				Account string `json:"account"`
				Gone    int64  `json:"gone"`
			}{a.Name, a.Missing})
		} else {
			_, err = fmt.Fprintf(c.out, "%s: %s off the list\n", services.Clean(a.Name), number(a.Missing, "pin"))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noteGone says what disappeared at once and waits for a yes.
func (c *cli) noteGone(ctx context.Context, r *store.Reader, results []pinsync.SyncResult) error {
	all, err := loadAccounts(ctx, r)
	if err != nil {
		return err
	}
	for _, a := range all.list {
		asked := slices.ContainsFunc(results, func(s pinsync.SyncResult) bool { return s.Account == a.ID })
		if a.Missing > 0 && asked {
			c.note("%s disappeared from %s at once, and stay in the list; if they are really gone: pintrayctl sync --account %q --accept-gone",
				number(a.Missing, "pin"), a.Name, a.Name)
		}
	}
	return nil
}

// syncJSON is one line of `sync --json`.
type syncJSON struct {
	Account    string        `json:"account"`
	Pins       int64         `json:"pins"`
	Added      int           `json:"added"`
	Changed    int           `json:"changed"`
	Removed    int           `json:"removed"`
	Requests   int           `json:"requests"`
	DurationMS int64         `json:"duration_ms"`
	Complete   bool          `json:"complete"`
	Error      services.Code `json:"error,omitempty"`
}

func (c *cli) printSync(all *accounts, results []pinsync.SyncResult) error {
	var failed []error
	t := c.table("ACCOUNT", "PINS", "NEW", "CHANGED", "GONE", "REQUESTS", "TIME", "RESULT")
	for _, r := range results {
		j := syncJSON{
			Account: all.name(r.Account), Pins: r.Pins, Added: r.Added, Changed: r.Changed, Removed: r.Removed,
			Requests: r.Requests, DurationMS: r.Duration.Milliseconds(), Complete: r.Complete,
		}
		word := "complete"
		if !r.Complete {
			word = "incomplete"
		}
		if r.Err != nil {
			j.Error, word = r.Err.Code, string(r.Err.Code)
			failed = append(failed, at(j.Account, r.Err))
		}
		var err error
		if c.json {
			err = c.printJSON(j)
		} else {
			err = t.row(j.Account, strconv.FormatInt(r.Pins, 10), strconv.Itoa(r.Added), strconv.Itoa(r.Changed), strconv.Itoa(r.Removed),
				strconv.Itoa(r.Requests), r.Duration.Round(time.Millisecond).String(), word)
		}
		if err != nil {
			return err
		}
	}
	if !c.json {
		if len(results) == 0 {
			c.note("no service is connected; connect one with: pintrayctl accounts add")
		} else if err := t.end(); err != nil {
			return err
		}
	}
	return several(failed)
}
