package services_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/pintray/pintray/services"
)

func TestCodeOf_KnowsEveryKindOfError(t *testing.T) {
	for _, test := range []struct {
		err  error
		want services.Code
	}{
		{nil, ""},
		{&services.Error{Code: services.CodePlan}, services.CodePlan},
		{fmt.Errorf("add: %w", &services.Error{Code: services.CodeAuth}), services.CodeAuth},
		{fmt.Errorf("read: %w", &services.InputError{Kind: services.InputEmpty}), services.CodeInvalid},
		{context.DeadlineExceeded, services.CodeTimeout},
		{fmt.Errorf("list: %w", context.Canceled), services.CodeTimeout},
		{errors.New("odd"), services.CodeInternal},
	} {
		if got := services.CodeOf(test.err); got != test.want {
			t.Errorf("CodeOf(%v): got %q, want %q", test.err, got, test.want)
		}
		e := services.AsError(test.err)
		if test.err == nil {
			if e != nil {
				t.Errorf("AsError(nil): got %v", e)
			}
			continue
		}
		if e.Code != test.want {
			t.Errorf("AsError(%v): got %q, want %q", test.err, e.Code, test.want)
		}
	}
}

func TestError_TextHoldsWhatIsKnown(t *testing.T) {
	cause := errors.New("connection refused")
	for want, e := range map[string]*services.Error{
		"server": {Code: services.CodeServer},
		"list: plan (INSUFFICIENT_FUNDS): Plan full":  {Code: services.CodePlan, Op: "list", Reason: "INSUFFICIENT_FUNDS", Details: "Plan full"},
		"add: unreachable (dns): connection refused":  {Code: services.CodeUnreachable, Op: "add", Reason: "dns", Err: cause},
		"open: storage: no space: connection refused": {Code: services.CodeStorage, Op: "open", Details: "no space", Err: cause},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if !errors.Is(&services.Error{Err: cause}, cause) {
		t.Error("the cause is not reached")
	}
}

func TestError_TemporaryIsWhatPassesByItself(t *testing.T) {
	temporary := map[services.Code]bool{
		services.CodeUnreachable: true, services.CodeTimeout: true, services.CodeLimited: true,
		services.CodeServer: true, services.CodeDecode: true,
	}
	seen := map[services.Code]bool{}
	for _, code := range services.Codes() {
		if seen[code] {
			t.Errorf("%q stands twice", code)
		}
		seen[code] = true
		if got := (&services.Error{Code: code}).Temporary(); got != temporary[code] {
			t.Errorf("%q: got temporary %v", code, got)
		}
	}
}

func TestSecret_PrintsAsDotsEverywhere(t *testing.T) {
	const key = "made-up-key-123"
	s := services.NewSecret(key)
	asJSON, err := json.Marshal(map[string]any{"key": s, "pointer": &s})
	if err != nil {
		t.Fatal(err)
	}
	type holder struct{ Key services.Secret }
	for _, text := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s), fmt.Sprintf("%+v %#v", holder{s}, &holder{s}),
		string(asJSON), s.String(), s.GoString(), fmt.Sprint([]services.Secret{s}),
	} {
		if containsAny(text, key, fmt.Sprintf("%x", key)) {
			t.Errorf("the key shows in %q", text)
		}
	}
	if s.Reveal() != key || s.IsZero() || !(services.Secret{}).IsZero() {
		t.Error("the key is not in it")
	}
}

func TestParseStatus_IsTheWordsOfTheSpec(t *testing.T) {
	for _, s := range services.AllStatuses() {
		if got := services.ParseStatus(s.String()); got != s {
			t.Errorf("got %v, want %v", got, s)
		}
	}
	for _, word := range []string{"", "unknown", "PINNED", "unpinned"} {
		if got := services.ParseStatus(word); got != services.Unknown {
			t.Errorf("%q: got %v, want unknown", word, got)
		}
	}
	if !services.Queued.Pending() || !services.Pinning.Pending() || services.Pinned.Pending() || services.Failed.Pending() {
		t.Error("pending are queued and pinning, and no other")
	}
}
