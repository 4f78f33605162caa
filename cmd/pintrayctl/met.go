package main

import (
	"strconv"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/sync/local"
)

// words are the sentences of what the engine writes of an operation
// (store.Operation.LastText), and this computer of a pin, where no service said
// anything of its own. {who} is the account's name, {op} the operation's number.
var words = map[string]sentence{
	services.ReasonDuplicate: {"{who} says that it keeps this already", "it is looked for there; see: pintrayctl activity --open"},
	"already-kept":           {"{who} already keeps this", "nothing needs to be done"},
	"already-asked":          {"{who} was asked for this before", "nothing needs to be done"},
	"not-renamed":            {"{who} makes no second pin of the same content, so that the new name has no pin; the old one is untouched", "have the pin itself renamed: pintrayctl retry {op}; or leave it: pintrayctl cancel {op}"},
	"other-cid":              {"{who} took it, and says that it keeps another content ID", "tell the service; see what it has with: pintrayctl sync, and leave this: pintrayctl cancel {op}"},
	"still-there":            {"{who} says that it deleted this, and still has it", "try again: pintrayctl retry {op}; or leave it: pintrayctl cancel {op}"},
	"not-pinned":             {"the new pin at {who} is not pinned, so that both are kept", "try again: pintrayctl retry {op}; or take the new one back: pintrayctl cancel {op}"},
	"releasing":              {"the new pin at {who} is pinned, and the old one is being let go of", "try again: pintrayctl retry {op}"},
	"in-place":               {"{who} is asked to change the pin itself", "try again: pintrayctl retry {op}"},
	services.ReasonChanged:   {"the pin at {who} is not what it was any more", "look again with: pintrayctl sync, then pintrayctl ls; it is taken back with: pintrayctl cancel {op}"},
	"incomplete":             {"{who} never shows all it keeps, so nobody can tell whether it took this", "look on the service's own page; if it is not there: pintrayctl retry {op}"},
	"moved":                  {"this data folder was put back or copied since, so this may be done at {who} already, or not be wanted any more", "if it still is: pintrayctl retry {op}; if not: pintrayctl cancel {op}"},
	"uploading":              {"the content was being sent to {who}", "it goes on with: pintrayctl retry {op}"},
	"uploaded":               {"{who} took the content and has not named its pin yet", "it is looked for; see: pintrayctl activity --open"},
	services.ReasonDropped:   {"the answer of {who} was lost", "it is looked for there; see: pintrayctl activity --open"},

	local.ReasonNobody:   {"nobody who has it could be reached", "name a machine that has it with --origin, or ask again later"},
	local.ReasonDeadline: {"not all of it came in a day", "name a machine that has it with --origin, or ask again later"},
	local.ReasonBadBlock: {"who was asked sent something else", "name a machine that has it with --origin, or ask again later"},
	local.ReasonBroken:   {"a part of it is not what its ID says, or of an unknown kind", "keep it on a service that takes it"},
	local.ReasonTooLarge: {"it is too large for this computer", "keep it on a service"},
	local.ReasonNoSpace:  {"too little room is left on the disk", "make room, or keep it on a service"},
}

// wordText is what an operation or a pin met in words: ours, or the service's own
// as they are.
func wordText(who, text string) string {
	if s, ours := words[text]; ours {
		return strings.ReplaceAll(s.text, "{who}", who)
	}
	return text
}

// met is what an open operation met, as a failure in the words of a person; nil
// where it met nothing. taken: the service takes the key for other calls.
func met(who string, op store.Operation, taken bool) *problem {
	s, ours := words[op.LastText]
	fill := func(text string) string {
		return strings.NewReplacer("{who}", who, "{op}", strconv.FormatInt(int64(op.ID), 10)).Replace(text)
	}
	switch {
	case op.LastCode == "" && !ours:
		return nil
	case op.LastCode == services.CodeSource, !ours:
		why := &services.Error{Code: op.LastCode, Details: op.LastText}
		if op.LastCode == services.CodeSource {
			why.Reason, why.Details = op.LastText, op.Pin.Name
		}
		if taken {
			why.Op = string(op.Kind)
		}
		p := *explain(at(who, why))
		p.hint += fill("; it is kept as operation {op}; try again with: pintrayctl retry {op}")
		return &p
	case op.LastCode == "":
		return &problem{code: services.CodeTimeout, text: fill(s.text), hint: fill("it goes on while Pintray runs; or now with: pintrayctl retry {op}")}
	}
	p := problem{code: op.LastCode, text: fill(s.text), hint: fill(s.hint)}
	switch op.LastCode {
	case services.CodeInvalid, services.CodeUsage, services.CodeDecode: // the word is all there is to say
	default:
		p.text += ": " + explain(at(who, &services.Error{Code: op.LastCode})).text
	}
	return &p
}

// pausedProblem is why nothing is sent to an account.
func pausedProblem(name, what string) *problem {
	return &problem{
		code: services.CodeUsage, text: name + " is paused: " + what,
		hint: "go on with it: pintrayctl accounts edit " + strconv.Quote(name) + " --resume",
	}
}
