package psa_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pintray/pintray/services"
)

// FuzzClient_ReadsTheWordsOfTheSpecLikeAnyOthers holds what reads an answer in
// the words of the spec against what reads one with a word of its own.
func FuzzClient_ReadsTheWordsOfTheSpecLikeAnyOthers(f *testing.F) {
	addRecorded(f)
	for _, body := range []string{
		`{"count":2,"results":[{"requestid":"r1","status":"pinned","created":"2026-01-02T03:04:05.678Z","pin":{"cid":"` + knownPin.CID.Text + `",` +
			`"name":"Anna \u0026 Tom \"ü\"","origins":["/dns4/a/tcp/1"],"meta":{"a":"b","c":"\ud83d\ude00"}},"delegates":["/dns4/x/tcp/1",""],"info":{"dag_size":"7"}},` +
			`{"requestid":"r2","status":"QUEUED","pin":{"cid":"no CID","meta":{}},"delegates":[],"info":{"a":"1","a":"2"}}]}`,
		" {\n\t\"results\" : [ ] , \"count\" : 0 }\r\n", `{"count":01,"results":[{"requestid":"r"}]}`, `{"results":[{"requestid":"r"}]} x`,
		"{\"results\":[{\"requestid\":\"a\xffb\"}]}", "{\"results\":[{\"requestid\":\"a\nb\"}]}", `{"results":[{"requestid":"a\xb"}]}`,
		`{"results":[{"requestid":"r","pin":{"cid":"a"},"pin":{"name":"b"}},]}`, `{"results":[{"requestid":"r","requestid":null}]}`,
		`{"results":[{"requestid":"r"}],"results":[{"requestid":"s"}]}`, `{"results":[{"requestid":"r"}],"Results":[{"status":"queued"}]}`,
	} {
		f.Add(200, body)
	}
	f.Fuzz(func(t *testing.T, _ int, body string) {
		if len(body) < 2 || body[0] != '{' {
			return
		}
		list := func(body string) (services.Page, error) {
			return over(t, answer(http.StatusOK, body)).List(t.Context(), services.Query{})
		}
		plain, err := list(body)
		other, otherErr := list(`{"more":0,` + body[1:])
		if len(plain.Results)+len(other.Results) == 0 {
			return // {} is no answer, and {"more":0,} no JSON
		}
		if services.CodeOf(err) != services.CodeOf(otherErr) {
			t.Errorf("got %v, %v", err, otherErr)
		}
		if d := cmp.Diff(other, plain); d != "" {
			t.Error(d)
		}
	})
}
