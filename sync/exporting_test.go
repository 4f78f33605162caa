package sync_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/store"
)

// exports is the names of the dated lists.
func (r *rig) exports() []string {
	entries, err := os.ReadDir(filepath.Join(r.dir, store.Exports))
	if err != nil && !os.IsNotExist(err) {
		r.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestExports_OneADayForAWeek(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		a := demo.New(demo.Options{})
		r.connect("one", a)
		r.run()
		time.Sleep(time.Hour)
		if got := r.exports(); len(got) != 0 {
			t.Errorf("a list of nothing was written: %q", got)
		}
		pin := services.Pin{CID: content(1), Name: "a <name>", Meta: map[string]string{"k": "v"}}
		if _, err := a.Add(t.Context(), pin); err != nil {
			t.Fatal(err)
		}
		r.sync()
		time.Sleep(10 * time.Minute)
		got := r.exports()
		if len(got) != 1 || got[0] != time.Now().Format("pins-2006-01-02.json.gz") {
			t.Fatalf("got %q, want today's", got)
		}
		path := filepath.Join(r.dir, store.Exports, got[0])
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("got %v, %v, want it closed to others", info.Mode(), err)
		}
		if line := unpack(t, path); !strings.HasPrefix(line, `{"account":"one","requestid":"`) ||
			!strings.Contains(line, `"cid":"`+content(1).Text+`","name":"a <name>","status":"pinned","created":"2`) ||
			!strings.Contains(line, `"meta":{"k":"v"},"info":{`) || strings.Count(line, "\n") != 1 {
			t.Errorf("got %s", line)
		}
		var older []string
		for day := 1; day <= 8; day++ {
			older = append(older, fmt.Sprintf("pins-1999-12-%02d.json.gz", day))
		}
		for _, name := range append(older, "aaa-my-own.txt") {
			if err := os.WriteFile(filepath.Join(r.dir, store.Exports, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Pause(t.Context(), time.Time{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		want := append([]string{"aaa-my-own.txt"}, older[3:]...)
		want = append(want, got[0], time.Now().Format("pins-2006-01-02.json.gz"))
		if got = r.exports(); !slices.Equal(got, want) {
			t.Errorf("the next day: %q, want %q", got, want)
		}
		if err := r.Set(t.Context(), store.SettingExports, store.ExportsOff); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		if got = r.exports(); !slices.Equal(got, want) {
			t.Errorf("switched off, it wrote: %q", got)
		}
	})
}

func unpack(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestExports_WaitForAFirstListToEnd(t *testing.T) {
	bubble(t, func(t *testing.T, r *rig) {
		r.connect("small", demo.New(demo.Options{Pins: 3}))
		slow := r.connect("slow", demo.New(demo.Options{Pins: 8_000, Latency: 50 * time.Second, MaxLimit: 200}))
		r.run()
		time.Sleep(6 * time.Minute)
		if s := r.state(slow); !s.Reading || s.Seen == 0 {
			t.Fatalf("got %+v, want it half read", r.state(slow))
		}
		if got := r.exports(); len(got) != 0 {
			t.Errorf("half a list was written: %q", got)
		}
		time.Sleep(time.Hour)
		got := r.exports()
		if len(got) != 1 {
			t.Fatalf("got %q, want one", got)
		}
		if n := strings.Count(unpack(t, filepath.Join(r.dir, store.Exports, got[0])), "\n"); n != 8_003 {
			t.Errorf("got %d lines", n)
		}
	})
}
