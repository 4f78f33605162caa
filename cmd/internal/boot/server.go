package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
)

// closeGrace is how long requests under way may take once the owner ends.
const closeGrace = time.Second

// server does on the owner's engine what other processes ask for. It owns one
// goroutine that accepts, and two per request; stop waits for all of them.
type server struct {
	engine Engine
	raise  func(args []string) // nil where there is no window
	log    *slog.Logger

	listener    net.Listener
	closeSocket func() error
	ctx         context.Context // of every request; cancelled late in stop
	cancel      context.CancelFunc
	work        sync.WaitGroup
	closing     chan struct{}
}

// serve begins to listen for dir.
func serve(dir string, e Engine, raise func([]string), log *slog.Logger) (*server, error) {
	l, closeSocket, err := listen(dir)
	if err != nil {
		return nil, err
	}
	s := &server{engine: e, raise: raise, log: log, listener: l, closeSocket: closeSocket, closing: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.work.Go(s.accept)
	return s, nil
}

// stop takes no new requests, gives those under way a moment, and ends them.
func (s *server) stop() error {
	close(s.closing)
	err := s.closeSocket()
	grace := time.AfterFunc(closeGrace, s.cancel)
	s.work.Wait()
	grace.Stop()
	s.cancel()
	return err
}

func (s *server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				s.log.Error("other processes cannot be heard any more", "op", "accept", "err", err)
			}
			return
		}
		s.work.Go(func() { s.answer(conn.(*net.UnixConn)) })
	}
}

// answer reads one request and writes one reply.
func (s *server) answer(conn *net.UnixConn) {
	defer conn.Close()
	if err := sameUser(conn); err != nil {
		s.log.Warn("refused another user", "op", "accept", "err", err)
		return
	}
	if err := json.NewEncoder(conn).Encode(hello{protocol}); err != nil {
		return // gone already
	}
	_ = conn.SetReadDeadline(time.Now().Add(requestTime)) // a socket of ours has no other error than closed
	hurry := context.AfterFunc(s.ctx, func() { _ = conn.SetReadDeadline(time.Now()) })
	defer hurry()
	var r request
	if err := json.NewDecoder(io.LimitReader(conn, maxMessage)).Decode(&r); err != nil {
		s.log.Debug("unreadable request", "op", "accept", "err", err)
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	s.work.Go(func() { // the client says no more: this ends when it hangs up, or when answer closes conn
		_, _ = io.Copy(io.Discard, conn)
		cancel()
	})
	out := s.reply(ctx, r)
	_ = conn.SetWriteDeadline(time.Now().Add(replyTime))
	if err := json.NewEncoder(conn).Encode(out); err != nil {
		s.log.Debug("reply not taken", "op", r.Verb, "err", err)
	}
}

func (s *server) reply(ctx context.Context, r request) (out reply) {
	select {
	case <-s.closing:
		return reply{Closing: true}
	default:
	}
	defer func() {
		if p := recover(); p != nil { // a request must not take the window down
			s.log.Error("panic in a request", "op", r.Verb, "panic", p)
			out = reply{Error: &services.Error{Code: services.CodeInternal, Op: r.Verb, Err: fmt.Errorf("%v", p)}}
		}
	}()
	if r.Verb == "Raise" {
		return s.doRaise(r)
	}
	out = do(ctx, s.engine, r)
	if out.Error != nil && s.ctx.Err() != nil {
		return reply{Closing: true}
	}
	return out
}

func (s *server) doRaise(r request) reply {
	if s.raise == nil {
		return reply{Error: &services.Error{Code: services.CodeInUse, Op: "open", Reason: "no-window"}}
	}
	var args []string
	if err := decode(r.Args, &args); err != nil {
		return reply{Error: services.AsError(err)}
	}
	s.raise(args)
	return reply{}
}
