package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

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
				stuck, err := stuckSource(cmd.Context(), app.Reader)
				if err != nil {
					return err
				}
				return c.printHealth(all, h, stuck)
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

func (c *cli) printHealth(all *accounts, h store.Health, stuck store.Source) error {
	for _, away := range all.away(h, time.Now()) {
		c.note("%s", away)
	}
	needs := make([]needJSON, 0, len(h.NeedsYou))
	for _, n := range h.NeedsYou {
		j := needJSON{Code: n.Code, Count: n.Count, Text: needText(all, n, stuck)}
		if n.Account != 0 {
			j.Account = all.name(n.Account)
		}
		needs = append(needs, j)
	}
	if c.json {
		return c.printJSON(struct {
			State          store.HealthState `json:"state"`
			Items          int64             `json:"items"`
			Safe           int64             `json:"safe"`
			Working        int64             `json:"working"` // on their way
			Services       int               `json:"services"`
			OpenOperations int64             `json:"open_operations"`
			NeedsYou       []needJSON        `json:"needs_you"`
			CheckedAt      stamp             `json:"checked_at"`
		}{h.State, h.Items, h.Safe, h.Working, h.Accounts, h.OpenOperations, needs, stamp(h.CheckedAt)})
	}
	fmt.Fprintf(c.out, "%s: %s, %d safe, %d on their way, %s, %s, checked %s\n", h.State, number(h.Items, "item"), h.Safe, h.Working,
		number(h.OpenOperations, "open operation"), number(int64(h.Accounts), "service"), when(h.CheckedAt))
	for _, n := range needs {
		fmt.Fprintf(c.out, "  %s\n", services.Clean(n.Text))
	}
	for _, name := range all.unread(nil) {
		fmt.Fprintf(c.out, "  %s\n", services.Clean(unreadText(name)))
	}
	for _, a := range all.aged(nil) {
		fmt.Fprintf(c.out, "  %s\n", services.Clean(agedText(a)))
	}
	return nil
}

// awayAfter is how long a service must not have answered before that is said.
const awayAfter = time.Minute

// away says of each service that gave no answer that can be used for a while that
// it did not, but of those that need the person for it.
func (a *accounts) away(h store.Health, now time.Time) (notes []string) {
	for _, s := range a.list {
		if s.Err == nil || s.Paused || s.Local() || now.Sub(s.ErrSince) <= awayAfter {
			continue
		}
		named := slices.ContainsFunc(h.NeedsYou, func(n store.Need) bool {
			return n.Account == s.ID && n.Code == string(services.CodeUnreachable)
		})
		if named {
			continue
		}
		switch s.Err.Code {
		case services.CodeUnreachable, services.CodeTimeout:
			notes = append(notes, fmt.Sprintf("%s has not answered since %s", s.Name, when(s.ErrSince)))
		case services.CodeServer, services.CodeDecode, services.CodeInvalid, services.CodeNotFound:
			notes = append(notes, fmt.Sprintf("%s, since %s", explainError(s.Name, s.Err).text, when(s.ErrSince)))
		}
	}
	return notes
}

// stuckSource is the oldest file that cannot be read, the zero Source where
// there is none.
func stuckSource(ctx context.Context, r *store.Reader) (store.Source, error) {
	list, err := r.OpenSources(ctx)
	for _, s := range list {
		if s.State == store.SourceStuck {
			return s, err
		}
	}
	return store.Source{}, err
}

// needText is the sentence of a cause that waits for a person; stuck is the
// oldest file that cannot be read.
func needText(all *accounts, n store.Need, stuck store.Source) string {
	who := "a service"
	if n.Account != 0 {
		who = all.name(n.Account)
	}
	var text string
	switch n.Code {
	case "failed":
		text = fmt.Sprintf("%s couldn't keep %d of your items", who, n.Count)
	case "stuck":
		return stuckText(who, n)
	case "source":
		if stuck.Reason == "" {
			return explain(&services.Error{Code: services.CodeSource, Reason: n.Details}).text
		}
		text = explain(&services.Error{Code: services.CodeSource, Reason: stuck.Reason, Details: cmp.Or(stuck.Unread, services.Clean(string(stuck.Path)))}).text
		if n.Count > 1 {
			text += fmt.Sprintf(" (and %d more)", n.Count-1)
		}
		return text
	case "folder":
		return fmt.Sprintf("the folder %s waits for you: %s", services.Clean(string(n.Path)), waitsText(n.Details, n.Count))
	case "lost":
		if text = fmt.Sprintf("%d items are gone from %s, and nobody here removed them", n.Count, who); n.Count == 1 {
			text = fmt.Sprintf("1 item is gone from %s, and nobody here removed it", who)
		}
	case "mass-change":
		return fmt.Sprintf("%s disappeared from %s at once; %s", number(n.Count, "item"), who, acceptGoneHint(who))
	case string(services.CodeUnreachable):
		text = explainError(who, all.failure(n)).text
		if n.Silent(time.Now()) {
			text += fmt.Sprintf("; it has not answered for a week and may have closed: pintrayctl copy --from %q --to ANOTHER", who)
		}
		return text
	default:
		return explainError(who, &services.Error{Code: services.Code(n.Code), Details: n.Details}).text
	}
	if n.Details != "" {
		text += ": " + wordText(who, n.Details)
	}
	return text
}

// failure is what the account that a cause is about met.
func (a *accounts) failure(n store.Need) *services.Error {
	for _, s := range a.list {
		if s.ID == n.Account && s.Err != nil {
			return s.Err
		}
	}
	return &services.Error{Code: services.Code(n.Code), Details: n.Details}
}

// stuckText says why operations wait for a person, and how many.
func stuckText(who string, n store.Need) string {
	verb := "wait"
	if n.Count == 1 {
		verb = "waits"
	}
	switch n.Cause {
	case services.CodeAuth, services.CodePlan:
		why := explainError(who, &services.Error{Code: n.Cause, Op: string(n.Kind), Details: n.Details}).text
		return fmt.Sprintf("%s; %s %s", why, number(n.Count, "operation"), verb)
	}
	text := fmt.Sprintf("%s at %s %s for you", number(n.Count, "operation"), who, verb)
	if n.Details != "" {
		text += ": " + wordText(who, n.Details)
	}
	return text
}
