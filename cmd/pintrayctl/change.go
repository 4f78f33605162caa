package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// swapGrace is how long a rename or a replacement is waited for, where nobody says
// otherwise: it may take several calls, the last once the new pin is pinned, and
// a new pin that is never begun is taken back.
const swapGrace = 2 * time.Minute

func (c *cli) renameCommand() *cobra.Command {
	var account string
	wait := waitFlag{given: true, limit: swapGrace}
	cmd := &cobra.Command{
		Use:   "rename --account NAME REQUESTID NEWNAME",
		Short: "Give a pin another name at its service",
		Args:  wantArgs(2, 2, "the REQUESTID or the new name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if utf8.RuneCountInString(args[1]) > services.MaxName {
				return &services.Error{Code: services.CodeUsage, Op: "replace", Reason: "name-too-long"}
			}
			return c.onPins(ctx, account, args[:1], wait, func(app *boot.App, pins []pinsync.PinRef) (pinsync.Accepted, error) {
				if args[1] == "" && pins[0].Name != "" {
					c.note("it will have no name; it was %q", pins[0].Name)
				}
				return app.Engine.Rename(ctx, pins[0], args[1])
			})
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "the account it is at")
	wait.register(cmd.Flags())
	c.offerAccounts(cmd, "account")
	return cmd
}

