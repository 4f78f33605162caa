package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// mostSecrets is how many of what looks secret are written out.
const mostSecrets = 3

// askSecrets refuses files that look like keys or passwords, until somebody says
// with --yes that they are to be public: watched folders never take them either. It
// looks at all of them first, and so notes what stands on a network drive.
func (c *cli) askSecrets(ctx context.Context, e boot.Engine, paths []store.Path, f addFlags) error {
	if len(paths) == 0 || f.yes && c.quiet {
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
		if p.Network && p.Err == nil {
			c.note("%s is on a network drive: keep that connected until a service has it", p.Name)
		}
		for _, name := range p.Secrets {
			if p.Dir {
				name = p.Name + "/" + name
			}
			names = append(names, name)
		}
	}
	var text string
	switch n := len(names); {
	case n == 0:
		return nil
	case n == 1:
		text = names[0] + " looks like a key or password; it"
	case n > mostSecrets:
		text = fmt.Sprintf("%s and %d more look like keys or passwords; they", strings.Join(names[:mostSecrets], ", "), n-mostSecrets)
	default:
		text = strings.Join(names, ", ") + " look like keys or passwords; they"
	}
	if f.yes {
		c.note("%s will be public", text)
		return nil
	}
	return wrong("leave it out with --ignore NAME; or if everybody may have it, say --yes", "%s would be public, and nothing was added", text)
}
