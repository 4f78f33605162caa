package boot

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
)

// ownerTime is how long a client looks for an owner that holds the lock but
// does not answer: it starts up, or ends.
const ownerTime = 5 * time.Second

// retryTime is how long it waits between two looks.
const retryTime = 30 * time.Millisecond

// errNobody: nobody listens at the socket of the folder.
var errNobody = errors.New("nobody answers for the data folder")

// client carries requests to the owner of a data folder. When the owner is
// gone, it becomes the owner itself through takeOver, which answers nil as
// long as someone else holds the lock.
type client struct {
	dir      string
	takeOver func(ctx context.Context) (Engine, error)

	mu  sync.Mutex
	own Engine // after a takeover
}

// openClient opens a folder another process owns.
func (a *App) openClient(ctx context.Context, o Options) error {
	a.Log = a.plainLog(o.LogTo)
	c := &client{dir: a.Dir}
	c.takeOver = func(ctx context.Context) (Engine, error) { return a.takeOver(ctx, o) }
	a.Engine = c
	a.close = append(a.close, a.endLate)
	if err := c.call(ctx, ping, nil); err != nil { // the files are there once the owner answers
		return err
	}
	return a.openReader(ctx, o)
}

// plainLog is the log of a process that does not own the folder.
func (a *App) plainLog(to io.Writer) *slog.Logger {
	log, _ := newLog("", to, func(line string) string { return line })
	return log
}

// takeOver makes this process the owner once the former one is gone; nil as
// long as it is not. Since an owner works on what it was handed, the engine
// then runs until Close.
func (a *App) takeOver(ctx context.Context, o Options) (Engine, error) {
	lock, err := tryLock(a.Dir)
	if lock == nil || err != nil {
		return nil, err
	}
	w, err := own(ctx, a.Dir, lock, o)
	if err != nil {
		return nil, err
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- w.run(run) }()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.late = w
	a.stop = func() error {
		cancel()
		return <-ended
	}
	return w.engine, nil
}

func (a *App) endLate() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.late == nil {
		return nil
	}
	return errors.Join(a.stop(), a.late.end())
}

// call does verb at the owner and stores what it answers in result.
func (c *client) call(ctx context.Context, verb string, result any, args ...any) error {
	raw, err := encode(args...)
	if err != nil {
		return err
	}
	answer, err := c.ask(ctx, request{Protocol: protocol, Verb: verb, Args: raw})
	if err != nil {
		return err
	}
	if result != nil && answer.Result != nil {
		if err := json.Unmarshal(answer.Result, result); err != nil {
			return misunderstood(err)
		}
	}
	if answer.Error != nil {
		return answer.Error
	}
	return nil
}

func (c *client) ask(ctx context.Context, r request) (reply, error) {
	late := time.Now().Add(ownerTime)
	for {
		if e, err := c.owner(ctx); err != nil {
			return reply{}, err
		} else if e != nil {
			return do(ctx, e, r), nil
		}
		answer, err := exchange(ctx, c.dir, r)
		switch {
		case ctx.Err() != nil:
			return reply{}, ctx.Err()
		case err == nil && !answer.Closing:
			return answer, nil
		case err != nil && !errors.Is(err, errNobody) && !repeatable(r.Verb):
			return reply{}, &services.Error{Code: services.CodeInUse, Op: "ask", Reason: "owner-gone", Err: err}
		case time.Now().After(late):
			return reply{}, &services.Error{Code: services.CodeInUse, Op: "ask", Reason: "no-answer", NotSent: true, Err: err}
		}
		if err := pause(ctx, retryTime); err != nil {
			return reply{}, err
		}
	}
}

// owner is our own engine once the former owner is gone, nil before.
func (c *client) owner(ctx context.Context) (Engine, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.own == nil && c.takeOver != nil {
		e, err := c.takeOver(ctx)
		if err != nil {
			return nil, err
		}
		c.own = e
	}
	return c.own, nil
}

// exchange sends one request and reads one reply. The error wraps errNobody
// where nothing was sent.
func exchange(ctx context.Context, dir string, r request) (reply, error) {
	conn, err := dial(ctx, dir)
	if err != nil {
		return reply{}, errors.Join(errNobody, err)
	}
	defer conn.Close()
	hangUp := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer hangUp()
	in := json.NewDecoder(io.LimitReader(conn, maxMessage))
	_ = conn.SetReadDeadline(time.Now().Add(ownerTime)) // an owner that hangs must not hang us
	if err := in.Decode(&hello{}); err != nil {
		return reply{}, errors.Join(errNobody, err)
	}
	_ = conn.SetReadDeadline(time.Time{})
	if err := json.NewEncoder(conn).Encode(r); err != nil {
		return reply{}, err
	}
	var answer reply
	err = in.Decode(&answer)
	return answer, err
}

// pause waits for d or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Running reports whether a process owns dir and answers: the window, or run.
func Running(ctx context.Context, dir string) bool {
	conn, err := dial(ctx, dir)
	if err != nil {
		return false
	}
	_ = conn.Close() // nothing was said
	return true
}

// RaiseOther asks the owner of dir to come forward and open args; ok is false
// where there is no owner. One without a window is CodeInUse, Reason "no-window".
func RaiseOther(ctx context.Context, dir string, args []string) (ok bool, err error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	lock, err := tryLock(dir)
	if err != nil || lock != nil {
		return false, errors.Join(err, unlock(lock))
	}
	raw, err := encode(args)
	if err != nil {
		return false, err
	}
	c := &client{dir: dir}
	answer, err := c.ask(ctx, request{Protocol: protocol, Verb: "Raise", Args: raw})
	if err != nil {
		return false, err
	}
	if answer.Error != nil {
		return false, answer.Error
	}
	return true, nil
}
