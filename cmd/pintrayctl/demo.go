package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
)

// demoFlags say what service to make up.
type demoFlags struct {
	listen, token string
	pins          int
	latency       time.Duration
	faulty        bool
}

func (c *cli) demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo --listen 127.0.0.1:PORT",
		Short: "A made-up service over HTTP, for trying",
		Long: `Serve a made-up pinning service on this computer until ctrl-C. Nothing leaves the
computer. It prints its address once it listens; port 0 chooses a free one.`,
		Example: `  pintrayctl demo --listen 127.0.0.1:9097 --pins 500 --latency 50ms`,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.demo(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:0", "address on this computer")
	flags.StringVar(&f.token, "token", "", "the made-up key it asks for (default: none)")
	flags.IntVar(&f.pins, "pins", 0, "how many pins it has at the start")
	flags.DurationVar(&f.latency, "latency", 0, "how long each call takes")
	flags.BoolVar(&f.faulty, "faulty", false, "let every fifth call fail in some way")
	return cmd
}

// demoPace is how long a new pin of the made-up service stays in either status:
// long enough to be seen.
const demoPace = time.Second

func (c *cli) demo(ctx context.Context, f demoFlags) error {
	if f.pins < 0 || f.latency < 0 {
		return wrong("see: pintrayctl demo --help", "--pins and --latency can't be below 0")
	}
	o := demo.Options{Pins: f.pins, Latency: f.latency, Queued: demoPace, Pinning: demoPace}
	if f.faulty {
		o.FailEvery = 5
	}
	l, err := listenHere(ctx, f.listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "http://%s\n", l.Addr())
	if err := c.out.Flush(); err != nil {
		return errors.Join(err, l.Close())
	}
	var authorize func(string) bool
	if f.token != "" {
		authorize = func(token string) bool { return subtle.ConstantTimeCompare([]byte(token), []byte(f.token)) == 1 }
	}
	return serve(ctx, l, &http.Server{Handler: psa.Handler(demo.New(o), authorize), ReadHeaderTimeout: 10 * time.Second})
}

// stopGrace is how long calls under way may take once the server is stopped.
const stopGrace = 2 * time.Second

// serve serves until ctx ends.
func serve(ctx context.Context, l net.Listener, s *http.Server) error {
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	if err := s.Shutdown(grace); err != nil {
		_ = s.Close() // a call that outlasts the grace is cut off
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
