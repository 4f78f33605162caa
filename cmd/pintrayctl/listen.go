package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/services/token"
)

// listenFlags open this computer to other programs of it.
type listenFlags struct {
	listen string
	key    keyFlags
}

// door is an address of this computer that is listened on, and the key others
// have to show there. The zero door is none.
type door struct {
	net.Listener
	key services.Secret
}

// openDoor checks the flags and takes the address. Nothing is answered before
// serveLocal.
func (c *cli) openDoor(ctx context.Context, f listenFlags) (door, error) {
	if f.listen == "" {
		if f.key != (keyFlags{}) {
			return door{}, wrong("add --listen 127.0.0.1:PORT", "a key without --listen opens nothing")
		}
		return door{}, nil
	}
	if f.key == (keyFlags{}) {
		return door{}, wrong("add --token-file FILE, with a key of its own that other programs have to show",
			"--listen needs a key: every program of this computer can reach it")
	}
	given, err := c.readKey(f.key)
	if err != nil {
		return door{}, err
	}
	key := given.secret
	if given.env != "" {
		if key, err = token.ReadEnv(given.env); err != nil {
			return door{}, err
		}
	}
	l, err := listenHere(ctx, f.listen)
	return door{l, key}, err
}

// listenHere listens on an address of this computer, and on no other.
func listenHere(ctx context.Context, address string) (net.Listener, error) {
	elsewhere := wrong("as --listen 127.0.0.1:9097", "%q is no address on this computer: it is opened to nobody else", address)
	host, _, err := net.SplitHostPort(address)
	if err != nil || !services.Loopback(host) {
		return nil, elsewhere
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, &problem{text: fmt.Sprintf("another program listens on %s", address), hint: "choose another port; 0 takes a free one"}
	}
	if err != nil {
		return nil, &problem{text: fmt.Sprintf("can't listen on %s: %v", address, err), hint: "choose another port; 0 takes a free one"}
	}
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() { // a name that means something else here
		return nil, errors.Join(elsewhere, l.Close())
	}
	return l, nil
}

// serveLocal answers other programs until ctx ends.
func (d door) serveLocal(ctx context.Context, app *boot.App) error {
	authorize := func(token string) bool { return subtle.ConstantTimeCompare([]byte(token), []byte(d.key.Reveal())) == 1 }
	return serve(ctx, d.Listener, &http.Server{
		Handler:           psa.OnlyLocal(psa.Handler(app.ThisComputer(), authorize, psa.NamesOfAnyStatus)),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	})
}

// runOpen runs the engine, and behind the door this computer, until ctx ends.
func runOpen(ctx context.Context, app *boot.App, d door) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return app.Run(ctx) })
	if d.Listener != nil {
		g.Go(func() error { return d.serveLocal(ctx, app) })
	}
	return g.Wait()
}
