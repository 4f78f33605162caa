package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func (c *cli) foldersCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "folders",
		Short: "Watch folders: what is put there is kept online",
		Long: `Watch folders, and keep what is put there on services. A folder is watched while
the window or "pintrayctl run" is running; what changed meanwhile is found at the
next start. Nothing is ever removed online because a file was deleted here.

Always left out: hidden and empty files, links, what looks temporary, node_modules,
and what looks like a key or a password (*.pem, *.key, *.kdbx, .env, id_rsa, ...).`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		c.foldersAdd(), c.foldersPreview(), c.foldersLs(), c.foldersManifest(), c.foldersPause(),
		c.onFolderCommand("resume FOLDER", "Go on with a folder that is paused", "watched again", boot.Engine.ResumeFolder),
		c.onFolderCommand("approve FOLDER", "Say yes to what a folder waits for", "approved", boot.Engine.ApproveFolder),
		c.foldersRescan(),
		c.onFolderCommand("rm FOLDER", "Stop watching a folder; what it published stays online",
			"not watched any more; what it published stays online", boot.Engine.ForgetFolder),
	)
	return cmd
}

// folderFlags are the rules of a folder.
type folderFlags struct {
	to              []string
	rule, onChange  string
	profile         string
	include, ignore []string
	existing, texts bool
	yes, anyway     bool
}

func (f *folderFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.rule, "rule", string(store.EachFile), "what is kept as one item: each-file, each-subfolder or whole-folder")
	flags.StringArrayVar(&f.include, "include", nil, "take only files that match, as '*.png' or 'done/**'")
	flags.StringArrayVar(&f.ignore, "ignore", nil, "leave out what matches, as '*.psd' or 'drafts'")
	flags.BoolVar(&f.existing, "existing", false, "keep what is in it already too")
	flags.BoolVar(&f.texts, "txt-lists", false, "take .txt files, as .cid files, for lists of content IDs to keep")
	_ = cmd.RegisterFlagCompletionFunc("rule", cobra.FixedCompletions( // fails for a flag that is not there
		[]string{string(store.EachFile), string(store.EachSubfolder), string(store.WholeFolder)}, cobra.ShellCompDirectiveNoFileComp))
}

// request is what is asked of the engine, for the folder at a path.
func (f *folderFlags) request(path string, to []services.AccountID) (pinsync.FolderRequest, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return pinsync.FolderRequest{}, wrong("give the folder's path", "that is no path: %s", path)
	}
	return pinsync.FolderRequest{
		Path: store.Path(abs), Rule: store.Rule(f.rule), OnChange: store.OnChange(f.onChange), Profile: store.Profile(f.profile),
		Include: f.include, Ignore: f.ignore, TextLists: f.texts, Existing: f.existing, Accounts: to, Consent: f.yes,
	}, nil
}

func (c *cli) foldersAdd() *cobra.Command {
	var f folderFlags
	cmd := &cobra.Command{
		Use:   "add PATH --to NAME[,NAME] --yes",
		Short: "Watch a folder",
		Long: `Watch a folder. Without --yes it only shows what would be published, and says what
will happen: anyone can fetch what is published, and that it is removed everywhere
later cannot be promised.

Only what comes or is changed from now on is kept, unless --existing is given.
Files that end in .cid (and .txt with --txt-lists) are lists of content IDs and
links, one a line, each with a name behind it or none; a .car file is kept as what
it holds.`,
		Example: `  pintrayctl folders add ~/Art/done --to mine --include '*.png' --yes
  pintrayctl folders add ~/website --to mine --rule whole-folder --on-change replace --yes`,
		Args: wantArgs(1, 1, "the folder's PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(app *boot.App) error { return c.addFolder(cmd.Context(), app, args[0], f) })
		},
	}
	f.register(cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&f.to, "to", nil, "the accounts to keep it on")
	flags.StringVar(&f.onChange, "on-change", string(store.KeepOld), "when a file is changed: keep the old one too, or replace it (once the new one is safe)")
	flags.StringVar(&f.profile, "profile", string(store.ProfileV1), "how files are cut into blocks: v1, v0 or unixfs-v1-2025")
	flags.BoolVar(&f.yes, "yes", false, "I have seen what will be published, and want it")
	flags.BoolVar(&f.anyway, "anyway", false, "with --yes: also a folder that much is put in by others, as the desktop, the documents or one of a cloud drive")
	c.offerAccounts(cmd, "to")
	return cmd
}

func (c *cli) addFolder(ctx context.Context, app *boot.App, path string, f folderFlags) error {
	all, err := loadAccounts(ctx, app.Reader)
	if err != nil {
		return err
	}
	to, err := all.ids(f.to)
	if err == nil && len(to) == 0 {
		var only services.Account
		if only, err = all.only(); err == nil {
			to = []services.AccountID{only.ID}
		}
	}
	if err != nil {
		return err
	}
	r, err := f.request(path, to)
	if err != nil {
		return err
	}
	if !f.yes {
		plan, err := app.Engine.PlanFolder(ctx, r)
		if err != nil {
			return err
		}
		if err := c.printPlan(r, plan); err != nil {
			return err
		}
		c.note("nothing was done yet: %s", willHappen(r, all))
		hint := "to go ahead, give the same again with --yes"
		if !r.Existing && plan.Items > 0 {
			hint += "; what is in it now is kept only with --existing too"
		}
		c.note("%s", hint)
		return nil
	}
	if err := c.warnOf(ctx, app, r, f.anyway); err != nil {
		return err
	}
	folder, err := app.Engine.AddFolder(ctx, r)
	if err != nil {
		return err
	}
	c.note("%s", willHappen(r, all))
	if app.Owner {
		c.note(`nothing watches it now: start the window or "pintrayctl run"`)
	}
	return c.printFolders(all, []store.Folder{folder}, !app.Owner)
}

