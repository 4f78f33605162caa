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
		if said := kit.HereWord(m.Details); said != "" {
			return said
		}
	}
	return services.Clean(strings.TrimSpace(m.Details))
}
