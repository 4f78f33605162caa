package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// foldersRescan looks at a folder; one that waits goes on waiting until the look
// or the person ends it, and only a yes helps where nothing is wrong with it.
func (c *cli) foldersRescan() *cobra.Command {
	return &cobra.Command{
		Use:   "rescan FOLDER",
		Short: "Look at a whole folder now",
		Args:  wantArgs(1, 1, "the FOLDER's path or number"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.onFolder(cmd.Context(), args[0], func(app *boot.App, f store.Folder) error {
				switch {
				case app.Owner:
					return wrong(`start the window or "pintrayctl run": it is looked at then`, "nothing watches %s now", services.Clean(string(f.Path)))
				case f.State == store.FolderPaused:
					return wrong(fmt.Sprintf("go on with it: pintrayctl folders resume %d", f.ID), "%s is paused", services.Clean(string(f.Path)))
				}
				return c.rescan(cmd.Context(), app, f)
			})
		},
	}
}

func (c *cli) rescan(ctx context.Context, app *boot.App, f store.Folder) error {
	if err := app.Engine.RescanFolder(ctx, f.ID); err != nil {
		return err
	}
	if f.State == store.FolderWaits {
		return waitsFor(f, f.Reason)
	}
	c.note("%s is being looked at", f.Path)
	return nil
}

// orWaits is err, or for a folder that waits what it waits for.
func orWaits(f store.Folder, err error) error {
	e := services.AsError(err)
	if e != nil && e.Details != "" && (e.Reason == "waits" || e.Reason == "not-waiting") {
		return waitsFor(f, e.Details)
	}
	return err
}

// waitsFor refuses what does not end a folder's waiting.
func waitsFor(f store.Folder, reason string) error {
	return wrong(waitsHint(f.ID, reason), "%s waits for you: %s", services.Clean(string(f.Path)), waitsText(reason, f.Waiting))
}

// waitsText is why a folder waits, in words; n is how many files it is about.
func waitsText(reason string, n int64) string {
	switch reason {
	case "burst":
		return number(n, "new file") + " came at once"
	case "emptied":
		return number(n, "file") + " went at once"
	case "replaced":
		return "another folder stands in its place"
	case "missing":
		return "the folder is not there"
	case "unreadable":
		return "the folder can't be read"
	case "no-account":
		return "no service it was meant for is connected any more"
	}
	return reason
}

// waitsHint is what ends the waiting.
func waitsHint(id store.FolderID, reason string) string {
	switch reason {
	case "burst":
		return fmt.Sprintf("let them through with: pintrayctl folders approve %d", id)
	case "emptied":
		return fmt.Sprintf("put them back; or if it is right so: pintrayctl folders approve %d", id)
	case "replaced":
		return fmt.Sprintf("put the folder back; or if this is the one now: pintrayctl folders approve %d", id)
	case "missing":
		return fmt.Sprintf("put the folder back; or stop watching it with: pintrayctl folders rm %d", id)
	case "unreadable":
		return "give yourself the right to read it, or check the disk"
	}
	return fmt.Sprintf("stop watching it with: pintrayctl folders rm %d; then watch it anew, with --to another service", id)
}
