package kit

import (
	"strings"

	"github.com/pintray/pintray/services"
)

// Said is what an operation or a pin met (store.Operation.LastText,
// store.Mark.Details, store.Need.Details): the engine's and this computer's own
// words become sentences, a service's stay as they are, cleaned. "" stays "".
func Said(text string) string {
	text = strings.TrimSpace(text)
	for _, words := range []func(string) string{asked, HereWord} {
		if w := words(text); w != "" {
			return w
		}
	}
	if strings.HasPrefix(text, "car-") {
		return SourceWord(text)
	}
	return services.Clean(text)
}

// asked is the sentence of what the engine writes where a service said nothing
// of its own; "" of any other.
func asked(word string) string {
	switch word {
	case services.ReasonDuplicate, "already-kept":
		return T("kit.said.duplicate")
	case "already-asked":
		return T("kit.said.asked")
	case services.ReasonChanged:
		return T("kit.said.changed")
	case "not-renamed":
		return T("kit.said.not-renamed")
	case "moved":
		return T("kit.said.moved")
	case "other-cid":
		return T("kit.said.other-cid")
	case "still-there":
		return T("kit.said.still-there")
	case "not-pinned":
		return T("kit.said.not-pinned")
	case "releasing":
		return T("kit.said.releasing")
	case "in-place":
		return T("kit.said.in-place")
	case "incomplete":
		return T("kit.said.incomplete")
	case "uploading", "uploaded":
		return T("kit.said.uploading")
	}
	return ""
}

// HereWord is the sentence of why this computer cannot keep something: a reason
// of package local, or of a file of the person that is not what it was; "" of
// any other.
func HereWord(reason string) string {
	switch reason {
	case "nobody-has-it":
		return T("kit.here.nobody")
	case "timed-out":
		return T("kit.here.deadline")
	case "bad-block":
		return T("kit.here.bad-block")
	case "broken":
		return T("kit.here.broken")
	case "too-large":
		return T("kit.here.too-large")
	case "no-space":
		return T("kit.here.no-space")
	case services.ReasonChanged:
		return T("kit.here.changed")
	case services.ReasonVanished:
		return T("kit.here.vanished")
	case services.ReasonUnreadable, services.ReasonLocked, services.ReasonPlaceholder, services.ReasonSpecial:
		return T("kit.here.unreadable")
	}
	return ""
}
