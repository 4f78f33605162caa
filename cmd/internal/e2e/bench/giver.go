package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/blocks"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/ingest"
)

// giver gives one file until its standard input ends. It says what there is to
// be fetched and where, and then answers each line ("upload URL", "post URL",
// "hash-and-post URL") with how long that took.
func giver(ctx context.Context, path string) (err error) {
	dir, err := os.MkdirTemp("", "pintray-bench-giver")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	db, _, err := blocks.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	const source = store.SourceID(1)
	root, size, err := read(ctx, db, source, path)
	if err != nil {
		return err
	}
	r := ingest.NewReader(db, nil)
	defer func() { err = errors.Join(err, r.Close()) }()

	g := handover.New(handover.Config{Blocks: r, Listen: true, Loopback: true})
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- g.Run(ctx) }()
	defer func() {
		cancel()
		err = errors.Join(err, <-ended)
	}()
	origins, err := g.Offer(ctx, handover.Job{Account: 1, Source: source, Root: root, Size: size, Endpoint: "http://127.0.0.1"})
	if err != nil {
		return err
	}
	fmt.Println("root", root.Text)
	for _, o := range origins {
		fmt.Println("origin", o)
	}
	for b, err := range db.Each(ctx, blocks.HolderOf(source)) {
		if err != nil {
			return err
		}
		fmt.Println("block", b.CID)
	}
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		what, url, _ := strings.Cut(lines.Text(), " ")
		began := time.Now()
		switch what {
		case "upload":
			err = uploaded(ctx, r, source, root, url)
		case "hash-and-post":
			err = hashedAndPosted(ctx, path, url)
		default:
			err = posted(ctx, path, url)
		}
		if err != nil {
			return err
		}
		fmt.Println(time.Since(began))
	}
	return nil
}

// read imports the file and says what it is.
func read(ctx context.Context, db *blocks.DB, source store.SourceID, path string) (services.CID, int64, error) {
	w, err := db.Write(ctx, blocks.HolderOf(source))
	if err != nil {
		return services.CID{}, 0, err
	}
	defer w.Discard()
	root, err := ingest.Path(ctx, store.Path(path), ingest.Options{}, w)
	if err != nil {
		return services.CID{}, 0, err
	}
	totals, err := w.Commit(ctx)
	return root.CID, totals.Bytes, err
}

// uploaded sends the file as a CAR, as the engine does.
func uploaded(ctx context.Context, r *ingest.Reader, source store.SourceID, root services.CID, url string) error {
	size, open, err := r.CAR(ctx, source, root)
	if err != nil {
		return err
	}
	u, err := handover.NewUploader(services.Upload{Kind: "kubo"}, url, services.Secret{}, "pintray-bench")
	if err != nil {
		return err
	}
	_, err = u.Upload(ctx, handover.CAR{Root: root, Size: size, Open: open})
	return err
}

// posted sends the file as it is. Its body is no file to net/http, which would
// have the system copy it without it passing through a program at all.
func posted(ctx context.Context, path, url string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, struct{ io.Reader }{f})
	if err != nil {
		return err
	}
	req.ContentLength = info.Size()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return errors.Join(err, resp.Body.Close())
}

// hashedAndPosted sends the file as plainly as it goes, each piece once it was
// hashed, by one while another sends: as much of what a verified upload has to do
// as no program can leave out.
func hashedAndPosted(ctx context.Context, path, address string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: %d\r\n\r\n", info.Size()); err != nil {
		return err
	}
	const ahead, size = 4, 256 << 10
	sender, ctx := errgroup.WithContext(ctx)
	free, hashed := make(chan []byte, ahead), make(chan []byte, ahead)
	for range ahead {
		free <- make([]byte, size)
	}
	sender.Go(func() error {
		for p := range hashed {
			if _, err := conn.Write(p); err != nil {
				return err
			}
			free <- p[:size]
		}
		return nil
	})
	for {
		var p []byte
		select {
		case p = <-free:
		case <-ctx.Done():
			return sender.Wait()
		}
		n, err := f.Read(p)
		if n == 0 {
			close(hashed)
			if errors.Is(err, io.EOF) {
				err = nil
			}
			if err = errors.Join(err, sender.Wait()); err != nil {
				return err
			}
			break
		}
		sha256.Sum256(p[:n])
		hashed <- p[:n]
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
