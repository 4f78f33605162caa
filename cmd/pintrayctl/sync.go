package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
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
				stop := c.watchReading(ctx, app)
				results, err := read(ctx, ids)
				stop()
				if err != nil {
					return err
				}
				if all, err = loadAccounts(ctx, app.Reader); err != nil {
					return err
				}
				for _, r := range results {
					c.noteGone(all, r.Account)
				}
				c.notePaused(all, names)
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

// missing is how many pins disappeared from the account at once and wait for a yes.
func (a *accounts) missing(id services.AccountID) int64 {
	for _, s := range a.list {
		if s.ID == id {
			return s.Missing
		}
	}
	return 0
}

// remembered is how many pins of the account are in the list.
func (a *accounts) remembered(id services.AccountID) int64 {
	for _, s := range a.list {
		if s.ID == id {
			return s.Pins()
		}
	}
	return 0
}

// noteGone says what disappeared from an account at once and waits for a yes.
func (c *cli) noteGone(all *accounts, id services.AccountID) {
	if n := all.missing(id); n > 0 {
		c.note("%s disappeared from %s at once, and stay in the list; %s", number(n, "pin"), all.name(id), acceptGoneHint(all.name(id)))
	}
}

// notePaused says of the accounts of these names, or of all, that they were left out.
func (c *cli) notePaused(all *accounts, names []string) {
	for _, a := range all.list {
		named := len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, a.Name) })
		if a.Paused && named {
			p := pausedProblem(a.Name, "it was left out")
			c.note("%s; %s", p.text, p.hint)
		}
	}
}

// acceptGoneHint is how a person says that what disappeared is really gone.
func acceptGoneHint(name string) string {
	return fmt.Sprintf("if they are really gone: pintrayctl sync --account %q --accept-gone", name)
}

// syncJSON is one line of `sync --json`.
type syncJSON struct {
	Account    string        `json:"account"`
	Pins       int64         `json:"pins"` // where it failed: those that are remembered
	Added      int           `json:"added"`
	Changed    int           `json:"changed"`
	Removed    int           `json:"removed"`
	Missing    int64         `json:"missing"` // disappeared at once, and wait for a yes
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
			Account: all.name(r.Account), Pins: r.Pins, Added: r.Added, Changed: r.Changed, Removed: r.Removed, Missing: all.missing(r.Account),
			Requests: r.Requests, DurationMS: r.Duration.Milliseconds(), Complete: r.Complete,
		}
		word := "complete"
		if !r.Complete {
			word = "incomplete"
		}
		if r.Err != nil {
			j.Pins = all.remembered(r.Account)
			j.Error, word = r.Err.Code, string(r.Err.Code)
			failed = append(failed, at(j.Account, r.Err))
		}
		var err error
		if c.json {
			err = c.printJSON(j)
		} else {
			err = t.row(j.Account, strconv.FormatInt(j.Pins, 10), strconv.Itoa(r.Added), strconv.Itoa(r.Changed), strconv.Itoa(r.Removed),
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
