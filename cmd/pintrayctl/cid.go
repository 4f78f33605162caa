package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/ingest"
)

// cidFlags are the flags of cid.
type cidFlags struct {
	profile string
	hidden  bool
	ignore  []string
}

func (c *cli) cidCommand() *cobra.Command {
	var f cidFlags
	cmd := &cobra.Command{
		Use:   "cid PATH...",
		Short: "Compute the content ID of files and folders; nothing is sent",
		Long: `Compute the content ID a file or folder has on IPFS, as "ipfs add --only-hash"
does. Nothing is sent and nothing is remembered.

Hidden files and folders are left out, unless --hidden is given; symbolic links,
sockets and devices are left out in any case. --json says how many were. Of
several paths each line has the ID and the path.`,
		Example: `  pintrayctl cid photo.jpg
  pintrayctl cid website --ignore '*.psd' --ignore drafts --json`,
		Args: wantArgs(1, -1, "a file or folder"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.cids(cmd.Context(), args, f) },
	}
	f.register(cmd)
	return cmd
}

// register makes them flags of a command that reads files.
func (f *cidFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.profile, "profile", string(store.ProfileV1), "how files are cut into blocks: v1 (as ipfs add --cid-version=1), v0 (as ipfs add) or unixfs-v1-2025")
	flags.BoolVar(&f.hidden, "hidden", false, "take hidden files too")
	flags.StringArrayVar(&f.ignore, "ignore", nil, "leave out what matches: a name, or a path below PATH (* and ** stand for anything)")
	err := cmd.RegisterFlagCompletionFunc("profile", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, p := range store.Profiles() {
			names = append(names, string(p))
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic("bug: " + err.Error())
	}
}

// cids prints a line for each path that can be read; one that cannot does not
// keep the others.
func (c *cli) cids(ctx context.Context, paths []string, f cidFlags) error {
	if slices.Contains(paths, "") {
		return &problem{code: services.CodeInvalid, text: "a path is empty", hint: "give a file or a folder; the current one is ."}
	}
	var errs []error
	for _, path := range paths {
		o := ingest.Options{Profile: store.Profile(f.profile), Hidden: f.hidden, Ignore: f.ignore}
		line := c.progressLine()
		if line != nil {
			o.Progress = line.show
		}
		root, err := ingest.Path(ctx, store.Path(path), o, nil)
		line.clear()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			err = c.printCID(path, root, len(paths) > 1)
			c.noteRoots(ctx, path)
		}
		if e := services.AsError(err); err != nil && e.Code != services.CodeSource {
			return err
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return several(errs)
}

func (c *cli) printCID(path string, root ingest.Root, named bool) error {
	if c.json {
		return c.printJSON(struct {
			Path  store.Path `json:"path"`
			CID   string     `json:"cid"`
			Size  int64      `json:"size"`
			Files int        `json:"files"`
			Left  int        `json:"left_out"`
		}{store.Path(path), root.CID.Text, root.Size, root.Files, root.Left})
	}
	line := root.CID.Text
	if named {
		line += "  " + services.Clean(path)
	}
	if _, err := fmt.Fprintln(c.out, line); err != nil {
		return err
	}
	return c.out.Flush()
}

// rootsShown is how many roots of a CAR are named.
const rootsShown = 3

// noteRoots says of a CAR that add keeps what it holds, not the file.
func (c *cli) noteRoots(ctx context.Context, path string) {
	if !strings.EqualFold(filepath.Ext(path), ".car") {
		return
	}
	roots, err := ingest.Roots(ctx, store.Path(path))
	if err != nil {
		return // a file like any other
	}
	var names []string
	for _, r := range roots[:min(len(roots), rootsShown)] {
		names = append(names, r.Text)
	}
	text, more := strings.Join(names, " "), ""
	if n := len(roots) - len(names); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	word := "root"
	if len(roots) > 1 {
		word = "roots"
	}
	c.note("%s holds other content: add keeps its %s %s%s", path, word, text, more)
}

// bytesText is a size as people read it, in powers of 1000.
func bytesText(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f, unit := float64(n)/1000, 0
	for f >= 1000 && unit < 4 {
		f /= 1000
		unit++
	}
	return fmt.Sprintf("%.1f %cB", f, "kMGTP"[unit])
}

// sourceCause is what the system or the file says, where that adds something.
func sourceCause(e *services.Error) string {
	var onDisk *os.PathError
	switch {
	case e.Err == nil, e.Reason == services.ReasonVanished:
		return ""
	case errors.As(e.Err, &onDisk):
		return " (" + onDisk.Err.Error() + ")"
	}
	return " (" + e.Err.Error() + ")"
}
