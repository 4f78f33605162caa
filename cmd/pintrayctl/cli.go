package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// cli is one call: where it reads and writes, and the global flags.
type cli struct {
	in          io.Reader
	out         *bufio.Writer
	errw        io.Writer
	data        string
	json, quiet bool
	line        *progressLine // on stderr now, nil: none
}

// read runs do over the data as it stands, without locking or making anything.
func (c *cli) read(ctx context.Context, do func(app *boot.App) error) error {
	return c.with(ctx, boot.Read, do)
}

// ask runs do with an engine: the owner's where there is one, else its own.
func (c *cli) ask(ctx context.Context, do func(app *boot.App) error) error {
	return c.with(ctx, boot.Ask, do)
}

func (c *cli) with(ctx context.Context, mode boot.Mode, do func(app *boot.App) error) (err error) {
	app, err := boot.Open(ctx, boot.Options{Dir: boot.Dir(c.data), Mode: mode})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	if app.Reader == nil {
		return &services.Error{Code: services.CodeStorage, Op: "open", Reason: "no-data", Details: app.Dir}
	}
	if app.Mended {
		c.note("the list of what services keep was damaged or missing: it is empty until they are read again")
	}
	return do(app)
}

// note says something to a person that is no result.
func (c *cli) note(format string, args ...any) {
	if !c.quiet {
		c.line.clear()
		fmt.Fprintln(c.errw, "note: "+services.Clean(fmt.Sprintf(format, args...)))
	}
}

// accounts is every account by ID, for names in answers.
type accounts struct {
	list []store.AccountState
	byID map[services.AccountID]string
}

func loadAccounts(ctx context.Context, r *store.Reader) (*accounts, error) {
	list, err := r.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	a := &accounts{list: list, byID: make(map[services.AccountID]string, len(list))}
	for _, s := range list {
		a.byID[s.ID] = s.Name
	}
	return a, nil
}

// name is the account's name, or its number once it is forgotten.
func (a *accounts) name(id services.AccountID) string {
	if n, ok := a.byID[id]; ok {
		return n
	}
	return fmt.Sprintf("#%d", id)
}

// find looks an account up by name, without regard to case.
func (a *accounts) find(name string) (services.Account, error) {
	for _, s := range a.list {
		if strings.EqualFold(s.Name, name) {
			return s.Account, nil
		}
	}
	hint := "none is connected yet; connect one with: pintrayctl accounts add NAME --template ID (see: pintrayctl templates)"
	if len(a.list) > 0 {
		hint = "connected: " + a.names()
	}
	return services.Account{}, &problem{code: services.CodeNotFound, text: fmt.Sprintf("no account is called %q", name), hint: hint}
}

// only is where an add goes that names no account: the only service, or this
// computer where no service is connected.
func (a *accounts) only() (services.Account, error) {
	var here, online []services.Account
	for _, s := range a.list {
		if s.Local() {
			here = append(here, s.Account)
		} else {
			online = append(online, s.Account)
		}
	}
	switch {
	case len(online) == 1:
		return online[0], nil
	case len(online) == 0 && len(here) == 1:
		return here[0], nil
	case len(online) == 0:
		return a.find("")
	}
	return services.Account{}, wrong("name one or more with --to; connected: "+a.names(), "which account should keep it?")
}

// ids looks several names up; none is none.
func (a *accounts) ids(names []string) ([]services.AccountID, error) {
	var ids []services.AccountID
	for _, n := range names {
		found, err := a.find(n)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found.ID)
	}
	return ids, nil
}

// targets is where something is to be kept: the accounts of these names, or only.
func (a *accounts) targets(names []string) ([]services.AccountID, error) {
	if len(names) > 0 {
		return a.ids(names)
	}
	only, err := a.only()
	return []services.AccountID{only.ID}, err
}

// paused reports whether nothing is sent to the account for now.
func (a *accounts) paused(id services.AccountID) bool {
	return slices.ContainsFunc(a.list, func(s store.AccountState) bool { return s.ID == id && s.Paused })
}

// keyTaken reports whether nothing is known against the account's key.
func (a *accounts) keyTaken(id services.AccountID) bool {
	return !slices.ContainsFunc(a.list, func(s store.AccountState) bool {
		return s.ID == id && s.Err != nil && s.Err.Code == services.CodeAuth
	})
}

// unread are the accounts of these names, or all, that nobody has read yet, or not
// since the list was made anew: what they keep is not known.
func (a *accounts) unread(names []string) []string {
	var list []string
	for _, s := range a.list {
		named := len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, s.Name) })
		if named && s.CheckedAt.IsZero() && s.Seen == 0 && !s.Incomplete && !s.Paused && !s.Local() {
			list = append(list, s.Name)
		}
	}
	return list
}

// aged are the accounts of these names, or all, that nobody could read for so long
// that nothing there is known to be safe.
func (a *accounts) aged(names []string) []store.AccountState {
	var list []store.AccountState
	for _, s := range a.list {
		named := len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, s.Name) })
		if named && s.Stale && !s.CheckedAt.IsZero() && !s.Local() {
			list = append(list, s)
		}
	}
	return list
}

func (a *accounts) names() string {
	var names []string
	for _, s := range a.list {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// completeAccounts offers account names to the shell.
func (c *cli) completeAccounts(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	err := c.read(cmd.Context(), func(app *boot.App) error {
		all, err := app.Reader.Accounts(cmd.Context())
		for _, a := range all {
			names = append(names, a.Name)
		}
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// offerAccounts lets the shell complete flag with account names.
func (c *cli) offerAccounts(cmd *cobra.Command, flag string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, c.completeAccounts); err != nil {
		panic("bug: " + err.Error())
	}
}
