package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// lsFlags narrow a list.
type lsFlags struct {
	accounts []string
	status   []string
	search   string
	cid      string
	sort     string
	limit    int
	items    bool
}

func (c *cli) lsCommand() *cobra.Command {
	var f lsFlags
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List what is known of your pins, without asking anyone",
		Long: `List the pins as they were last seen; nothing is asked of any service (that is
"pintrayctl sync"). With --items there is one line per content ID, whoever keeps it.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return c.read(ctx, func(app *boot.App) error {
				all, err := loadAccounts(ctx, app.Reader)
				if err != nil {
					return err
				}
				if err := c.noteAllGone(all, f.accounts); err != nil {
					return err
				}
				if f.items {
					return c.lsItems(ctx, app.Reader, all, f)
				}
				return c.lsPins(ctx, app.Reader, all, f)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.accounts, "account", nil, "only this account (may be given several times)")
	flags.StringSliceVar(&f.status, "status", nil, "only queued, pinning, pinned or failed ones")
	flags.StringVar(&f.search, "search", "", "only those with each of these words in the name, or whose content ID begins with it")
	flags.StringVar(&f.cid, "cid", "", "only this content ID, in any spelling")
	flags.StringVar(&f.sort, "sort", "", "created (newest first), name or status; with --items added, name, size or copies")
	flags.IntVar(&f.limit, "limit", 0, "at most so many (default: all)")
	flags.BoolVar(&f.items, "items", false, "one line per content ID")
	c.offerAccounts(cmd, "account")
	return cmd
}

// noteAllGone says what of the accounts of these names, or of all, was last seen
// and is gone from there, and of which nothing is known.
func (c *cli) noteAllGone(all *accounts, names []string) error {
	ids, err := all.ids(names)
	for _, a := range all.list {
		if len(ids) == 0 || slices.Contains(ids, a.ID) {
			c.noteGone(all, a.ID)
		}
	}
	for _, name := range all.unread(names) {
		c.note("%s", unreadText(name))
	}
	for _, a := range all.aged(names) {
		c.note("%s", agedText(a))
	}
	return err
}

func agedText(a store.AccountState) string {
	return fmt.Sprintf("%s was last read through at %s, so that what it has may not be safe any more: pintrayctl sync", a.Name, when(a.CheckedAt))
}

func unreadText(name string) string { return name + " was not read yet: pintrayctl sync" }

// pinJSON is one line of `ls --json`, `show --json` and `export`.
type pinJSON struct {
	Account   string            `json:"account"`
	RequestID string            `json:"requestid"`
	CID       string            `json:"cid"`
	Name      string            `json:"name"`
	Status    string            `json:"status"`
	Created   stamp             `json:"created"`
	Meta      map[string]string `json:"meta"`
	Info      map[string]string `json:"info"`
	SeenAt    stamp             `json:"seen_at"`
	Missing   bool              `json:"missing"` // it disappeared with many others, and waits for a yes
}

func newPinJSON(all *accounts, p store.Pin) pinJSON {
	return pinJSON{
		Account: all.name(p.Account), RequestID: p.RequestID, CID: p.Pin.CID.Text, Name: p.Pin.Name, Status: p.Status.String(),
		Created: stamp(p.Created), Meta: orEmpty(p.Pin.Meta), Info: orEmpty(p.Info), SeenAt: stamp(p.SeenAt),
		Missing: p.Aside,
	}
}

// orEmpty keeps null out of JSON.
func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// pinFilter turns the flags into a filter of pins.
func (f lsFlags) pinFilter(all *accounts) (store.PinFilter, error) {
	out := store.PinFilter{Search: f.search, Limit: f.limit, Sort: f.sort}
	switch f.sort {
	case "", "created", "name", "status":
	default:
		return out, wrong("pins sort by created, name or status", "pins can't be sorted by %q", f.sort)
	}
	if f.limit < 0 {
		return out, wrong("leave --limit out to get all", "--limit is below 0")
	}
	for _, word := range f.status {
		s := services.ParseStatus(strings.TrimSpace(word))
		if s == services.Unknown {
			return out, wrong("a status is queued, pinning, pinned or failed", "there is no status %q", word)
		}
		out.Status = append(out.Status, s)
	}
	var err error
	if f.cid != "" {
		if out.CID, err = services.ParseCID(f.cid); err != nil {
			return out, err
		}
	}
	out.Accounts, err = all.ids(f.accounts)
	return out, err
}

func (c *cli) lsPins(ctx context.Context, r *store.Reader, all *accounts, f lsFlags) error {
	filter, err := f.pinFilter(all)
	if err != nil {
		return err
	}
	t := c.table("ACCOUNT", "STATUS", "CREATED", "CID", "REQUESTID", "NAME")
	for p, err := range r.EachPin(ctx, filter) {
		if err != nil {
			return err
		}
		if c.json {
			err = c.printJSON(newPinJSON(all, p))
		} else {
			status := p.Status.String()
			if p.Aside {
				status += "?" // it was last seen so, and is gone from there
			}
			err = t.row(all.name(p.Account), status, when(p.Created), p.Pin.CID.Text, p.RequestID, p.Pin.Name)
		}
		if err != nil {
			return err
		}
	}
	if c.json {
		return nil
	}
	return t.end()
}

// itemJSON is one line of `ls --items --json`.
type itemJSON struct {
	CID    string            `json:"cid"`
	Name   string            `json:"name"`
	Copies int               `json:"copies"`
	Wanted int               `json:"wanted"`
	States map[string]string `json:"states"`
}

func (c *cli) lsItems(ctx context.Context, r *store.Reader, all *accounts, f lsFlags) error {
	filter, err := f.itemFilter(all)
	if err != nil {
		return err
	}
	t := c.table("COPIES", "PLACES", "ADDED", "CID", "NAME")
	show := func(it store.Item) error {
		if !c.json {
			return t.row(strconv.Itoa(it.Copies), states(all, it), when(it.Added), it.CID.Text, it.Name)
		}
		j := itemJSON{CID: it.CID.Text, Name: it.Name, Copies: it.Copies, Wanted: it.Places, States: make(map[string]string, len(it.Marks))}
		for _, m := range it.Marks {
			j.States[all.name(m.Account)] = markWord(m)
		}
		return c.printJSON(j)
	}
	if f.cid != "" {
		err = eachOfCID(ctx, r, f.cid, show)
	} else {
		for it, e := range r.EachItem(ctx, filter, f.limit) {
			if err = e; err == nil {
				err = show(it)
			}
			if err != nil {
				break
			}
		}
	}
	if err != nil || c.json {
		return err
	}
	return t.end()
}

func eachOfCID(ctx context.Context, r *store.Reader, text string, show func(store.Item) error) error {
	id, err := services.ParseCID(text)
	if err != nil {
		return err
	}
	it, ok, err := r.ItemByCID(ctx, id)
	if err != nil || !ok {
		return err
	}
	return show(it)
}

func (f lsFlags) itemFilter(all *accounts) (store.Filter, error) {
	out := store.Filter{Search: f.search, Sort: store.Sort(f.sort)}
	switch out.Sort {
	case "", store.SortAdded, store.SortName, store.SortSize, store.SortCopies:
	default:
		return out, wrong("items sort by added, name, size or copies", "items can't be sorted by %q", f.sort)
	}
	switch {
	case len(f.status) > 0:
		return out, wrong("leave --items or --status out", "a status belongs to a pin, and --items may list several as one")
	case len(f.accounts) > 1:
		return out, wrong("give one --account, or none for all", "--items takes one account")
	case f.limit < 0:
		return out, wrong("leave --limit out to get all", "--limit is below 0")
	}
	ids, err := all.ids(f.accounts)
	if len(ids) == 1 {
		out.Account = ids[0]
	}
	return out, err
}

// markWord is what an account was last seen to do with an item, or what is
// still to be sent to it.
func markWord(m store.Mark) string {
	switch {
	case m.Status == services.Unknown && m.Stuck:
		return string(store.OpStuck)
	case m.Status == services.Unknown && m.Pending != "":
		return string(store.OpWaiting)
	}
	return m.Status.String()
}

func states(all *accounts, it store.Item) string {
	var parts []string
	for _, m := range it.Marks {
		word := all.name(m.Account) + ":" + markWord(m)
		if m.Stale {
			word += "?"
		}
		parts = append(parts, word)
	}
	return strings.Join(parts, " ")
}
