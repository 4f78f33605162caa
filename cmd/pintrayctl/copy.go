package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// copyFlags are the flags of copy.
type copyFlags struct {
	from, to string
	cids     []string
	search   string
	dryRun   bool
	wait     waitFlag
}

func (c *cli) copyCommand() *cobra.Command {
	var f copyFlags
	cmd := &cobra.Command{
		Use:   "copy --from NAME --to NAME [--cid CID]... [--search TEXT] [--dry-run]",
		Short: "Ask one service for what another keeps",
		Long: `Ask one service for everything another is known to keep, or for a part of it, under
the same names and with the same meta. The machines the first one names for its
pins go along as origins, so that the second can fetch from there. What the second
keeps or was asked for already is skipped: a copy that was stopped is gone on with
by saying it again. Nothing is removed anywhere.

--dry-run only says how many there are, how large as far as is known, and how many
are there already. What the first one is known to keep is what was last seen of it:
say "pintrayctl sync" before.`,
		Example: `  pintrayctl copy --from old --to new --dry-run
  pintrayctl copy --from old --to new --search holiday --wait`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if f.from == "" || f.to == "" {
				return wrong("name both with --from and --to (see: pintrayctl accounts ls)", "copy from where to where?")
			}
			return c.ask(ctx, func(app *boot.App) error { return c.copy(ctx, app, f) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "the account that has them")
	flags.StringVar(&f.to, "to", "", "the account that shall keep them too")
	flags.StringArrayVar(&f.cids, "cid", nil, "only this content ID (may be given several times)")
	flags.StringVar(&f.search, "search", "", "only those with each of these words in the name, or whose content ID begins with it")
	flags.BoolVar(&f.dryRun, "dry-run", false, "only say what would be done")
	f.wait.register(flags)
	c.offerAccounts(cmd, "from")
	c.offerAccounts(cmd, "to")
	return cmd
}

func (c *cli) copy(ctx context.Context, app *boot.App, f copyFlags) error {
	all, err := loadAccounts(ctx, app.Reader)
	if err != nil {
		return err
	}
	from, err := all.find(f.from)
	if err != nil {
		return err
	}
	to, err := all.find(f.to)
	if err != nil {
		return err
	}
	r := pinsync.CopyRequest{From: from.ID, To: to.ID}
	if r.CIDs, err = chosen(ctx, app.Reader, from, f); err != nil {
		return err
	}
	plan, err := app.Engine.PlanCopy(ctx, r)
	if err != nil {
		return err
	}
	c.noteGone(all, from.ID)
	if to.Local() && plan.New > 0 {
		space, err := app.Engine.Space(ctx)
		if err != nil {
			return err
		}
		if free := max(0, space.Free-space.Floor); space.Free >= 0 && plan.Size > free {
			c.note("that is more than there is room for here: %s", bytesText(free))
		}
	}
	if plan.Cost && plan.New > 0 {
		t, _ := services.TemplateByID(to.Template) // Cost says that it has one
		c.note("%s: %s", to.Name, t.Cost)
	}
	gone, err := goneOf(ctx, app.Reader, all, r)
	if err != nil {
		return err
	}
	j := newCopyJSON(from.Name, to.Name, plan, gone)
	if f.dryRun {
		return c.printCopyPlan(j)
	}
	return c.copyNow(ctx, app, all, r, j, f.wait)
}

// goneOf counts what is to be copied of what disappeared from there at once.
func goneOf(ctx context.Context, r *store.Reader, all *accounts, what pinsync.CopyRequest) (n int64, err error) {
	if n = all.missing(what.From); n == 0 || len(what.CIDs) == 0 {
		return n, nil
	}
	n = 0
	for _, id := range what.CIDs {
		for p, err := range r.EachPin(ctx, store.PinFilter{Accounts: []services.AccountID{what.From}, CID: id}) {
			if err != nil {
				return 0, err
			}
			if p.Aside {
				n++
				break
			}
		}
	}
	return n, nil
}

// chosen is what --cid and --search name; none is everything.
func chosen(ctx context.Context, r *store.Reader, from services.Account, f copyFlags) ([]services.CID, error) {
	var cids []services.CID
	for _, text := range f.cids {
		link, err := services.ParseLink(text)
		if err != nil {
			return nil, err
		}
		cids = append(cids, link.CID)
	}
	if f.search == "" {
		return cids, nil
	}
	for p, err := range r.EachPin(ctx, store.PinFilter{Accounts: []services.AccountID{from.ID}, Search: f.search}) {
		if err != nil {
			return nil, err
		}
		cids = append(cids, p.Pin.CID)
	}
	if len(cids) == 0 {
		return nil, &problem{
			code: services.CodeNotFound, text: fmt.Sprintf("%s keeps nothing with %q in its name, as far as is known", from.Name, f.search),
			hint: "look with: pintrayctl sync, then pintrayctl ls --search TEXT",
		}
	}
	return cids, nil
}

// copyJSON is the line `copy --json` prints; a dry run leaves the later half out.
type copyJSON struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Pins    int64  `json:"pins"`
	Missing int64  `json:"missing"`
	Gone    int64  `json:"gone"` // disappeared from there at once, and wait for a yes
	Failed  int64  `json:"failed_there"`
	There   int64  `json:"there"`
	Asked   int64  `json:"asked_before"`
	New     int64  `json:"new"`
	Size    int64  `json:"size"`
	Unsized int64  `json:"unsized"`
	*copyDone
}

// copyDone is what became of it.
type copyDone struct {
	AskedNow int64 `json:"asked"`
	Refused  int64 `json:"refused"`
	tally
}

func newCopyJSON(from, to string, p pinsync.CopyPlan, gone int64) copyJSON {
	return copyJSON{
		From: from, To: to, Pins: p.Pins, Missing: p.Missing, Gone: gone, Failed: p.Failed, There: p.There, Asked: p.Asked,
		New: p.New, Size: p.Size, Unsized: p.Unsized,
	}
}

func (c *cli) printCopyPlan(j copyJSON) error {
	if c.json {
		return c.printJSON(j)
	}
	size := bytesText(j.Size)
	switch {
	case j.New == 0:
		size = "nothing"
	case j.Unsized == j.New:
		size = "nobody knows how large they are"
	case j.Unsized > 0:
		size = fmt.Sprintf("%s, and %d of unknown size", size, j.Unsized)
	}
	fmt.Fprintf(c.out, "%s would be asked for %d of %s: %s\n", services.Clean(j.To), j.New, number(j.Pins, "content ID"), size)
	for _, line := range []struct {
		n    int64
		text string
	}{
		{j.There, "there already"}, {j.Asked, "asked for already"},
		{j.Failed, "left out: " + j.From + " could not keep them itself"},
		{j.Missing, "not known at " + j.From},
		{j.Gone, "of these disappeared from " + j.From + "; whether they can still be fetched is not known"},
	} {
		if line.n > 0 {
			fmt.Fprintf(c.out, "%d %s\n", line.n, services.Clean(line.text))
		}
	}
	return nil
}

// copyNow asks, sees it through, and goes on where it was more than is asked for
// at once.
func (c *cli) copyNow(ctx context.Context, app *boot.App, all *accounts, r pinsync.CopyRequest, plan copyJSON, wait waitFlag) error {
	to := plan.To
	var sum copyDone
	var before []store.OperationID
	if plan.Asked > 0 {
		var err error
		if before, err = askedBefore(ctx, app.Reader, r.To); err != nil {
			return err
		}
	}
	for {
		done, err := app.Engine.Copy(ctx, r)
		sum.AskedNow, sum.Refused = sum.AskedNow+int64(len(done.Operations)), done.RefusedCount
		if err != nil {
			return at(to, services.AsError(err))
		}
		if len(done.Refused) > 0 && sum.first == nil {
			sum.first = at(to, done.Refused[0].Err)
		}
		t, err := c.seeThrough(ctx, app, all, append(before, done.Operations...), wait)
		before = nil
		if err != nil {
			return err
		}
		sum.Done, sum.Failed, sum.Open = sum.Done+t.Done, sum.Failed+t.Failed, sum.Open+t.Open
		if sum.first == nil {
			sum.first = t.first
		}
		if !done.More || t.Done == 0 {
			if done.More {
				c.note("there is more to copy: say the same again once these are through")
			}
			break
		}
	}
	var err error
	if c.json {
		plan.copyDone = &sum
		err = c.printJSON(plan)
	} else {
		_, err = fmt.Fprintf(c.out, "%s: %d asked for now, %d taken, %d failed, %d there already, %d asked for before\n",
			services.Clean(to), sum.AskedNow, sum.Done, sum.Failed+sum.Refused, plan.There, plan.Asked)
	}
	if err != nil {
		return err
	}
	c.noteOpen(sum.tally)
	sum.Failed += sum.Refused
	return sum.problem(wait)
}
