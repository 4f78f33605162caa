package kit

import "github.com/pintray/pintray/services"

// explainKeyring says why a key could not be had.
func explainKeyring(e *services.Error) Message {
	again := Message{Action: T("kit.action.key"), Step: StepNewKey}
	say := func(title, hint string) Message {
		again.Title, again.Hint = title, hint
		return again
	}
	switch e.Reason {
	case "locked", "dismissed":
		return Message{Title: T("kit.error.locked"), Hint: T("kit.error.locked.hint"), Action: T("kit.action.unlock"), Step: StepUnlock}
	case "timeout":
		return Message{Title: T("kit.error.keyring-silent"), Hint: T("kit.error.keyring-silent.hint"), Action: T("kit.action.try"), Step: StepRetry}
	case "no-keyring":
		return say(T("kit.error.no-keyring"), T("kit.error.no-keyring.hint"))
	case "missing-entry":
		return say(T("kit.error.missing-entry"), T("kit.error.keyring.hint"))
	case "session-ended":
		return say(T("kit.error.session-ended"), T("kit.error.session-ended.hint"))
	case "empty-key":
		return say(T("kit.error.empty-key"), T("kit.error.empty-key.hint"))
	case "key-characters":
		return say(T("kit.error.key-characters"), T("kit.error.key-again.hint"))
	case "password-characters":
		return say(T("kit.error.password-characters"), T("kit.error.password-characters.hint"))
	case "key-too-long":
		return say(T("kit.error.key-too-long"), T("kit.error.key-again.hint"))
	case "env-unset":
		return say(T("kit.error.env-unset"), T("kit.error.env-unset.hint"))
	case "file-missing":
		return say(T("kit.error.file-missing"), T("kit.error.file-missing.hint"))
	case "file-unreadable":
		return say(T("kit.error.file-unreadable"), T("kit.error.file-unreadable.hint"))
	case "file-open-to-others":
		return say(T("kit.error.file-open"), T("kit.error.file-open.hint"))
	default:
		return say(T("kit.error.keyring"), T("kit.error.keyring.hint"))
	}
}

// explainInUse says what another Pintray has to do with it.
func explainInUse(e *services.Error) Message {
	switch e.Reason {
	case "version":
		return Message{Title: T("kit.error.in-use-version"), Hint: T("kit.error.in-use-version.hint")}
	case "no-answer":
		return Message{Title: T("kit.error.in-use-silent"), Hint: T("kit.error.in-use-silent.hint"), Action: T("kit.action.try"), Step: StepRetry}
	case "owner-gone":
		return Message{Title: T("kit.error.owner-gone"), Hint: T("kit.error.owner-gone.hint")}
	default:
		return Message{Title: T("kit.error.in-use"), Hint: T("kit.error.in-use.hint"), Action: T("kit.action.show-other"), Step: StepOther}
	}
}

// explainUsage says why something asked for makes no sense now.
func explainUsage(e *services.Error, x string) Message {
	switch e.Reason {
	case "name-taken":
		return Message{Title: T("kit.error.name-taken", "x", services.Clean(firstOf(e.Details, x))), Hint: T("kit.error.name-taken.hint")}
	case "no-name":
		return Message{Title: T("kit.error.no-name"), Hint: T("kit.error.no-name.hint")}
	case "name-too-long":
		return Message{Title: T("kit.error.name-too-long"), Hint: T("kit.error.name-too-long.hint")}
	case "two-keys":
		return Message{Title: T("kit.error.two-keys"), Hint: T("kit.error.two-keys.hint")}
	case "already-kept":
		return Message{Title: T("kit.error.already-kept", "x", x), Quiet: true}
	case "already-asked":
		return Message{Title: T("kit.error.already-asked", "x", x), Hint: T("kit.error.already-asked.hint"), Quiet: true}
	case "already-named":
		return Message{Title: T("kit.error.already-named", "x", x), Quiet: true}
	case "not-a-cid":
		return Message{Title: T("kit.error.not-a-cid"), Hint: T("kit.error.not-a-cid.hint")}
	case "closed":
		return Message{Title: T("kit.error.closed"), Hint: T("kit.error.closed.hint"), Quiet: true}
	case "unknown-account":
		return Message{Title: T("kit.error.unknown-account"), Hint: T("kit.error.unknown-account.hint")}
	case "changed":
		return Message{Title: T("kit.error.changed", "x", x), Hint: T("kit.error.changed.hint")}
	default:
		if m, ok := explainRare(e, x); ok {
			return m
		}
		if m, ok := explainFolder(e); ok {
			return m
		}
		return Message{Title: T("kit.error.usage"), Hint: services.Clean(firstOf(e.Details, e.Reason))}
	}
}

// explainRare is what a person meets only where something changed behind the
// screen, with ok false for another reason.
func explainRare(e *services.Error, x string) (m Message, ok bool) {
	switch e.Reason {
	case "waits":
		m = Message{Title: T("kit.error.waits"), Hint: T("kit.error.waits.hint")}
	case "this-computer":
		m = Message{Title: T("kit.error.this-computer"), Hint: T("kit.error.this-computer.hint")}
	case "same-account":
		m = Message{Title: T("kit.error.same-account"), Hint: T("kit.error.same-account.hint")}
	case "copy-from-here":
		m = Message{Title: T("kit.error.copy-from-here"), Hint: T("kit.error.copy-from-here.hint")}
	case "unknown-template":
		m = Message{Title: T("kit.error.no-template"), Hint: T("kit.error.no-template.hint")}
	case "profile", "unknown-profile":
		m = Message{Title: T("kit.error.profile"), Hint: T("kit.error.profile.hint")}
	case "rule":
		m = Message{Title: T("kit.error.rule"), Hint: T("kit.error.rule.hint")}
	case "empty-id":
		m = Message{Title: T("kit.error.empty-id", "x", x), Hint: T("kit.error.empty-id.hint")}
	case "too-many-origins", "too-much-meta":
		m = Message{Title: T("kit.error.too-much"), Hint: T("kit.error.too-much.hint")}
	}
	return m, m.Title != ""
}
