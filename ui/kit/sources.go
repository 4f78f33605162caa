package kit

import (
	"os"
	"path"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// SourceWord says in a few words why a thing of this computer cannot be read,
// for a line that has its name already. reason is a Reason of CodeSource.
func SourceWord(reason string) string {
	switch reason {
	case services.ReasonChanged:
		return T("kit.source.changed")
	case services.ReasonVanished:
		return T("kit.source.vanished")
	case services.ReasonUnreadable:
		return T("kit.source.unreadable")
	case services.ReasonLocked:
		return T("kit.source.locked")
	case services.ReasonPlaceholder:
		return T("kit.source.placeholder")
	case services.ReasonSpecial:
		return T("kit.source.special")
	case services.ReasonEmptyCAR:
		return T("kit.source.car-no-root")
	case services.ReasonBrokenCAR:
		return T("kit.source.car-broken")
	case services.ReasonMissingCAR:
		return T("kit.source.car-missing")
	case services.ReasonLargeCAR:
		return T("kit.source.car-large")
	default:
		return T("kit.source.other")
	}
}

// SourceHint says what would help with it.
func SourceHint(reason string) string {
	switch reason {
	case services.ReasonChanged:
		return T("kit.source.changed.hint")
	case services.ReasonVanished:
		return T("kit.source.vanished.hint")
	case services.ReasonUnreadable:
		return T("kit.source.unreadable.hint")
	case services.ReasonLocked:
		return T("kit.source.locked.hint")
	case services.ReasonPlaceholder:
		return T("kit.source.placeholder.hint")
	case services.ReasonEmptyCAR, services.ReasonBrokenCAR, services.ReasonMissingCAR, services.ReasonLargeCAR:
		return T("kit.source.car.hint")
	default:
		return T("kit.source.other.hint")
	}
}

// explainSource is a failure of CodeSource: what, why, and what would help.
func explainSource(e *services.Error) Message {
	m := Message{Title: SourceWord(e.Reason) + ".", Hint: SourceHint(e.Reason), Action: T("kit.action.try"), Step: StepRetry}
	if name := BaseName(e.Details); name != "" {
		m.Title = T("kit.source.named", "name", name, "why", SourceWord(e.Reason))
	}
	if e.Reason == services.ReasonChanged {
		m.Action, m.Step, m.Quiet = "", StepNone, true
	}
	return m
}

// insideOf is the path, in a folder, of the file that cannot be read.
func insideOf(s store.Source) string {
	if in, ok := strings.CutPrefix(s.Unread, services.Clean(string(s.Path))); ok && in != "" && os.IsPathSeparator(in[0]) {
		return in[1:]
	}
	return BaseName(s.Unread)
}

// Tilde is a path for show, from "~" on where it is in the person's own folder.
// home is that folder, "" where nobody knows it.
func Tilde(p, home string) string {
	if in, ok := strings.CutPrefix(p, home); ok && home != "" && (in == "" || os.IsPathSeparator(in[0])) {
		p = "~" + in
	}
	return services.Clean(p)
}

// BaseName is the last part of a path, cleaned for show; "" for none.
func BaseName(p string) string {
	p = strings.TrimRight(strings.ReplaceAll(p, `\`, "/"), "/")
	if p == "" {
		return ""
	}
	return services.Clean(path.Base(p))
}
