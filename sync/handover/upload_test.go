package handover_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/sync/handover"
)

const (
	madeUpKey = "made-up.key_of-the-tests"
	rootV1    = "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
	rootV0    = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"
	asRaw     = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
	otherCID  = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
)

// car is a CAR of random bytes; what stands in it is nobody's business here.
func car(t testing.TB, size int) (handover.CAR, []byte) {
	t.Helper()
	content := make([]byte, size)
	_, _ = rand.Read(content)
	root, err := services.ParseCID(rootV1)
	if err != nil {
		t.Fatal(err)
	}
	return handover.CAR{
		Root: root, Name: `a "name".txt`, Size: int64(size),
		Open: func(context.Context) (handover.Reading, error) {
			return lent{io.NopCloser(bytes.NewReader(content))}, nil
		},
	}, content
}

// lent lends what is read into a buffer of its own.
type lent struct{ io.ReadCloser }

func (l lent) Lend(most int) ([]byte, error) {
	some := make([]byte, most)
	n, err := l.Read(some)
	return some[:n], err
}

// upload is a service that takes CARs; its answer is what the test says.
type upload struct {
	*httptest.Server
	calls    atomic.Int64
	complete atomic.Int64 // forms that came to their end
}

// newUpload starts a server. each is called with every request, before its
// body is read by anyone; nil answers what answer says.
func newUpload(t testing.TB, each http.HandlerFunc) *upload {
	t.Helper()
	s := new(upload)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.calls.Add(1)
		each(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// take reads a whole form and says what stood in it.
func (s *upload) take(r *http.Request) (fields [][2]string, file []byte, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, nil, err
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			s.complete.Add(1)
			return fields, file, nil
		}
		if err != nil {
			return nil, nil, err
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, err
		}
		if part.FormName() == "file" {
			file = text
			fields = append(fields, [2]string{"file", part.FileName() + " " + part.Header.Get("Content-Type")})
			continue
		}
		fields = append(fields, [2]string{part.FormName(), string(text)})
	}
}

func uploader(t testing.TB, kind, url string) handover.Uploader {
	t.Helper()
	u, err := handover.NewUploader(services.Upload{Kind: kind, URL: url}, "https://pins.example.org/psa", services.NewSecret(madeUpKey), "pintray/test")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// good is what each kind answers to a CAR it took.
var good = map[string]string{
	"kubo": `{"Root":{"Cid":{"/":"` + rootV1 + `"},"PinErrorMsg":""}}
{"Stats":{"BlockCount":5,"BlockBytesCount":1000}}
`,
	"pinata":       `{"data":{"id":"0190","name":"x","cid":"` + rootV1 + `","size":9,"is_duplicate":null}}`,
	"functionland": `{"requestid":"r-1","status":"queued","created":"2026-11-20T10:00:00Z","pin":{"cid":"` + rootV1 + `","name":"n","meta":{"a":"b"}},"delegates":["/ip4/203.0.113.1/tcp/1/p2p/x"]}`,
}

func TestUpload_HasTheShapeOfEachService(t *testing.T) {
	file := [2]string{"file", rootV1 + ".car application/vnd.ipld.car"}
	for kind, want := range map[string]struct {
		path   string
		fields [][2]string
	}{
		"kubo":         {"/api/v0/dag/import?pin-roots=true", [][2]string{file}},
		"pinata":       {"/v3/files", [][2]string{{"network", "public"}, {"name", `a "name".txt`}, {"car", "true"}, file}},
		"functionland": {"/pins/import/car", [][2]string{{"name", `a "name".txt`}, file}},
	} {
		t.Run(kind, func(t *testing.T) {
			c, content := car(t, 3<<20)
			var sent int64
			c.Sent = func(n int64) { sent = n }
			var s *upload
			s = newUpload(t, func(w http.ResponseWriter, r *http.Request) {
				fields, file, err := s.take(r)
				if err != nil || !bytes.Equal(file, content) {
					t.Errorf("got %d bytes, %v, want the CAR", len(file), err)
				}
				if diff := cmp.Diff(fields, want.fields); diff != "" {
					t.Errorf("fields (-got +want):\n%s", diff)
				}
				got := []string{r.Method, r.RequestURI, r.Header.Get("Authorization"), r.UserAgent(), strings.Join(r.TransferEncoding, "")}
				if diff := cmp.Diff(got, []string{"POST", want.path, "Bearer " + madeUpKey, "pintray/test", ""}); diff != "" {
					t.Errorf("call (-got +want):\n%s", diff)
				}
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, good[kind])
			})
			done, err := uploader(t, kind, s.URL).Upload(t.Context(), c)
			if err != nil || done.Root.Key != c.Root.Key || sent != c.Size {
				t.Fatalf("got %+v, %v, %d bytes told", done, err, sent)
			}
			if (done.Pin != nil) != (kind == "functionland") {
				t.Errorf("pin: %+v", done.Pin)
			}
		})
	}
}

