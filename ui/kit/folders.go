package kit

import "github.com/pintray/pintray/services"

// FolderWord says in a few words what a watched folder waits for. reason is
// store.Folder.Reason, n its Waiting.
func FolderWord(reason string, n int64) string {
	switch reason {
	case "missing":
		return T("kit.folder.waits.missing")
	case "emptied":
		return N("kit.folder.waits.emptied", n)
	case "replaced":
		return T("kit.folder.waits.replaced")
	case "burst":
		return N("kit.folder.waits.burst", n)
	case "unreadable":
		return T("kit.folder.waits.unreadable")
	case "no-account":
		return T("kit.folder.waits.no-account")
	default:
		return T("kit.folder.waits.other")
	}
}

// explainFolder says why a folder can't be watched as it was asked, with ok
// false for another reason.
func explainFolder(e *services.Error) (m Message, ok bool) {
	say := func(title, hint string) (Message, bool) { return Message{Title: title, Hint: hint}, true }
	switch e.Reason {
	case "home":
		return say(T("kit.folder.home"), T("kit.folder.inside-it"))
	case "homes":
		return say(T("kit.folder.homes"), T("kit.folder.inside-it"))
	case "system":
		return say(T("kit.folder.system"), T("kit.folder.other"))
	case "root":
		return say(T("kit.folder.root"), T("kit.folder.inside-it"))
	case "downloads":
		return say(T("kit.folder.downloads"), T("kit.folder.inside-it"))
	case "private":
		return say(T("kit.folder.private"), T("kit.folder.other"))
	case "not-absolute":
		return say(T("kit.folder.not-absolute"), "")
	case "data-folder":
		return say(T("kit.folder.data"), T("kit.folder.other"))
	case "inside":
		return say(T("kit.folder.inside"), T("kit.folder.inside.hint"))
	case "contains":
		return say(T("kit.folder.contains"), T("kit.folder.contains.hint"))
	case "watched":
		return say(T("kit.folder.watched"), T("kit.folder.watched.hint"))
	case "not-a-folder":
		return say(T("kit.folder.none"), T("kit.folder.other"))
	case "unreadable":
		return say(T("kit.folder.unreadable"), T("kit.folder.unreadable.hint"))
	case "pattern":
		return say(T("kit.folder.pattern", "pattern", services.Clean(e.Details)), T("kit.folder.pattern.hint"))
	case "consent":
		return say(T("kit.folder.consent"), T("kit.folder.consent.hint"))
	case "no-account":
		return say(T("kit.folder.no-account"), "")
	case "missing":
		return say(T("kit.folder.missing"), T("kit.folder.missing.hint"))
	case "not-waiting":
		m, ok = say(T("kit.folder.not-waiting"), "")
		m.Quiet = true
		return m, ok
	case "unknown-folder":
		return say(T("kit.folder.unknown"), "")
	}
	return m, false
}