func (c *cli) replaceCommand() *cobra.Command {
	var account, name string
	wait := waitFlag{given: true, limit: swapGrace}
	cmd := &cobra.Command{
		Use:   "replace --account NAME REQUESTID NEWCID [--name S]",
		Short: "Put another content in a pin's place",
		Long: `Put another content in a pin's place: the new one is asked for, and the old one let
go once that is pinned. If it never is, both stay. It keeps the name, or gets --name.`,
		Args: wantArgs(2, 2, "the REQUESTID or the new content ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			link, path, err := readThing(args[1])
			switch {
			case err != nil:
				return err
			case path != "":
				return wrong(fmt.Sprintf("keep it first: pintrayctl add %q; its content ID is what: pintrayctl cid %q prints", args[1], args[1]),
					"a pin is replaced by a content ID, and %s is a file", services.Clean(args[1]))
			}
			return c.onPins(ctx, account, args[:1], wait, func(app *boot.App, pins []pinsync.PinRef) (pinsync.Accepted, error) {
				pin := services.Pin{CID: link.CID, Name: pins[0].Name}
				if cmd.Flags().Changed("name") {
					pin.Name = name
				}
				taken, err := app.Engine.Replace(ctx, pins[0], pin, 0)
				if len(taken.Refused) > 0 && taken.Refused[0].Err.Reason == "already-kept" {
					return taken, &problem{
						code: services.CodeUsage, text: fmt.Sprintf("%s already keeps %s in another pin; nothing was changed", account, link.CID.Text),
						hint: fmt.Sprintf("to stop keeping what this pin holds: pintrayctl rm --account %q %s --yes", account, args[0]),
					}
				}
				return taken, err
			})
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "the account it is at")
	cmd.Flags().StringVar(&name, "name", "", "another name for the new one")
	wait.register(cmd.Flags())
	c.offerAccounts(cmd, "account")
	return cmd
}

func (c *cli) rmCommand() *cobra.Command {
	var account string
	var yes bool
	cmd := &cobra.Command{
		Use:   "rm --account NAME REQUESTID... --yes",
		Short: "Stop keeping pins at a service",
		Long: `Stop keeping pins at a service, by request ID. Others may still have copies; a
link can keep working for a while or forever. There is no undo, so it asks for --yes.`,
		Args: wantArgs(1, -1, "the REQUESTID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if !yes {
				_ = c.read(ctx, func(app *boot.App) error { // what can't be read changes nothing of the refusal
					_, _, pins, err := pinsAt(ctx, app.Reader, account, args)
					if err != nil {
						return err
					}
					return c.noteShared(ctx, app.Reader, account, pins)
				})
				return wrong("if you are sure, say --yes", "this would stop keeping %s at %s, for good", number(int64(len(args)), "pin"), account)
			}
			return c.onPins(ctx, account, args, waitFlag{}, func(app *boot.App, pins []pinsync.PinRef) (pinsync.Accepted, error) {
				if err := c.noteShared(ctx, app.Reader, account, pins); err != nil {
					return pinsync.Accepted{}, err
				}
				return app.Engine.Delete(ctx, pins, 0)
			})
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "the account they are at")
	cmd.Flags().BoolVar(&yes, "yes", false, "really do it")
	c.offerAccounts(cmd, "account")
	return cmd
}

// noteShared says of pins to be deleted that the account has others of the same
// content: a few services let go of all of them at once (quirk 42).
func (c *cli) noteShared(ctx context.Context, r *store.Reader, account string, pins []pinsync.PinRef) error {
	for _, ref := range pins {
		var others int64
		for p, err := range r.EachPin(ctx, store.PinFilter{Accounts: []services.AccountID{ref.Account}, CID: ref.CID}) {
			if err != nil {
				return err
			}
			if !p.Aside && !slices.ContainsFunc(pins, func(q pinsync.PinRef) bool { return q.RequestID == p.RequestID }) {
				others++
			}
		}
		if others > 0 {
			c.note("%s keeps the content of %s in %s; a few services let go of all of them at once: look afterwards with pintrayctl sync",
				account, ref.RequestID, number(others, "other pin"))
		}
	}
	return nil
}

// onPins asks for something on pins of one account, and sees it through.
func (c *cli) onPins(ctx context.Context, account string, requestIDs []string, wait waitFlag, do func(*boot.App, []pinsync.PinRef) (pinsync.Accepted, error)) error {
	if account == "" {
		return wrong("name it with --account (see: pintrayctl accounts ls)", "which account is it at?")
	}
	for _, id := range requestIDs {
		if id == "" {
			return &services.Error{Code: services.CodeUsage, Op: "delete", Reason: "empty-id"}
		}
	}
	return c.ask(ctx, func(app *boot.App) error {
		all, a, pins, err := pinsAt(ctx, app.Reader, account, requestIDs)
		if err != nil {
			return err
		}
		taken, err := do(app, pins)
		if err != nil {
			if p := new(problem); errors.As(err, &p) {
				return p
			}
			return at(a.Name, services.AsError(err))
		}
		return c.finish(ctx, app, all, taken, wait)
	})
}

// pinsAt are the pins of an account, as they were last seen.
func pinsAt(ctx context.Context, r *store.Reader, account string, requestIDs []string) (all *accounts, a services.Account, pins []pinsync.PinRef, err error) {
	if all, err = loadAccounts(ctx, r); err != nil {
		return all, a, nil, err
	}
	if a, err = all.find(account); err != nil {
		return all, a, nil, err
	}
	for _, id := range requestIDs {
		ref, err := asSeen(ctx, r, a, id)
		if err != nil {
			return all, a, nil, err
		}
		pins = append(pins, ref)
	}
	return all, a, pins, nil
}

// asSeen names a pin as it was last seen, so that the engine acts only if it
// still is that.
func asSeen(ctx context.Context, r *store.Reader, a services.Account, requestID string) (pinsync.PinRef, error) {
	for p, err := range r.EachPin(ctx, store.PinFilter{Accounts: []services.AccountID{a.ID}, Request: requestID, Limit: 1}) {
		if err != nil {
			return pinsync.PinRef{}, err
		}
		return pinsync.PinRef{Account: a.ID, RequestID: requestID, CID: p.Pin.CID, Name: p.Pin.Name}, nil
	}
	return pinsync.PinRef{}, &problem{
		code: services.CodeNotFound,
		text: fmt.Sprintf("%s has no pin with the request ID %q, as far as is known", a.Name, requestID),
		hint: "look again with: pintrayctl sync, then pintrayctl ls; a rename or replace may have given it another one",
	}
}
