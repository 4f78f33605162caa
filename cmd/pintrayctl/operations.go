package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func (c *cli) retryCommand() *cobra.Command {
	return c.operationCommand("retry", "Try operations again now", func(ctx context.Context, e boot.Engine, ids []store.OperationID) error {
		return e.Retry(ctx, ids)
	})
}

func (c *cli) cancelCommand() *cobra.Command {
	return c.operationCommand("cancel", "Take operations back; one that may have arrived is looked for and undone", func(ctx context.Context, e boot.Engine, ids []store.OperationID) error {
		return e.Cancel(ctx, ids)
	})
}

func (c *cli) operationCommand(verb, short string, do func(context.Context, boot.Engine, []store.OperationID) error) *cobra.Command {
	return &cobra.Command{
		Use:   verb + " OPERATION...",
		Short: short,
		Long:  short + ".\nOperations are named by the numbers of: pintrayctl activity --open",
		Args:  wantArgs(1, -1, "the number of an OPERATION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			ids, err := operationIDs(args)
			if err != nil {
				return err
			}
			return c.ask(ctx, func(app *boot.App) error {
				ops, err := readOperations(ctx, app.Reader, ids)
				if err != nil {
					return err
				}
				for i, id := range ids {
					if i >= len(ops) || ops[i].ID != id {
						return &problem{code: services.CodeNotFound, text: fmt.Sprintf("there is no operation %d", id), hint: "see: pintrayctl activity"}
					}
					if !ops[i].State.Open() {
						return wrong("see: pintrayctl activity --open", "operation %d is closed already (%s)", id, ops[i].State)
					}
				}
				if err := do(ctx, app.Engine, ids); err != nil {
					return err
				}
				all, err := loadAccounts(ctx, app.Reader)
				if err != nil {
					return err
				}
				return c.finish(ctx, app, all, pinsync.Accepted{Operations: ops}, waitFlag{})
			})
		},
	}
}

func operationIDs(args []string) ([]store.OperationID, error) {
	var ids []store.OperationID
	for _, a := range args {
		n, err := strconv.ParseInt(a, 10, 64)
		if err != nil || n <= 0 {
			return nil, wrong("see the numbers in: pintrayctl activity --open", "%q is no operation", a)
		}
		ids = append(ids, store.OperationID(n))
	}
	return ids, nil
}

func (c *cli) activityCommand() *cobra.Command {
	var open bool
	var limit int
	cmd := &cobra.Command{
		Use:   "activity",
		Short: "List what was asked for, youngest first",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if limit <= 0 {
				return wrong("as --limit 200", "--limit must be above 0")
			}
			return c.read(ctx, func(app *boot.App) error {
				all, err := loadAccounts(ctx, app.Reader)
				if err != nil {
					return err
				}
				ops, err := app.Reader.Operations(ctx, store.OperationFilter{Open: open, Limit: limit})
				if err != nil {
					return err
				}
				unread, err := app.Reader.Unread(ctx)
				if err != nil {
					return err
				}
				return c.printOperations(all, ops, unread)
			})
		},
	}
	cmd.Flags().BoolVar(&open, "open", false, "only what is not done yet")
	cmd.Flags().IntVar(&limit, "limit", 200, "at most so many")
	return cmd
}

func (c *cli) printOperations(all *accounts, ops []store.Operation, unread map[store.SourceID]string) error {
	t := c.table("OPERATION", "ASKED", "WHAT", "STATE", "ACCOUNT", "CID", "NAME", "SAID")
	for _, op := range ops {
		j := newOperationJSON(all, op)
		j.Unread = unreadOf(op, unread)
		var err error
		if c.json {
			err = c.printJSON(j)
		} else {
			err = t.row(strconv.FormatInt(int64(op.ID), 10), when(op.Created), string(op.Kind), string(op.State), j.Account, j.CID, j.Name, said(j.Account, op, j.Unread))
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

// unreadOf is the file of a folder that an operation waits to be read.
func unreadOf(op store.Operation, unread map[store.SourceID]string) string {
	if op.LastCode != services.CodeSource {
		return ""
	}
	return unread[op.Source]
}

// said is what an operation met last, in short; unread is unreadOf.
func said(who string, op store.Operation, unread string) string {
	if unread != "" {
		return string(op.LastCode) + ": " + op.LastText + ": " + unread
	}
	if text := wordText(who, op.LastText); text != op.LastText || op.LastCode == "" {
		return text
	}
	if op.LastText != "" {
		return string(op.LastCode) + ": " + op.LastText
	}
	return string(op.LastCode)
}
