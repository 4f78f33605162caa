package main

import (
	"context"
	"strings"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// mostSecrets is how many of what looks secret are written out.
const mostSecrets = 3

// noteSecrets notes what of files to add looks like keys or passwords. They are
// added all the same: who gave them may know better.
func (c *cli) noteSecrets(ctx context.Context, e boot.Engine, paths []store.Path, f addFlags) error {
	if c.quiet || len(paths) == 0 {
		return nil
	}
	plans, err := e.Inspect(ctx, pinsync.ImportRequest{
		Paths: paths, Profile: store.Profile(f.files.profile), Hidden: f.files.hidden, Ignore: f.files.ignore,
	})
	if err != nil {
		return err
	}
	var names []string
	for _, p := range plans {
		names = append(names, p.Secrets...)
	}
	switch n := len(names); {
	case n == 1:
		c.note("%s looks like a key or password; it will be public", names[0])
	case n > mostSecrets:
		c.note("%s and %d more look like keys or passwords; they will be public", strings.Join(names[:mostSecrets], ", "), n-mostSecrets)
	case n > 1:
		c.note("%s look like keys or passwords; they will be public", strings.Join(names, ", "))
	}
	return nil
}
