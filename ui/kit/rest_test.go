package kit

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// loop is the toolkit's: sixty turns a second, and a queue between them.
type loop struct {
	rest
	queue        chan func()
	event, woken chan struct{}
	turns        atomic.Int64
	stood        atomic.Pointer[time.Time] // when it last began to stand still
}

// inLoop runs f beside a loop, with a clock of their own.
func inLoop(t *testing.T, f func(l *loop)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		l := newLoop()
		var running sync.WaitGroup
		running.Go(func() { l.run(ctx) })
		f(l)
		stop()
		running.Wait()
	})
}

func newLoop() *loop {
	l := &loop{queue: make(chan func(), 16), event: make(chan struct{}), woken: make(chan struct{}, 16)}
	l.rest.wait = func(atMost time.Duration) {
		now := time.Now()
		l.stood.Store(&now)
		select {
		case <-l.event:
		case <-l.woken:
		case <-time.After(atMost):
		}
	}
	l.rest.wake = func() { l.woken <- struct{}{} }
	l.rest.do = func(f func()) { l.queue <- f }
	l.until = time.Now().Add(awake)
	return l
}

func (l *loop) run(ctx context.Context) {
	ticker := time.NewTicker(time.Second / 60)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-l.queue:
			f()
		case <-ticker.C:
			l.turns.Add(1)
			l.turn()
		}
	}
}

// turnsIn is how many turns there are in so long.
func (l *loop) turnsIn(d time.Duration) int64 {
	synctest.Wait()
	before := l.turns.Load()
	time.Sleep(d)
	synctest.Wait()
	return l.turns.Load() - before
}

// asked is how long a function asked for now takes to run.
func (l *loop) asked() time.Duration {
	began, ran := time.Now(), make(chan time.Time)
	l.ask()
	l.do(func() { l.take(); ran <- time.Now() })
	return (<-ran).Sub(began)
}

func TestRest_TheLoopStandsStillWhileNothingHappens(t *testing.T) {
	inLoop(t, func(l *loop) {
		if n := l.turnsIn(time.Second); n < 59 {
			t.Errorf("%d turns at first, want sixty a second", n)
		}
		time.Sleep(awake)
		if n := l.turnsIn(100 * stillAtMost); n < 50 || n > 110 {
			t.Errorf("%d turns in a quiet time, want about one each %s", n, stillAtMost)
		}
	})
}

func TestRest_AnEventIsTakenAtOnceAndTheLoopTurnsAsBefore(t *testing.T) {
	inLoop(t, func(l *loop) {
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if stillAtMost-time.Since(*l.stood.Load()) <= coarse {
			time.Sleep(stillAtMost / 2)
		}
		began := time.Now()
		l.event <- struct{}{}
		if took := time.Since(began); took > time.Second/60 {
			t.Errorf("the event was taken after %s", took)
		}
		if n := l.turnsIn(time.Second); n < 59 {
			t.Errorf("%d turns after an event, want sixty a second", n)
		}
	})
}

func TestRest_WhatIsAskedOfTheUIThreadDoesNotWait(t *testing.T) {
	inLoop(t, func(l *loop) {
		for after := range 60 { // wherever the loop is
			time.Sleep(awake + time.Duration(after)*7*time.Millisecond)
			if took := l.asked(); took > 0 {
				t.Fatalf("it ran after %s", took)
			}
			if n := l.turnsIn(time.Second / 60); n != 1 {
				t.Fatalf("%d turns after it, want one: what it changed is drawn at the next", n)
			}
		}
	})
}

// What is asked for while the standing still is in the queue already is not
// overslept, nor is the drawing of what it changed: nobody can be woken who does
// not stand yet.
func TestRest_NobodyFallsAsleepOverAQuestion(t *testing.T) {
	r := rest{wait: func(time.Duration) { t.Error("it stood still") }, wake: func() { t.Error("nobody stood still") }}
	var stand func()
	r.do = func(f func()) { stand = f }
	r.turn()
	if stand == nil {
		t.Fatal("a quiet loop asks for no rest")
	}
	r.ask()
	stand()
	r.turn()
	r.take()
	stand()
}

// Fyne's own function would wait for a UI thread that stands still.
func TestOnUI_IsTheOnlyWayToTheUIThread(t *testing.T) {
	files := 0
	for _, dir := range []string{"../../ui", "../../cmd/pintray"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "rest.go" {
				return err
			}
			files++
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if x, name := ok && isName(s.X, "fyne"), ok && strings.HasPrefix(s.Sel.Name, "Do"); x && name {
					t.Errorf("%s calls fyne.%s, not OnUI", path, s.Sel.Name)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 50 {
		t.Fatalf("only %d files were read: the test looks in the wrong place", files)
	}
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}