func TestUpload_ReadsTheAnswer(t *testing.T) {
	invalid, decode, server := services.CodeInvalid, services.CodeDecode, services.CodeServer
	for name, tt := range map[string]struct {
		kind, body string
		code       services.Code
		reason     string
	}{
		"version 0 of the same root":      {"kubo", `{"Root":{"Cid":{"/":"` + rootV0 + `"}}}`, "", ""},
		"the same hash, another codec":    {"kubo", `{"Root":{"Cid":{"/":"` + asRaw + `"}}}`, invalid, handover.ReasonOtherCID},
		"another root":                    {"kubo", `{"Root":{"Cid":{"/":"` + otherCID + `"}}}`, invalid, handover.ReasonOtherCID},
		"another root, then ours":         {"kubo", `{"Root":{"Cid":{"/":"` + otherCID + `"}}}` + "\n" + good["kubo"], "", ""},
		"figures only":                    {"kubo", `{"Stats":{"BlockCount":1}}`, decode, "no-cid"},
		"nothing":                         {"kubo", ``, decode, "no-cid"},
		"no JSON":                         {"kubo", `fine`, decode, "no-cid"},
		"a root it could not pin":         {"kubo", `{"Root":{"Cid":{"/":"` + rootV1 + `"},"PinErrorMsg":"block was not found"}}`, server, "pin"},
		"an error in the stream":          {"kubo", good["kubo"] + `{"Message":"unexpected EOF","Code":0,"Type":"error"}`, "", ""},
		"an error before any root":        {"kubo", `{"Message":"unexpected EOF","Code":0,"Type":"error"}`, server, "stream"},
		"pinata's chunking made another":  {"pinata", `{"data":{"cid":"` + otherCID + `"}}`, invalid, handover.ReasonOtherCID},
		"pinata without a CID":            {"pinata", `{"data":{}}`, decode, "no-cid"},
		"pinata in another shape":         {"pinata", `["` + rootV1 + `"]`, decode, "no-cid"},
		"functionland without a pin":      {"functionland", `{"requestid":"r"}`, decode, "no-cid"},
		"functionland, another CID":       {"functionland", `{"requestid":"r","pin":{"cid":"` + otherCID + `"}}`, invalid, handover.ReasonOtherCID},
		"a web page with a good status":   {"pinata", `<!doctype html><title>Welcome</title>`, services.CodeNotAPI, "html"},
		"functionland, odd other fields":  {"functionland", `{"requestid":7,"status":1,"created":0,"pin":{"cid":"` + rootV0 + `","name":null}}`, "", ""},
		"an answer without end in sight":  {"pinata", `{"data":{"x":"` + strings.Repeat("x", 2<<20) + `"}}`, decode, "too-large"},
		"pinata, the CID in version zero": {"pinata", `{"data":{"cid":"` + rootV0 + `"}}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := car(t, 1000)
			var s *upload
			s = newUpload(t, func(w http.ResponseWriter, r *http.Request) {
				_, _, _ = s.take(r)
				_, _ = io.WriteString(w, tt.body)
			})
			done, err := uploader(t, tt.kind, s.URL).Upload(t.Context(), c)
			if services.CodeOf(err) != tt.code {
				t.Fatalf("got %+v, %v, want code %q", done, err, tt.code)
			}
			if err != nil && services.AsError(err).Reason != tt.reason {
				t.Errorf("got %v, want reason %q", err, tt.reason)
			}
		})
	}
}

func TestUpload_TellsThePinThatWasThereBefore(t *testing.T) {
	c, _ := car(t, 1000)
	var s *upload
	s = newUpload(t, func(w http.ResponseWriter, r *http.Request) {
		_, _, _ = s.take(r)
		_, _ = io.WriteString(w, `{"requestid":"of-long-ago","status":"PINNED","created":"2025-01-02T03:04:05.678Z","pin":{"cid":"`+rootV1+`","name":"its old name","meta":{"k":"v"}},"delegates":[]}`)
	})
	done, err := uploader(t, "functionland", s.URL).Upload(t.Context(), c)
	if err != nil || done.Pin == nil {
		t.Fatalf("got %+v, %v", done, err)
	}
	want := services.PinStatus{
		RequestID: "of-long-ago", Status: services.Pinned, Created: time.Date(2025, 1, 2, 3, 4, 5, 678e6, time.UTC),
		Pin: services.Pin{CID: c.Root, Name: "its old name", Meta: map[string]string{"k": "v"}}, Delegates: []string{},
	}
	if diff := cmp.Diff(*done.Pin, want); diff != "" {
		t.Errorf("pin (-got +want):\n%s", diff)
	}
}

func TestUpload_NamesWhatWentWrong(t *testing.T) {
	for name, tt := range map[string]struct {
		status       int
		header, body string
		code         services.Code
		reason       string
		details      string
		wait         time.Duration
	}{
		"no such call":               {404, "", `404 page not found`, services.CodeInvalid, handover.ReasonNoUpload, "404 page not found", 0},
		"wrong method":               {405, "", ``, services.CodeInvalid, handover.ReasonNoUpload, "Method Not Allowed", 0},
		"no CARs":                    {415, "", `{"error":"multipart only"}`, services.CodeInvalid, handover.ReasonNoUpload, "multipart only", 0},
		"no such call, as a page":    {404, "Content-Type: text/html", `<title>Not Found</title>`, services.CodeInvalid, handover.ReasonNoUpload, "Not Found", 0},
		"key refused":                {401, "", `{"error":{"reason":"UNAUTHORIZED","details":"who are you"}}`, services.CodeAuth, "UNAUTHORIZED", "who are you", 0},
		"key may not":                {403, "", `{"error":{"code":"NO_SCOPES","message":"scopes missing"}}`, services.CodeAuth, "NO_SCOPES", "scopes missing", 0},
		"plan may not":               {403, "", `{"error":{"message":"upgrade your plan"}}`, services.CodePlan, "", "upgrade your plan", 0},
		"no credits":                 {402, "", `{"error":{"reason":"INSUFFICIENT_CREDITS"}}`, services.CodePlan, "INSUFFICIENT_CREDITS", "Payment Required", 0},
		"too fast":                   {429, "Retry-After: 90", ``, services.CodeLimited, "", "Too Many Requests", 90 * time.Second},
		"kubo's own error":           {500, "", `{"Message":"context canceled","Code":0,"Type":"error"}`, services.CodeServer, "", "context canceled", 0},
		"busy":                       {503, "Retry-After: 5", `{"message":"later"}`, services.CodeServer, "", "later", 5 * time.Second},
		"its own backend failed":     {424, "", `{}`, services.CodeServer, "", "Failed Dependency", 0},
		"moved":                      {307, "Location: https://elsewhere.example.org/x", ``, services.CodeNotAPI, "redirect", "https://elsewhere.example.org/x", 0},
		"too large":                  {413, "", `{"error":{"message":"10 GB at most"}}`, services.CodeInvalid, "too-large", "10 GB at most", 0},
		"refused":                    {400, "", `{"error":{"reason":"INVALID_CAR","details":"two roots"}}`, services.CodeInvalid, "INVALID_CAR", "two roots", 0},
		"a page of somebody else":    {400, "", `<html><title>Bad</title>`, services.CodeNotAPI, "html", "Bad", 0},
		"the key in the answer":      {400, "", `{"error":{"message":"bad header Bearer ` + madeUpKey + `"}}`, services.CodeInvalid, "", "bad header Bearer ••••", 0},
		"what nobody should be told": {400, "", "{\"error\":{\"message\":\"a\\u202eb\\nc\"}}", services.CodeInvalid, "", "a\uFFFDb c", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := car(t, 8<<20)
			var sent int64
			c.Sent = func(n int64) { sent = n }
			s := newUpload(t, func(w http.ResponseWriter, _ *http.Request) {
				if k, v, ok := strings.Cut(tt.header, ": "); ok {
					w.Header().Set(k, v)
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			_, err := uploader(t, "pinata", s.URL).Upload(t.Context(), c)
			e := services.AsError(err)
			if e == nil || e.Code != tt.code || e.Reason != tt.reason || e.Details != tt.details || e.RetryAfter != tt.wait || e.HTTP != tt.status {
				t.Errorf("got %+v, want %+v", e, tt)
			}
			if s.calls.Load() != 1 {
				t.Errorf("asked %d times", s.calls.Load())
			}
			if sent > 0 {
				t.Errorf("sent %d bytes to a service that did not want them", sent)
			}
			if strings.Contains(fmt.Sprintf("%v %+v", err, e), madeUpKey) {
				t.Error("the key stands in the error")
			}
		})
	}
}

func TestUpload_SeesAnErrorAfterTheHeader(t *testing.T) {
	c, _ := car(t, 1000)
	var s *upload
	s = newUpload(t, func(w http.ResponseWriter, r *http.Request) {
		_, _, _ = s.take(r)
		w.Header().Set("Trailer", "X-Stream-Error")
		_, _ = io.WriteString(w, good["kubo"])
		w.(http.Flusher).Flush()
		w.Header().Set("X-Stream-Error", "disk full")
	})
	_, err := uploader(t, "kubo", s.URL).Upload(t.Context(), c)
	if e := services.AsError(err); e == nil || e.Code != services.CodeServer || e.Details != "disk full" {
		t.Errorf("got %v, want what the trailer says", err)
	}
}

func TestNewUploader_RefusesWhatWouldBetrayTheKey(t *testing.T) {
	key := services.NewSecret(madeUpKey)
	for name, tt := range map[string]struct {
		u        services.Upload
		endpoint string
		key      services.Secret
		reason   string
	}{
		"plain http":              {services.Upload{Kind: "kubo", URL: "http://rpc.example.org"}, "", key, "plain-http"},
		"plain http, own":         {services.Upload{Kind: "functionland"}, "http://pins.example.org", key, "plain-http"},
		"no address":              {services.Upload{Kind: "kubo"}, "", key, "no-host"},
		"an unknown kind":         {services.Upload{Kind: "carrier pigeon"}, "https://pins.example.org", key, "upload-kind"},
		"a key no header carries": {services.Upload{Kind: "kubo"}, "https://pins.example.org", services.NewSecret("a\r\nb"), "key"},
	} {
		_, err := handover.NewUploader(tt.u, tt.endpoint, tt.key, "")
		if e := services.AsError(err); e == nil || e.Code != services.CodeInvalid || e.Reason != tt.reason {
			t.Errorf("%s: got %v, want reason %q", name, err, tt.reason)
		}
	}
}
