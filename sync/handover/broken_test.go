package handover_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/handover"
)

// hangUp reads some of a body and breaks the connection.
func hangUp(t testing.TB, w http.ResponseWriter, r *http.Request) {
	t.Helper()
	_, _ = io.CopyN(io.Discard, r.Body, 100<<10)
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_ = conn.Close()
}

func TestUpload_BeginsAgainWhereTheConnectionBreaks(t *testing.T) {
	c, content := car(t, 8<<20)
	var told []int64
	c.Sent = func(n int64) { told = append(told, n) }
	var s *upload
	s = newUpload(t, func(w http.ResponseWriter, r *http.Request) {
		if s.calls.Load() == 1 {
			hangUp(t, w, r)
			return
		}
		if _, file, err := s.take(r); err != nil || !bytes.Equal(file, content) {
			t.Errorf("the second try brought %d bytes, %v", len(file), err)
		}
		_, _ = io.WriteString(w, good["kubo"])
	})
	if _, err := uploader(t, "kubo", s.URL).Upload(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	again := 0
	for _, n := range told {
		if n == 0 {
			again++
		}
	}
	if again != 2 || told[len(told)-1] != c.Size {
		t.Errorf("progress began %d times and ended at %d", again, told[len(told)-1])
	}
}

func TestUpload_GivesUpAfterThreeBrokenConnections(t *testing.T) {
	c, _ := car(t, 8<<20)
	s := newUpload(t, func(w http.ResponseWriter, r *http.Request) { hangUp(t, w, r) })
	_, err := uploader(t, "kubo", s.URL).Upload(t.Context(), c)
	if e := services.AsError(err); e == nil || e.Code != services.CodeUnreachable || e.NotSent || s.calls.Load() != 3 {
		t.Errorf("got %v after %d tries", err, s.calls.Load())
	}
}

func TestUpload_LeavesAServiceThatIsNotThereToTheEngine(t *testing.T) {
	c, _ := car(t, 1000)
	s := newUpload(t, nil)
	s.Close()
	begun := time.Now()
	_, err := uploader(t, "kubo", s.URL).Upload(t.Context(), c)
	if e := services.AsError(err); e == nil || e.Code != services.CodeUnreachable || !e.NotSent {
		t.Errorf("got %v after %v, want that nothing was sent", err, time.Since(begun))
	}
}

func TestUpload_EndsWithItsContext(t *testing.T) {
	c, _ := car(t, 64<<20)
	ctx, cancel := context.WithCancel(t.Context())
	c.Sent = func(n int64) {
		if n > 1<<20 {
			cancel()
		}
	}
	release := make(chan struct{})
	s := newUpload(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, 1) // and takes no more
		<-release
	})
	defer close(release)
	_, err := uploader(t, "kubo", s.URL).Upload(ctx, c)
	if e := services.AsError(err); e == nil || e.Code != services.CodeTimeout || e.Reason != "cancelled" || s.calls.Load() != 1 {
		t.Errorf("got %v after %d calls, want it cancelled", err, s.calls.Load())
	}
}

// failing gives n bytes and then err.
type failing struct {
	io.Reader
	closed *atomic.Int64
}

func (f failing) Close() error { f.closed.Add(1); return nil }

type thenError struct{ err error }

func (t thenError) Read([]byte) (int, error) { return 0, t.err }

func TestUpload_NeverLetsAServiceTakePartOfACAR(t *testing.T) {
	changed := &services.Error{Code: services.CodeSource, Reason: services.ReasonChanged, Details: "/home/a/b"}
	for name, tt := range map[string]struct {
		content io.Reader
		code    services.Code
		reason  string
	}{
		"a file changed":       {io.MultiReader(bytes.NewReader(make([]byte, 5<<20)), thenError{changed}), services.CodeSource, services.ReasonChanged},
		"the CAR ends early":   {bytes.NewReader(make([]byte, 5<<20)), services.CodeInternal, ""},
		"the CAR goes on":      {bytes.NewReader(make([]byte, 8<<20+1)), services.CodeInternal, ""},
		"at its very last bit": {io.MultiReader(bytes.NewReader(make([]byte, 8<<20)), thenError{changed}), services.CodeSource, services.ReasonChanged},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := car(t, 8<<20)
			var closed atomic.Int64
			c.Open = func(context.Context) (handover.Reading, error) { return lent{failing{tt.content, &closed}}, nil }
			ended := make(chan error, 1)
			var s *upload
			s = newUpload(t, func(w http.ResponseWriter, r *http.Request) {
				_, _, err := s.take(r)
				ended <- err
				_, _ = io.WriteString(w, good["kubo"])
			})
			_, err := uploader(t, "kubo", s.URL).Upload(t.Context(), c)
			if e := services.AsError(err); e == nil || e.Code != tt.code || e.Reason != tt.reason {
				t.Errorf("got %v, want %s (%s)", err, tt.code, tt.reason)
			}
			if err := <-ended; err == nil || s.complete.Load() > 0 {
				t.Error("the service saw a whole form")
			}
			if s.calls.Load() != 1 || closed.Load() != 1 {
				t.Errorf("%d tries, closed %d times", s.calls.Load(), closed.Load())
			}
		})
	}
}

func TestUpload_SaysWhyThereIsNoCAR(t *testing.T) {
	c, _ := car(t, 1000)
	gone := &services.Error{Code: services.CodeSource, Reason: services.ReasonVanished}
	c.Open = func(context.Context) (handover.Reading, error) { return nil, gone }
	s := newUpload(t, nil)
	_, err := uploader(t, "kubo", s.URL).Upload(t.Context(), c)
	if e := services.AsError(err); e != gone || s.calls.Load() > 0 {
		t.Errorf("got %v, %d calls", err, s.calls.Load())
	}
}

func TestUpload_SendsToAServiceThatKnowsNoContinue(t *testing.T) {
	c, content := car(t, 1<<20)
	var s *upload
	s = newUpload(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Expect") != "" {
			w.WriteHeader(http.StatusExpectationFailed)
			return
		}
		if _, file, err := s.take(r); err != nil || !bytes.Equal(file, content) {
			t.Errorf("got %d bytes, %v", len(file), err)
		}
		_, _ = io.WriteString(w, good["kubo"])
	})
	if _, err := uploader(t, "kubo", s.URL).Upload(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}
