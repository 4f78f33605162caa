package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// readThing reads one thing to keep: a path where it begins as one or is there,
// a link else. What is a link too is taken for one, unless it begins as a path.
func readThing(text string) (link services.Link, path store.Path, err error) {
	link, err = services.ParseLink(text)
	_, missing := os.Lstat(text)
	switch {
	case strings.HasPrefix(text, "/") && missing != nil && err == nil: // as /ipfs/CID
		return link, "", nil
	case beginsAsPath(text), err != nil && missing == nil && text != "":
		path, err := absolute(text)
		return services.Link{}, path, err
	case err != nil && looksLikeFile(text, err):
		return link, "", &problem{
			code: services.CodeInvalid, text: fmt.Sprintf("no such file here, and not a content ID: %s", services.Clean(text)),
			hint: "check the name and the folder you are in; a content ID begins with bafy... or Qm...",
		}
	}
	return link, "", err
}

// looksLikeFile reports whether what is neither here nor a content ID, which is
// what err says, was rather meant as a file's name.
func looksLikeFile(text string, err error) bool {
	var in *services.InputError
	if !errors.As(err, &in) || in.Kind != services.InputNotCID || strings.Contains(text, "://") {
		return false
	}
	return strings.ContainsAny(text, "./") || !strings.HasPrefix(text, "Qm") && !strings.HasPrefix(text, "baf")
}

func beginsAsPath(text string) bool {
	for _, start := range []string{"/", "./", "../", "~/"} {
		if strings.HasPrefix(filepath.ToSlash(text), start) {
			return true
		}
	}
	return text == "." || text == ".." || text == "~"
}

// absolute is the whole path of what a person wrote.
func absolute(text string) (store.Path, error) {
	if rest, ok := strings.CutPrefix(text, "~"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", wrong("write the whole path", "no home folder is known: %v", err)
		}
		text = home + rest
	}
	path, err := filepath.Abs(text)
	if err != nil {
		return "", wrong("write the whole path", "the current folder is gone")
	}
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return "", &services.Error{Code: services.CodeSource, Op: "import", Reason: services.ReasonVanished, Details: services.Clean(path)}
	}
	return store.Path(path), nil
}

// importFiles asks for files, all of them under the one name where there is one.
func importFiles(ctx context.Context, e boot.Engine, paths []store.Path, targets []services.AccountID, f addFlags, taken *pinsync.Accepted) error {
	if len(paths) == 0 {
		return nil
	}
	requests := [][]store.Path{paths}
	if f.name != "" {
		requests = requests[:0]
		for _, p := range paths {
			requests = append(requests, []store.Path{p})
		}
	}
	for _, paths := range requests {
		got, err := e.Import(ctx, pinsync.ImportRequest{
			Paths: paths, Accounts: targets, Name: f.name, Profile: store.Profile(f.files.profile),
			Hidden: f.files.hidden, Ignore: f.files.ignore, Meta: f.meta, Origins: f.origins,
		})
		if err != nil {
			return err
		}
		taken.Operations = append(taken.Operations, got.Operations...)
		taken.Refused = append(taken.Refused, got.Refused...)
	}
	return nil
}

// unfetched notes what services still have to fetch from here, where nothing of
// ours will be running.
func (c *cli) unfetched(ctx context.Context, app *boot.App, ops []store.Operation) error {
	n := 0
	for _, op := range ops {
		if op.Source == 0 || op.State == store.OpCancelled || op.State == store.OpStuck {
			continue
		}
		s, ok, err := app.Reader.Source(ctx, op.Source)
		if err != nil {
			return err
		}
		if ok && s.State != store.SourceReleased && (op.State.Open() || c.pending(ctx, app, op)) {
			n++
		}
	}
	if n > 0 {
		c.note("the bytes are brought while Pintray runs: open its window, or start pintrayctl run, or add --wait")
	}
	return nil
}

// pending reports whether the pin an operation led to is not finished.
func (c *cli) pending(ctx context.Context, app *boot.App, op store.Operation) bool {
	for p, err := range app.Reader.EachPin(ctx, store.PinFilter{Accounts: []services.AccountID{op.Account}, Request: op.RequestID, Limit: 1}) {
		return err == nil && p.Status.Pending()
	}
	return false
}
