package rig

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

// words are the English words of every screen by their key; of a word with a
// number in it the form for many.
var words = sync.OnceValue(func() map[string]string {
	files, err := filepath.Glob(filepath.Join(Root(), "assets", "translations", "*", "en.json"))
	if err != nil {
		panic("bug: " + err.Error())
	}
	all := make(map[string]string)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			panic("bug: " + err.Error())
		}
		var keys map[string]json.RawMessage
		if err := json.Unmarshal(text, &keys); err != nil {
			panic("bug: " + f + ": " + err.Error())
		}
		for k, v := range keys {
			var one string
			var forms struct {
				Other string `json:"other"`
			}
			if json.Unmarshal(v, &one) != nil && json.Unmarshal(v, &forms) == nil {
				one = forms.Other
			}
			all[k] = one
		}
	}
	return all
})

// Word is what the window says for a key; of a sentence with places to fill in,
// its longest fixed part. So a test says what it looks for, and somebody else
// may put it better.
func Word(key string) string {
	text, ok := words()[key]
	if !ok {
		panic("bug: no word for " + key)
	}
	longest := ""
	for _, part := range placeholder.Split(text, -1) {
		if part = strings.TrimSpace(part); len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}
