package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
)

// service is a made-up one over HTTP that can be told to misbehave.
type service struct {
	*http.Server
	url     string
	ended   chan struct{}
	refuses atomic.Bool // the key
	limits  atomic.Bool // how often it may be asked
	empty   atomic.Bool // it shows nothing of what it keeps
	slow    atomic.Int64
	kept    *deaf
}

// deaf is a service that, while it is told so, answers an add of what it keeps
// with that, under the name it has.
type deaf struct {
	*demo.Service
	on atomic.Bool
}

// Add is for psa.Handler.
func (d *deaf) Add(ctx context.Context, p services.Pin) (services.PinStatus, error) {
	if !d.on.Load() {
		return d.Service.Add(ctx, p)
	}
	page, err := d.List(ctx, services.Query{CIDs: []services.CID{p.CID}, Limit: 1})
	if err != nil || len(page.Results) == 0 {
		return services.PinStatus{}, err
	}
	return page.Results[0], nil
}

func serve(ctx context.Context, o demo.Options) (*service, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &service{url: "http://" + l.Addr().String(), ended: make(chan struct{})}
	mayAsk := func(string) bool { return !s.refuses.Load() }
	s.kept = &deaf{Service: demo.New(o)}
	full, none := psa.Handler(s.kept, mayAsk), psa.Handler(demo.New(demo.Options{}), mayAsk)
	s.Server = &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
			return
		case <-time.After(time.Duration(s.slow.Load())):
		}
		switch {
		case s.limits.Load():
			w.Header().Set("Retry-After", "900")
			w.WriteHeader(http.StatusTooManyRequests)
		case s.empty.Load():
			none.ServeHTTP(w, r)
		default:
			full.ServeHTTP(w, r)
		}
	})}
	go func() {
		defer close(s.ended)
		_ = s.Serve(l) // always an error: that it was closed
	}()
	return s, nil
}

// stop makes it unreachable.
func (s *service) stop() {
	_ = s.Close()
	<-s.ended
}

// connect stores the service under a name, and reads it.
func (s *studio) connect(name string, o demo.Options) (*service, error) {
	svc, err := serve(s.ctx, o)
	if err != nil {
		return nil, err
	}
	for _, args := range [][]string{
		{"accounts", "add", name, "--url", svc.url, "--token-env", "MADE_UP_KEY"},
		{"sync", "--account", name},
	} {
		if err := s.run(args...); err != nil {
			svc.stop()
			return nil, err
		}
	}
	return svc, nil
}

// run is a call of the shell that has to succeed.
func (s *studio) run(args ...string) error {
	a, err := s.ctl(key).Run(s.ctx, "", args...)
	if err == nil && a.Status != 0 {
		err = fmt.Errorf("pintrayctl %v: status %d: %s", args, a.Status, a.Err)
	}
	return err
}

// key is the variable every made-up account has its key in.
const key = "MADE_UP_KEY=" + rig.Token
