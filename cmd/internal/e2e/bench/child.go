package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/ingest"
)

// What this command is called with to do one thing to a path, in a process of its
// own whose memory can be told.
const (
	giverArg = "give"
	keptArg  = "keep"
	plainArg = "read"
)

var children = map[string]func(ctx context.Context, path string) error{
	giverArg: giver,
	keptArg:  timedChild(kept),
	plainArg: timedChild(plain),
}

// timedChild says how long do took, and ends once its standard input does.
func timedChild(do func(context.Context, string) (time.Duration, error)) func(context.Context, string) error {
	return func(ctx context.Context, path string) error {
		took, err := do(ctx, path)
		if err != nil {
			return err
		}
		fmt.Println(took)
		_, err = io.Copy(io.Discard, os.Stdin)
		return err
	}
}

// childTime has a child do something to a path, and says how long that took and
// how much memory it had at most.
func childTime(ctx context.Context, what, path string) (took time.Duration, peak int64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	cmd := exec.CommandContext(ctx, self, what, path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		took, err = time.ParseDuration(line[:len(line)-1])
	}
	peak = rig.PeakRSS(cmd.Process.Pid)
	return took, peak, errors.Join(err, in.Close(), cmd.Wait())
}

// kept imports a path into a new blocks.db, with progress, as the engine does.
func kept(ctx context.Context, path string) (took time.Duration, err error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), "blocks")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	began := time.Now()
	db, _, err := blocks.Open(ctx, dir)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	w, err := db.Write(ctx, 1)
	if err != nil {
		return 0, err
	}
	defer w.Discard()
	if _, err := ingest.Path(ctx, store.Path(path), ingest.Options{Progress: func(ingest.Progress) {}}, w); err != nil {
		return 0, err
	}
	_, err = w.Commit(ctx)
	return time.Since(began), err
}

// plain reads and hashes every file at or below a path by two at a time, and does
// nothing else: no content ID, no look whether a file changed meanwhile.
func plain(ctx context.Context, path string) (time.Duration, error) {
	began := time.Now()
	readers, ctx := errgroup.WithContext(ctx)
	pieces := make(chan piece, 1024)
	for range 2 {
		readers.Go(func() error {
			buf := make([]byte, plainPiece)
			for p := range pieces {
				if err := p.hash(buf); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		for at := int64(0); err == nil && at < info.Size(); at += plainPiece {
			select {
			case pieces <- piece{name, at}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return err
	})
	close(pieces)
	err = errors.Join(readers.Wait(), err)
	return time.Since(began), err
}

const plainPiece = 1 << 20

// piece is part of a file.
type piece struct {
	name string
	at   int64
}

func (p piece) hash(buf []byte) error {
	f, err := os.Open(p.name)
	if err != nil {
		return err
	}
	n, err := f.ReadAt(buf, p.at)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	sha256.Sum256(buf[:n])
	return errors.Join(err, f.Close())
}
