package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func (c *cli) showCommand() *cobra.Command {
	var names []string
	cmd := &cobra.Command{
		Use:   "show CID|REQUESTID",
		Short: "Ask the services for one content ID or request, and print all they say",
		Args:  wantArgs(1, 1, "a content ID or request ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			what := strings.TrimSpace(args[0])
			if what == "" {
				return wrong("usage: "+cmd.UseLine(), "a content ID or request ID is missing")
			}
			if link, err := services.ParseLink(what); err == nil {
				what = link.CID.Text
			}
			return c.ask(ctx, func(app *boot.App) error {
				all, err := loadAccounts(ctx, app.Reader)
				if err != nil {
					return err
				}
				only, err := all.ids(names)
				if err != nil {
					return err
				}
				pins, failures, err := app.Engine.Show(ctx, what)
				if err != nil {
					return err
				}
				if len(only) > 0 {
					pins = slices.DeleteFunc(pins, func(p store.Pin) bool { return !slices.Contains(only, p.Account) })
					failures = slices.DeleteFunc(failures, func(f pinsync.Refusal) bool { return !slices.Contains(only, f.Account) })
				}
				for _, p := range pins {
					if err := c.printShown(all, p); err != nil {
						return err
					}
				}
				var failed []error
				for _, f := range failures {
					failed = append(failed, at(all.name(f.Account), f.Err))
				}
				if len(pins) == 0 && len(failed) == 0 {
					who := "no service knows"
					if len(only) > 0 {
						who = strings.Join(names, ", ") + " does not know"
					}
					return &problem{code: services.CodeNotFound, text: fmt.Sprintf("%s %q", who, what), hint: "request IDs and content IDs stand in: pintrayctl ls"}
				}
				return several(failed)
			})
		},
	}
	cmd.Flags().StringArrayVar(&names, "account", nil, "print only what this account says (may be given several times)")
	c.offerAccounts(cmd, "account")
	return cmd
}

// shownJSON is one line of `show --json`: a pin of `ls` and the hints it came with.
type shownJSON struct {
	pinJSON
	Origins   []string `json:"origins"`
	Delegates []string `json:"delegates"`
}

func (c *cli) printShown(all *accounts, p store.Pin) error {
	if c.json {
		return c.printJSON(shownJSON{newPinJSON(all, p), append([]string{}, p.Pin.Origins...), append([]string{}, p.Delegates...)})
	}
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(c.out, "%-11s %s\n", key, services.Clean(value))
		}
	}
	line("account", all.name(p.Account))
	line("requestid", p.RequestID)
	line("cid", p.Pin.CID.Text)
	line("name", p.Pin.Name)
	line("status", p.Status.String())
	line("created", when(p.Created))
	for _, o := range p.Pin.Origins {
		line("origin", o)
	}
	for _, d := range p.Delegates {
		line("delegate", d)
	}
	for _, k := range slices.Sorted(maps.Keys(p.Pin.Meta)) {
		line("meta", k+"="+p.Pin.Meta[k])
	}
	for _, k := range slices.Sorted(maps.Keys(p.Info)) {
		line("info", k+"="+p.Info[k])
	}
	if p.Status.Pending() && time.Since(p.Created) > unbegunAfter {
		c.note("%s has not finished this since %s; some services never begin: ask it again, or keep it on another one too", all.name(p.Account), when(p.Created))
	}
	_, err := fmt.Fprintln(c.out)
	return err
}

// unbegunAfter is how long a pin may be queued or fetched before a person is told
// that this may never end (quirk 39).
const unbegunAfter = 24 * time.Hour
