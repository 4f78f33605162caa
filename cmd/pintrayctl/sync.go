package main

import (
	"fmt"
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
	var full bool
	cmd := &cobra.Command{
		Use:   "sync [--account NAME]...",
		Short: "Ask the services what they keep, and remember it",
		Args:  noArgs,
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
				results, err := app.Engine.Sync(ctx, ids)
				if err != nil {
					return err
				}
				return c.printSync(all, results)
			})
		},
	}
	cmd.Flags().StringArrayVar(&names, "account", nil, "only this account (may be given several times)")
	cmd.Flags().BoolVar(&full, "full", false, "list everything, even where less would do (so far every sync does)")
	c.offerAccounts(cmd, "account")
	return cmd
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

func (c *cli) healthCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "health",
		Short: "Say in one word how things stand, and what needs you",
		Long: `Say how things stand: fine, working, paused, needs-you, problem or offline. The exit
status is 0 whatever the word is; it is about what was last seen, nothing is asked.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return c.read(ctx, func(app *boot.App) error {
				h, err := app.Reader.Health(ctx, time.Now())
				if err != nil {
					return err
				}
				all, err := loadAccounts(ctx, app.Reader)
				if err != nil {
					return err
				}
				return c.printHealth(all, h)
			})
		},
	}
}

// needJSON is one cause in `health --json`.
type needJSON struct {
	Code    string `json:"code"`
	Account string `json:"account"`
	Count   int64  `json:"count"`
	Text    string `json:"text"`
}

func (c *cli) printHealth(all *accounts, h store.Health) error {
	needs := make([]needJSON, 0, len(h.NeedsYou))
	for _, n := range h.NeedsYou {
		j := needJSON{Code: n.Code, Count: n.Count, Text: needText(all, n)}
		if n.Account != 0 {
			j.Account = all.name(n.Account)
		}
		needs = append(needs, j)
	}
	if c.json {
		return c.printJSON(struct {
			State          store.HealthState `json:"state"`
			OpenOperations int64             `json:"open_operations"`
			NeedsYou       []needJSON        `json:"needs_you"`
			CheckedAt      stamp             `json:"checked_at"`
		}{h.State, h.OpenOperations, needs, stamp(h.CheckedAt)})
	}
	fmt.Fprintf(c.out, "%s: %s, %d safe, %s, %s, checked %s\n", h.State, number(h.Items, "item"), h.Safe,
		number(h.OpenOperations, "open operation"), number(int64(h.Accounts), "service"), when(h.CheckedAt))
	for _, n := range needs {
		fmt.Fprintf(c.out, "  %s\n", services.Clean(n.Text))
	}
	return nil
}

// needText is the sentence of a cause that waits for a person.
func needText(all *accounts, n store.Need) string {
	who := "a service"
	if n.Account != 0 {
		who = all.name(n.Account)
	}
	var text string
	switch n.Code {
	case "failed":
		text = fmt.Sprintf("%s couldn't keep %d of your items", who, n.Count)
	case "stuck":
		text = fmt.Sprintf("%d operations at %s wait for you", n.Count, who)
	case "source":
		return explain(&services.Error{Code: services.CodeSource, Reason: n.Details}).text
	case "folder":
		text = fmt.Sprintf("the folder %s waits for you", services.Clean(string(n.Path)))
	case "lost":
		text = fmt.Sprintf("%d items are gone from %s, and nobody here removed them", n.Count, who)
	case "mass-change":
		text = fmt.Sprintf("%d items disappeared from %s at once", n.Count, who)
	default:
		return explainError(who, &services.Error{Code: services.Code(n.Code), Details: n.Details}).text
	}
	if n.Details != "" {
		text += ": " + n.Details
	}
	return text
}
