package psa_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// addRecorded seeds a fuzz test with the bodies of the recorded answers.
func addRecorded(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/quirks/*.http")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for i := range text {
			if i >= 4 && string(text[i-4:i]) == "\r\n\r\n" {
				f.Add(200, string(text[i:]))
				f.Add(404, string(text[i:]))
				break
			}
		}
	}
}

func FuzzClient_TakesAnyAnswer(f *testing.F) {
	addRecorded(f)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			return
		}
		c := over(t, answer(status, body))
		page, err := c.List(t.Context(), services.Query{})
		checkError(t, err)
		if page.Count < 0 {
			t.Errorf("got count %d", page.Count)
		}
		for _, st := range page.Results {
			checkStatus(t, st)
		}
		st, err := c.Add(t.Context(), knownPin)
		checkError(t, err)
		if err == nil && st.RequestID == "" {
			t.Error("an add without a requestid")
		}
		checkStatus(t, st)
		checkError(t, c.Delete(t.Context(), "r1"))
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	e, ok := err.(*services.Error)
	if !ok || e.Code == "" || e.Op == "" || len(e.Details) > 512 || len(e.Reason) > 100 ||
		!utf8.ValidString(e.Details) || services.Clean(e.Details) != e.Details {
		t.Errorf("got %#v", err)
	}
}

func checkStatus(t *testing.T, st services.PinStatus) {
	t.Helper()
	if len(st.RequestID) > 512 || len(st.Pin.CID.Text) > 256 || len(st.Pin.Name) > 1024 || len(st.Delegates) > 20 ||
		len(st.Pin.Origins) > 20 || len(st.Pin.Meta) > services.MaxMeta || len(st.Info) > services.MaxMeta ||
		!utf8.ValidString(st.RequestID+st.Pin.Name) {
		t.Errorf("got %+v", st)
	}
}

func FuzzClient_TakesAnyWait(f *testing.F) {
	f.Add("5", "6", "Mon, 06 May 2024 07:08:09 GMT")
	f.Add("Mon, 06 May 2024 07:08:09 GMT", "1714979319", "")
	f.Add("-Inf", "1e400", "x")
	f.Fuzz(func(t *testing.T, after, reset, date string) {
		_, err := over(t, answer(http.StatusTooManyRequests, "", "Retry-After", after, "X-Ratelimit-Reset", reset, "Date", date)).
			Get(t.Context(), "r1")
		e := services.AsError(err)
		if e == nil || e.RetryAfter < 0 || e.RetryAfter > 3600e9 || (e.RetryAfter > 0 && e.RetryAfter < 1e9) {
			t.Errorf("got %+v", e)
		}
	})
}
