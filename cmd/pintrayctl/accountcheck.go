package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	pinsync "github.com/pintray/pintray/sync"
)

func (c *cli) accountsCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check NAME",
		Short: "Ask a service whether it answers and takes the key, and what it keeps of the API",
		Long: `Ask a service whether it answers and takes the key, and find out what may be
believed of what it says: whether its lists are in order, its counts right, its
filters honoured. It only reads; what reading can't show is learnt from what you
ask for later. "unknown" counts as the worst.`,
		Args:              wantArgs(1, 1, "the account's NAME"),
		ValidArgsFunction: c.completeAccounts,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return c.onAccount(ctx, args[0], func(app *boot.App, a services.Account) error {
				if a.Local() {
					return c.checkHere(ctx, app, a)
				}
				return c.check(ctx, app, a)
			})
		},
	}
}

func (c *cli) check(ctx context.Context, app *boot.App, a services.Account) error {
	began := time.Now()
	stop := c.follow(ctx, func(context.Context) string {
		return fmt.Sprintf("asking %s what it keeps of the API (%s)", a.Name, time.Since(began).Round(time.Second))
	})
	found, err := c.checkPatiently(ctx, app, a)
	stop()
	failed := services.AsError(err)
	if failed != nil && len(found.Profile) == 0 {
		return at(a.Name, failed)
	}
	profile, err := app.Reader.Profile(ctx, a.ID)
	if err != nil {
		return err
	}
	if c.json {
		err = c.checkJSON(a, found, profile, failed)
	} else {
		err = c.printCheck(a, found, profile, failed)
	}
	if err != nil || failed == nil {
		return err
	}
	p := *explain(at(a.Name, failed))
	p.hint += "; what is unknown could not be asked"
	return &p
}

// printCheck says what a check found and what is known of a service; failed is why
// it did not come to its end.
func (c *cli) printCheck(a services.Account, found pinsync.Check, profile services.Profile, failed *services.Error) error {
	if failed == nil {
		pins := "it doesn't say how many pins it has"
		if found.Pins >= 0 {
			pins = number(found.Pins, "pin")
		}
		answers := "answers and takes the key"
		switch {
		case a.User != "":
			answers = "answers and takes the password"
		case a.Key == services.KeyNone:
			answers = "answers"
		}
		if _, err := fmt.Fprintf(c.out, "%s %s: %s, %d ms\n", services.Clean(a.Name), answers, pins, found.Latency.Milliseconds()); err != nil {
			return err
		}
	}
	t := c.table("IT", "WHAT", "SEEN", "EVIDENCE")
	for _, fact := range services.Facts() {
		f := profile[fact]
		seen, evidence := "", f.Evidence
		switch {
		case f.Belief != services.Undecided:
			seen = when(f.At)
		case evidence == "":
			evidence = unseen(fact, failed != nil)
		}
		if err := t.row(beliefWord(f.Belief), factWords[fact], seen, evidence); err != nil {
			return err
		}
	}
	return t.end()
}

// A service that asks to slow down during a check is asked again so often, if
// the wait is no longer.
const (
	checkTries   = 5
	checkPatient = 30 * time.Second
)

func (c *cli) checkPatiently(ctx context.Context, app *boot.App, a services.Account) (pinsync.Check, error) {
	for try := 1; ; try++ {
		found, err := app.Engine.CheckAccount(ctx, a.ID)
		if err != nil || found.Err == nil {
			return found, err
		}
		wait := max(time.Second, found.Err.RetryAfter)
		if found.Err.Code != services.CodeLimited || try == checkTries || wait > checkPatient {
			return found, found.Err
		}
		c.note("%s asked us to slow down; it is asked again in %s", a.Name, wait.Round(time.Second))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return found, ctx.Err()
		}
	}
}

// beliefWord says whether a service keeps to a fact.
func beliefWord(b services.Belief) string {
	switch b {
	case services.Proved:
		return "keeps"
	case services.Disproved:
		return "doesn't keep"
	}
	return "unknown"
}

// unseen is how an unknown fact gets known; cut: the check did not come to its end.
func unseen(fact services.Fact, cut bool) string {
	switch fact {
	case services.FactMeta, services.FactManyIDs, services.FactReplace, services.FactDelete:
		return "learnt from what you add, rename and remove there"
	}
	if cut {
		return "the check did not come to its end"
	}
	return "what it keeps now can't show it"
}

// factWords is what each fact promises, in words.
var factWords = map[services.Fact]string{
	services.FactOrder:        "lists are newest first",
	services.FactCount:        "the count is how many match",
	services.FactLimit:        "a page holds as many as it is asked for",
	services.FactBefore:       "before=TIME lists only older pins",
	services.FactAfter:        "after=TIME lists only younger pins",
	services.FactCreated:      "times are finer than a second",
	services.FactStatusFilter: "status=... lists only pins of that status",
	services.FactCIDFilter:    "cid=... lists only pins of that content ID",
	services.FactNameFilter:   "name=... lists only pins of that name",
	services.FactMetaFilter:   "meta=... lists only pins with that meta",
	services.FactMeta:         "meta comes back as it was sent",
	services.FactManyIDs:      "the same content can be pinned twice",
	services.FactReplace:      "a pin replaced by one of the same content stays pinned",
	services.FactDelete:       "what was deleted is gone",
}

// codeOf is the code of a failure, "" of none.
func codeOf(e *services.Error) services.Code {
	if e == nil {
		return ""
	}
	return e.Code
}

// factJSON is one fact of `accounts check --json`.
type factJSON struct {
	Fact     services.Fact `json:"fact"`
	Belief   string        `json:"belief"`
	Evidence string        `json:"evidence"`
	At       stamp         `json:"at"`
}

func (c *cli) checkJSON(a services.Account, found pinsync.Check, profile services.Profile, failed *services.Error) error {
	facts := []factJSON{}
	for _, fact := range services.Facts() {
		f := profile[fact]
		facts = append(facts, factJSON{Fact: fact, Belief: f.Belief.String(), Evidence: f.Evidence, At: stamp(f.At)})
	}
	return c.printJSON(struct {
		Account   string        `json:"account"`
		Pins      int64         `json:"pins"`
		LatencyMS int64         `json:"latency_ms"`
		Facts     []factJSON    `json:"facts"`
		Error     services.Code `json:"error,omitempty"`
	}{a.Name, found.Pins, found.Latency.Milliseconds(), facts, codeOf(failed)})
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
