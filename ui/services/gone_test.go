package services_test

import (
	"testing"

	"github.com/pintray/pintray/ui/kit"
)

func TestGone_WhatIsMissingStaysUntilThePersonSaysSo(t *testing.T) {
	s := open(t, kit.LookDark, 1064, 800)
	s.state.Accounts[0].Missing = 312
	s.Refresh()
	if !shows(s.Content(), "312 items are missing") {
		t.Error("the card does not say it")
	}
	s.look(t, "services-missing-dark")
	s.press(t, "Are they gone?")
	s.look(t, "services-gone-dark")
	s.press(t, "Keep showing")
	if len(s.engine.asked) != 0 {
		t.Errorf("asked %q", s.engine.asked)
	}
	s.Gone(1)
	s.press(t, "They are really gone")
	if got := s.engine.asked; len(got) != 1 || got[0] != "gone" {
		t.Errorf("asked %q", got)
	}
	s.state.Accounts[0].Missing = 0
	s.Gone(1)
	if s.window.Canvas().Overlays().Top() != nil {
		t.Error("it asks about nothing")
	}
}
