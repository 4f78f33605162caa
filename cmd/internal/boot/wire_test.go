package boot

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// fill gives every field of v a value that is not zero.
func fill(v reflect.Value, n int64) {
	switch v.Interface().(type) {
	case services.Secret:
		v.Set(reflect.ValueOf(services.NewSecret("made-up-key")))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(1_700_000_000+n, 123_456_000).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text \"<&>\" ünï " + strings.Repeat("x", int(n)))
	case reflect.Int, reflect.Int64:
		v.SetInt(n)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n+int64(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n+1)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, n)
		fill(value, n+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Interface:
		if v.Type() == reflect.TypeFor[error]() {
			v.Set(reflect.ValueOf(errors.New("the cause")))
		}
	}
}

// alike compares causes by their text and keys by what they reveal.
var alike = cmp.Options{
	cmpopts.EquateComparable(),
	cmp.Comparer(func(a, b services.Secret) bool { return a.Reveal() == b.Reveal() }),
	cmp.Comparer(func(a, b error) bool { return a.Error() == b.Error() }),
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// pair is a server over e and a client of it.
func pair(t *testing.T, e Engine) (*server, *client) {
	t.Helper()
	dir := t.TempDir()
	s, err := serve(dir, e, nil, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		select {
		case <-s.closing:
		default:
			if err := s.stop(); err != nil {
				t.Error(err)
			}
		}
	})
	return s, &client{dir: dir}
}

func TestClient_CarriesEveryVerbWithEveryField(t *testing.T) {
	r := &recorder{}
	_, c := pair(t, r)
	engine := reflect.TypeFor[Engine]()
	for i := range engine.NumMethod() {
		m := engine.Method(i)
		in := []reflect.Value{reflect.ValueOf(t.Context())}
		var args []any
		for j := 1; j < m.Type.NumIn(); j++ {
			v := reflect.New(m.Type.In(j)).Elem()
			fill(v, int64(j))
			in, args = append(in, v), append(args, v.Interface())
		}
		out := reflect.ValueOf(c).MethodByName(m.Name).Call(in)
		if err := out[len(out)-1]; !err.IsNil() {
			t.Errorf("%s: %v", m.Name, err)
			continue
		}
		if r.verb != m.Name {
			t.Errorf("%s arrived as %s", m.Name, r.verb)
		}
		if d := cmp.Diff(args, r.args, alike); d != "" {
			t.Errorf("%s: the arguments changed (- sent, + arrived):\n%s", m.Name, d)
		}
		want := reflect.ValueOf(r).MethodByName(m.Name).Call(in)
		for j := range len(out) - 1 {
			if d := cmp.Diff(want[j].Interface(), out[j].Interface(), alike); d != "" {
				t.Errorf("%s: the answer changed (- given, + arrived):\n%s", m.Name, d)
			}
		}
	}
}

func TestClient_GetsErrorsWhole(t *testing.T) {
	r := &recorder{}
	_, c := pair(t, r)
	whole := &services.Error{}
	fill(reflect.ValueOf(whole).Elem(), 5)
	for _, test := range []struct {
		err  error
		want *services.Error
	}{
		{whole, whole},
		{&services.InputError{Kind: services.InputNotCID, Text: "x"}, &services.Error{Code: services.CodeInvalid}},
		{context.DeadlineExceeded, &services.Error{Code: services.CodeTimeout}},
		{errors.New("odd"), &services.Error{Code: services.CodeInternal}},
	} {
		r.err = test.err
		results, err := c.Sync(t.Context(), nil)
		var got *services.Error
		if !errors.As(err, &got) || got.Code != test.want.Code || got.Reason != test.want.Reason || got.Details != test.want.Details || got.RetryAfter != test.want.RetryAfter || got.HTTP != test.want.HTTP {
			t.Errorf("got %#v, want %#v", err, test.want)
		}
		if len(results) != 2 {
			t.Errorf("the part that went well is lost: %v", results)
		}
	}
}

func TestServer_EndsWhatItsClientNoLongerWaitsFor(t *testing.T) {
	r := &recorder{wait: make(chan struct{})}
	_, c := pair(t, r)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Work(ctx) }()
	for asked := false; !asked; {
		asked = !r.mu.TryLock() // held while the verb waits
		if !asked {
			r.mu.Unlock()
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the client got %v", err)
	}
	r.mu.Lock() // free only once the owner's context ended too
	defer r.mu.Unlock()
}

