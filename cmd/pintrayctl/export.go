package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

func (c *cli) exportCommand() *cobra.Command {
	var format, daily string
	cmd := &cobra.Command{
		Use:   "export [--format json|csv|text]",
		Short: "Print the whole list, as it was last seen",
		Long: `Print everything that is known of your pins, without asking anyone.

json  one object a line, exactly what the services sent (as: ls --json)
csv   for spreadsheets: names are cleaned, and none can act as a formula
text  one content ID a line, each once (pintrayctl add - reads it)

"pintrayctl import" reads all three. While the window or "pintrayctl run" is
running, a dated list is written into the folder "exports" of the data folder once a
day, and those of the last seven days are kept; --daily off ends that.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if daily != "" && cmd.Flags().Changed("format") {
				return wrong("leave --format out: the dated lists are CSV", "--daily takes no --format")
			}
			if daily != "" {
				return c.exportDaily(ctx, daily)
			}
			write := map[string]func(context.Context, *store.Reader, *accounts) error{
				"json": c.exportJSON, "csv": c.exportCSV, "text": c.exportText,
			}[format]
			if write == nil {
				return wrong("a format is json, csv or text", "there is no format %q", format)
			}
			return c.read(ctx, func(app *boot.App) error {
				all, err := loadAccounts(ctx, app.Reader)
				if err != nil {
					return err
				}
				if err := write(ctx, app.Reader, all); err != nil {
					return err
				}
				if unread := all.unread(nil); len(unread) > 0 {
					return &problem{
						text: strings.Join(unread, ", ") + " was not read yet, so that what it keeps is not in this list",
						hint: "read it with: pintrayctl sync; then say the same again",
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "json", "json, csv or text")
	cmd.Flags().StringVar(&daily, "daily", "", "on or off: whether a dated list is written each day; prints nothing")
	return cmd
}

// exportDaily switches the dated lists on or off.
func (c *cli) exportDaily(ctx context.Context, word string) error {
	value, ok := map[string]string{"on": "", "off": store.ExportsOff}[word]
	if !ok {
		return wrong("say --daily on or --daily off", "%q is neither on nor off", word)
	}
	return c.ask(ctx, func(app *boot.App) error { return app.Engine.Set(ctx, store.SettingExports, value) })
}

func (c *cli) exportJSON(ctx context.Context, r *store.Reader, all *accounts) error {
	for p, err := range r.EachPin(ctx, store.PinFilter{}) {
		if err != nil {
			return err
		}
		if err := c.printJSON(newPinJSON(all, p)); err != nil {
			return err
		}
	}
	return nil
}

func (c *cli) exportCSV(ctx context.Context, r *store.Reader, all *accounts) error {
	w := csv.NewWriter(c.out)
	if err := w.Write([]string{"account", "requestid", "cid", "name", "status", "created", "meta", "info", "seen_at"}); err != nil {
		return err
	}
	for p, err := range r.EachPin(ctx, store.PinFilter{}) {
		if err != nil {
			return err
		}
		row := []string{
			cell(all.name(p.Account)), cell(p.RequestID), cell(p.Pin.CID.Text), cell(p.Pin.Name), p.Status.String(),
			utc(p.Created), cell(mapText(p.Pin.Meta)), cell(mapText(p.Info)), utc(p.SeenAt),
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func (c *cli) exportText(ctx context.Context, r *store.Reader, _ *accounts) error {
	for it, err := range r.EachItem(ctx, store.Filter{}, 0) {
		if err != nil {
			return err
		}
		if !it.CID.Valid() {
			continue
		}
		if _, err := fmt.Fprintln(c.out, it.CID.Text); err != nil {
			return err
		}
	}
	return nil
}

// cell makes text fit for a spreadsheet: one that would be read as a formula
// gets an apostrophe before it.
func cell(s string) string {
	if s = services.Clean(s); strings.IndexAny(s, "=+-@") == 0 {
		return "'" + s
	}
	return s
}

func mapText(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return string(b)
}

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
