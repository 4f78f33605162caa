package items

import (
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

// why is what a place says of a pin it could not keep: a service in its own
// words, this computer in ours.
func why(m store.Mark) string {
	if m.Local {
		if said := hereSays(m.Details); said != "" {
			return said
		}
	}
	return services.Clean(strings.TrimSpace(m.Details))
}

// hereSays is the sentence of a reason of package local, or of a file of the
// person that is not what it was; "" of any other.
func hereSays(reason string) string {
	switch reason {
	case "nobody-has-it":
		return kit.T("items.here.nobody")
	case "timed-out":
		return kit.T("items.here.deadline")
	case "bad-block":
		return kit.T("items.here.bad-block")
	case "broken":
		return kit.T("items.here.broken")
	case "too-large":
		return kit.T("items.here.too-large")
	case "no-space":
		return kit.T("items.here.no-space")
	case services.ReasonChanged:
		return kit.T("items.here.changed")
	case services.ReasonVanished:
		return kit.T("items.here.vanished")
	case services.ReasonUnreadable, services.ReasonLocked, services.ReasonPlaceholder, services.ReasonSpecial:
		return kit.T("items.here.unreadable")
	}
	return ""
}
