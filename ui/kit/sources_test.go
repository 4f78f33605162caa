package kit_test

import (
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/ui/kit"
)

func TestSource_EachReasonHasItsOwnWordsAndSaysWhatWouldHelp(t *testing.T) {
	seen := map[string]string{kit.SourceWord("anything else"): "anything else"}
	for _, reason := range []string{
		services.ReasonChanged, services.ReasonVanished, services.ReasonUnreadable, services.ReasonLocked,
		services.ReasonPlaceholder, services.ReasonSpecial,
		services.ReasonEmptyCAR, services.ReasonBrokenCAR, services.ReasonMissingCAR, services.ReasonLargeCAR,
	} {
		word, hint := kit.SourceWord(reason), kit.SourceHint(reason)
		if other, taken := seen[word]; taken || word == "" || strings.HasPrefix(word, "kit.") {
			t.Errorf("%s is shown as %q, as %s is", reason, word, other)
		}
		seen[word] = reason
		if hint == "" || strings.HasPrefix(hint, "kit.") {
			t.Errorf("%s: nothing is said of what would help: %q", reason, hint)
		}
		m := kit.Explain(&services.Error{Code: services.CodeSource, Reason: reason, Details: "/art/a.psd"}, "")
		if m.Title != "a.psd: "+word+"." || m.Hint != hint {
			t.Errorf("%s is explained as %q, %q", reason, m.Title, m.Hint)
		}
	}
}
