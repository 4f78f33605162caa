package ingest

import (
	"context"
	"os"
	"path/filepath"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Inspect says what Path or CAR would take, without reading contents. Its error
// is only that ctx ended; what stands in the way is Plan.Err. A file is a CAR by
// how it begins, whatever it is called.
func Inspect(ctx context.Context, p store.Path, o Options) (Plan, error) {
	path, err := absolute(p)
	plan := Plan{Path: store.Path(path), Name: services.Clean(filepath.Base(path)), Network: isNetwork(path)}
	if err == nil {
		err = plan.look(ctx, path, o)
	}
	if ctx.Err() != nil {
		return Plan{}, ctx.Err()
	}
	plan.Err = services.AsError(err)
	return plan, nil
}

func (p *Plan) look(ctx context.Context, path string, o Options) error {
	f, err := newFilter(o)
	if err != nil {
		return err
	}
	if _, err := layoutOf(o.Profile); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return failed(err, path, services.ReasonVanished)
	}
	if !info.IsDir() {
		return p.file(ctx, path, o)
	}
	p.Dir = true
	dir, err := os.OpenRoot(path)
	if err != nil {
		return failed(err, path, services.ReasonVanished)
	}
	defer func() { _ = dir.Close() }()
	s := survey{filter: f, secret: o.Secret}
	err = s.folder(ctx, dir, "", path)
	p.Files, p.Size, p.Left, p.LeftNames, p.Secrets = s.files, s.size, s.left, s.names, s.secrets
	return err
}

func (p *Plan) file(ctx context.Context, path string, o Options) error {
	f, info, err := openFile(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	p.Files, p.Size = 1, info.Size()
	if o.Secret != nil && o.Secret(filepath.Base(path)) {
		p.Secrets = []string{p.Name}
	}
	if p.CAR = isCAR(f); p.CAR {
		p.Roots, err = Roots(ctx, p.Path)
	}
	return err
}
