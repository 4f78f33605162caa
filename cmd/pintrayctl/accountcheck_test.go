package main

import (
	"testing"

	"github.com/pintray/pintray/services"
)

func TestCheck_HasWordsForEveryFact(t *testing.T) {
	for _, f := range services.Facts() {
		if factWords[f] == "" {
			t.Errorf("no words for %q", f)
		}
	}
	if len(factWords) != len(services.Facts()) {
		t.Errorf("got words for %d facts, want %d", len(factWords), len(services.Facts()))
	}
}