// willHappen is what watching the folder means, in one sentence.
func willHappen(r pinsync.FolderRequest, all *accounts) string {
	what := map[store.Rule]string{
		store.EachFile: "each new or changed file", store.EachSubfolder: "each sub-folder, whenever something in it changes,",
		store.WholeFolder: "the folder as a whole, whenever something in it changes,",
	}[r.Rule]
	if r.Existing {
		what = "what is in it now, and " + what
	}
	var names []string
	for _, id := range r.Accounts {
		names = append(names, all.name(id))
	}
	return fmt.Sprintf("of %s, %s will be kept on %s, where anyone can fetch it under its file name; deleting a file here will not remove it online",
		filepath.Base(string(r.Path)), what, strings.Join(names, " and "))
}

func (c *cli) foldersPreview() *cobra.Command {
	var f folderFlags
	cmd := &cobra.Command{
		Use:   "preview PATH",
		Short: "Show what of a folder would be published; nothing is done",
		Args:  wantArgs(1, 1, "the folder's PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.ask(cmd.Context(), func(app *boot.App) error {
				r, err := f.request(args[0], nil)
				if err != nil {
					return err
				}
				plan, err := app.Engine.PlanFolder(cmd.Context(), r)
				if err != nil {
					return err
				}
				return c.printPlan(r, plan)
			})
		},
	}
	f.register(cmd)
	return cmd
}

func (c *cli) foldersLs() *cobra.Command {
	return &cobra.Command{
		Use:   "ls",
		Short: "List the watched folders and how they are doing",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.read(cmd.Context(), func(app *boot.App) error {
				all, err := loadAccounts(cmd.Context(), app.Reader)
				if err != nil {
					return err
				}
				list, err := app.Reader.Folders(cmd.Context())
				if err != nil {
					return err
				}
				running := boot.Running(cmd.Context(), app.Dir)
				if err := c.printFolders(all, list, running); err != nil {
					return err
				}
				if slices.ContainsFunc(list, func(f store.Folder) bool { return f.PollReason == "no-watches" }) {
					c.note("%s", noWatches())
				}
				if !running && len(list) > 0 {
					c.note(`nothing watches now: start the window or "pintrayctl run"; what changed meanwhile is found then`)
				}
				return nil
			})
		},
	}
}

func (c *cli) foldersManifest() *cobra.Command {
	return &cobra.Command{
		Use:   "manifest FOLDER",
		Short: "Write the list of what a folder published, and say where it is",
		Long: `Bring the list of what a folder published up to date, and print where it is: a CSV
file, and a JSON file beside it, with the name, content ID, link, size, since when
it is safe and where, and what replaced what.`,
		Args: wantArgs(1, 1, "the FOLDER's path or number"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.onFolder(cmd.Context(), args[0], func(app *boot.App, f store.Folder) error {
				path, err := app.Engine.Manifest(cmd.Context(), f.ID)
				if err != nil {
					return err
				}
				if c.json {
					return c.printJSON(struct {
						CSV  string `json:"csv"`
						JSON string `json:"json"`
					}{path, strings.TrimSuffix(path, ".csv") + ".json"})
				}
				_, err = fmt.Fprintln(c.out, path)
				return err
			})
		},
	}
}

func (c *cli) foldersPause() *cobra.Command {
	var how time.Duration
	cmd := &cobra.Command{
		Use:   "pause FOLDER [--for DURATION]",
		Short: "Stop watching a folder for a while",
		Args:  wantArgs(1, 1, "the FOLDER's path or number"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("for") && how <= 0 {
				return wrong("give a length of time, as 90m; without --for it is paused until resume", "--for is not above 0")
			}
			return c.onFolder(cmd.Context(), args[0], func(app *boot.App, f store.Folder) error {
				var until time.Time
				if how > 0 {
					until = time.Now().Add(how)
				}
				if err := app.Engine.PauseFolder(cmd.Context(), f.ID, until); err != nil {
					return err
				}
				c.note("%s is paused; what changes meanwhile is found afterwards", f.Path)
				return nil
			})
		},
	}
	cmd.Flags().DurationVar(&how, "for", 0, "go on by itself after so long, as 90m (default: until resume)")
	return cmd
}

// onFolderCommand is a command that asks the engine for one thing about a folder.
func (c *cli) onFolderCommand(use, short, done string, do func(boot.Engine, context.Context, store.FolderID) error) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  wantArgs(1, 1, "the FOLDER's path or number"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.onFolder(cmd.Context(), args[0], func(app *boot.App, f store.Folder) error {
				if err := do(app.Engine, cmd.Context(), f.ID); err != nil {
					return orWaits(f, err)
				}
				c.note("%s is %s", f.Path, done)
				return nil
			})
		},
	}
}

// onFolder asks the engine for something about a folder that is named by its
// path, or by its number.
func (c *cli) onFolder(ctx context.Context, name string, do func(app *boot.App, f store.Folder) error) error {
	return c.ask(ctx, func(app *boot.App) error {
		list, err := app.Reader.Folders(ctx)
		if err != nil {
			return err
		}
		abs, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			abs = real
		}
		id, _ := strconv.ParseInt(name, 10, 64) // 0 is no folder
		for _, f := range list {
			if string(f.Path) == abs || int64(f.ID) == id {
				return do(app, f)
			}
		}
		return &problem{code: services.CodeNotFound, text: fmt.Sprintf("no watched folder is %q", name), hint: "see: pintrayctl folders ls"}
	})
}