func TestServer_HandsOnWhatItCannotFinish(t *testing.T) {
	r := &recorder{wait: make(chan struct{})}
	s, c := pair(t, r)
	next := &recorder{}
	c.takeOver = func(context.Context) (Engine, error) {
		select {
		case <-s.closing:
			return next, nil
		default:
			return nil, nil
		}
	}
	ended := make(chan error, 1)
	go func() {
		_, err := c.Wait(t.Context(), []store.OperationID{7}, true)
		ended <- err
	}()
	for asked := false; !asked; {
		asked = !r.mu.TryLock()
		if !asked {
			r.mu.Unlock()
		}
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Wait: %v", err)
	}
	if next.verb != "Wait" || !cmp.Equal(next.args, []any{[]store.OperationID{7}, true}) {
		t.Errorf("the next owner was asked %s %v", next.verb, next.args)
	}
}

// An owner that ends between a client's dial and its own accept never heard
// the request: it must not count as one that may have been done.
func TestClient_UngreetedHasSentNothing(t *testing.T) {
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, socketFile))
	if err != nil {
		t.Fatal(err)
	}
	next := &recorder{}
	c := &client{dir: dir, takeOver: func(context.Context) (Engine, error) { return nil, nil }}
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		c.mu.Lock() // free between two looks of the client
		c.takeOver = func(context.Context) (Engine, error) { return next, nil }
		c.mu.Unlock()
		_ = conn.Close()
	}()
	if _, err := c.Add(t.Context(), pinsync.AddRequest{}); err != nil || next.verb != "Add" {
		t.Errorf("Add = %v, the next owner was asked %q", err, next.verb)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

func TestServer_SurvivesAPanicAndGarbage(t *testing.T) {
	s, c := pair(t, struct{ Engine }{})
	var e *services.Error
	if err := c.Work(t.Context()); !errors.As(err, &e) || e.Code != services.CodeInternal {
		t.Errorf("a panic arrived as %v", err)
	}
	for _, text := range []string{"", "\n", "GET / HTTP/1.1\r\n\r\n", "{", `{"protocol":3,"verb":"Nothing"}`, `{"protocol":99,"verb":"Work"}`, `{"protocol":3,"verb":"Add","args":[1,2]}`} {
		conn, err := net.Dial("unix", filepath.Join(c.dir, socketFile))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte(text)); err != nil {
			t.Error(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := c.call(t.Context(), ping, nil); err != nil {
		t.Errorf("after garbage: %v", err)
	}
	if got := do(t.Context(), s.engine, request{Protocol: 99, Verb: "Work"}); got.Error == nil || got.Error.Reason != "version" {
		t.Errorf("another protocol: %v", got.Error)
	}
}

func TestListen_WorksUnderALongPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("a-long-folder-name/", 8))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := serve(dir, &recorder{}, nil, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if err := (&client{dir: dir}).call(t.Context(), ping, nil); err != nil {
		t.Error(err)
	}
	elsewhere, err := os.ReadFile(filepath.Join(dir, socketFile))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Dir(string(elsewhere))); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder of the socket: %v, %v", info.Mode(), err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	for _, gone := range []string{filepath.Dir(string(elsewhere)), filepath.Join(dir, socketFile)} {
		if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", gone, err)
		}
	}
}

func TestListen_TakesAStaleSocketsPlace(t *testing.T) {
	dir := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(dir, socketFile))
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // as a killed process leaves it
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := serve(dir, &recorder{}, nil, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if err := (&client{dir: dir}).call(t.Context(), ping, nil); err != nil {
		t.Error(err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
}

func TestRaiseOther(t *testing.T) {
	dir := t.TempDir()
	if ok, err := RaiseOther(t.Context(), dir, nil); ok || err != nil {
		t.Errorf("without an owner: %v, %v", ok, err)
	}
	if ok, err := RaiseOther(t.Context(), filepath.Join(dir, "none"), nil); ok || err != nil {
		t.Errorf("without a folder: %v, %v", ok, err)
	}
	lock, err := tryLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	raised := make(chan []string, 1)
	s, err := serve(dir, &recorder{}, func(args []string) { raised <- args }, quiet())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"ipfs://bafy", "two words"}
	if ok, err := RaiseOther(t.Context(), dir, want); !ok || err != nil {
		t.Errorf("RaiseOther = %v, %v", ok, err)
	}
	if got := <-raised; !cmp.Equal(got, want) {
		t.Errorf("raised with %q", got)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	windowless, err := serve(dir, &recorder{}, nil, quiet())
	if err != nil {
		t.Fatal(err)
	}
	var e *services.Error
	if ok, err := RaiseOther(t.Context(), dir, nil); ok || !errors.As(err, &e) || e.Code != services.CodeInUse || e.Reason != "no-window" {
		t.Errorf("an owner without a window: %v, %v", ok, err)
	}
	if err := windowless.stop(); err != nil {
		t.Error(err)
	}
}
