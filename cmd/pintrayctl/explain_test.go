package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
)

// madeUpCID is a content ID of nothing anyone has.
func madeUpCID(i int) string {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
	h, err := mh.Encode(sum[:], mh.SHA2_256)
	if err != nil {
		panic(err)
	}
	return cid.NewCidV1(cid.Raw, h).String()
}

func TestExplain_HasASentenceAndANumberForEveryCode(t *testing.T) {
	numbers := make(map[int]services.Code)
	for _, code := range services.Codes() {
		s, ok := codes[code]
		if !ok || s.text == "" || s.hint == "" {
			t.Errorf("%s has no sentence or no hint", code)
		}
		n := exitStatus(code)
		if n == exitDone || n == exitFailed && code != services.CodeInternal {
			t.Errorf("%s has no number of its own", code)
		}
		if other, taken := numbers[n]; taken {
			t.Errorf("%s and %s both exit with %d", code, other, n)
		}
		numbers[n] = code
	}
	known := make(map[services.Code]bool)
	for _, code := range services.Codes() {
		known[code] = true
	}
	for key, s := range reasons {
		code, _, _ := strings.Cut(key, "/")
		if !known[services.Code(code)] || s.text == "" || s.hint == "" {
			t.Errorf("the sentence of %q belongs to no code, or lacks a half", key)
		}
	}
}

func TestExplain_HasASentenceForEveryWayAFileCannotBeRead(t *testing.T) {
	seen := make(map[string]string)
	for _, reason := range []string{
		services.ReasonChanged, services.ReasonVanished, services.ReasonUnreadable, services.ReasonLocked,
		services.ReasonPlaceholder, services.ReasonSpecial,
		services.ReasonEmptyCAR, services.ReasonBrokenCAR, services.ReasonMissingCAR, services.ReasonLargeCAR,
	} {
		p := explain(&services.Error{Code: services.CodeSource, Op: "read", Reason: reason, Details: "/art/a.psd"})
		if other, taken := seen[p.text]; taken || !strings.HasSuffix(p.text, ": /art/a.psd") || p.hint == "" {
			t.Errorf("%s is told as %q (%s), as %s is", reason, p.text, p.hint, other)
		}
		seen[p.text] = reason
	}
	if p := explain(&services.Error{Code: services.CodeSource, Details: "/art/a.psd"}); seen[p.text] != "" {
		t.Errorf("one that nobody knows is told as %q", p.text)
	}
}

func TestExplain_NamesTheAccountAndWhatTheServiceSaid(t *testing.T) {
	err := fmt.Errorf("sync: %w", at("box", &services.Error{Code: services.CodePlan, Details: "only 3 left"}))
	p := explain(err)
	if p.text != "box says your plan is full or unpaid: only 3 left" || p.exit() != 4 {
		t.Errorf("got %q, exit %d", p.text, p.exit())
	}
}

func TestExplain_TellsAnInterruptionFromAFailure(t *testing.T) {
	err := &services.Error{Code: services.CodeTimeout, Err: context.Canceled}
	if p := explain(err); p.exit() != exitInterrupted {
		t.Errorf("got %q, exit %d", p.text, p.exit())
	}
}

func TestSeveral_CountsTheOthers(t *testing.T) {
	err := several([]error{
		at("a", &services.Error{Code: services.CodeAuth}), at("b", &services.Error{Code: services.CodeServer}),
	})
	if p := explain(err); !strings.HasPrefix(p.text, "a ") || !strings.Contains(p.text, "1 more") || p.exit() != 3 {
		t.Errorf("got %q, exit %d", p.text, p.exit())
	}
	if several(nil) != nil || several([]error{errors.ErrUnsupported}) != errors.ErrUnsupported {
		t.Error("none and one are not left as they are")
	}
}

func TestPrintJSON_HidesNothingAndFoolsNoTerminal(t *testing.T) {
	got := string(escapeHidden([]byte("{\"name\":\"a\u202eb\u009bc\U000e0041 ü日\"}\n")))
	want := `{"name":"a\u202eb\u009bc\udb40\udc41 ü日"}` + "\n"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
