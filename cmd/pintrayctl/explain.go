package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// problem is a failure in the words of a person: what happened, and what to do.
type problem struct {
	code   services.Code
	text   string
	hint   string
	status int // exit status where no code has it
}

func (p *problem) Error() string { return p.text }

func (p *problem) exit() int {
	if p.status != 0 {
		return p.status
	}
	return exitStatus(p.code)
}

// wrong is wrong use of the command line.
func wrong(hint, format string, args ...any) error {
	return &problem{code: services.CodeUsage, text: fmt.Sprintf(format, args...), hint: hint}
}

// atAccount is a failure of one account, which its sentence names.
type atAccount struct {
	name string
	err  error
}

func (a *atAccount) Error() string { return a.name + ": " + a.err.Error() }
func (a *atAccount) Unwrap() error { return a.err }

// at names the account an error belongs to; nil stays nil.
func at(name string, err *services.Error) error {
	if err == nil {
		return nil
	}
	return &atAccount{name: name, err: err}
}

// several makes one error of many: the first, with how many more there are.
func several(errs []error) error {
	switch len(errs) {
	case 0:
		return nil
	case 1:
		return errs[0]
	}
	first := *explain(errs[0])
	first.text += fmt.Sprintf(" (and %d more failed)", len(errs)-1)
	return &first
}

// explain finds the sentence of any error.
func explain(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	if errors.Is(err, context.Canceled) {
		return &problem{text: "stopped", hint: "what was already written down is kept; see: pintrayctl activity --open", status: exitInterrupted}
	}
	var in *services.InputError
	if errors.As(err, &in) {
		return explainInput(in)
	}
	who := "the service"
	var a *atAccount
	if errors.As(err, &a) {
		who = a.name
	}
	return explainError(who, services.AsError(err))
}

func explainError(who string, e *services.Error) *problem {
	if _, ours := reasons[string(e.Code)+"/"+e.Details]; ours && e.Reason == "" && e.Details != "" {
		said := *e // an operation has its reason where a service's own words would be
		said.Reason, said.Details = e.Details, ""
		e = &said
	}
	s, ok := reasons[string(e.Code)+"/"+e.Reason]
	if e.Code == services.CodeAuth && e.Reason == "" && e.Op == string(store.OpAdd) && e.HTTP != http.StatusUnauthorized {
		s, ok = reasons["auth/read-only"], true
	}
	if !ok {
		s, ok = codes[e.Code]
	}
	if !ok {
		s = codes[services.CodeInternal]
	}
	text := strings.ReplaceAll(s.text, "{who}", who)
	hint := strings.ReplaceAll(s.hint, "{who}", who)
	switch {
	case e.Code == services.CodeSource && e.Details != "":
		text += ": " + e.Details + sourceCause(e)
	case e.Details != "":
		text += ": " + e.Details
	case e.Code == services.CodeInternal && e.Err != nil, e.Code == services.CodeStorage && e.Err != nil:
		text += ": " + e.Err.Error()
	case e.Code == services.CodeServer && e.HTTP != 0:
		text += fmt.Sprintf(" (HTTP %d)", e.HTTP)
	case e.Code == services.CodeInvalid && e.Reason != "" && !strings.Contains(text, e.Reason) && !isOurs(e):
		text += ": " + e.Reason
	}
	if e.RetryAfter > 0 {
		hint = fmt.Sprintf("try again in %s; %s", e.RetryAfter.Round(1e9), hint)
	}
	return &problem{code: e.Code, text: text, hint: hint}
}

// nameCopy has the hint of a damaged user.db name the copy there is in dir.
func (p *problem) nameCopy(err error, dir string) {
	var e *services.Error
	if !errors.As(err, &e) || e.Code != services.CodeStorage || e.Reason != "damaged" {
		return
	}
	if copied := boot.Copy(dir); copied != "" {
		p.hint = fmt.Sprintf("move user.db, user.db-wal and user.db-shm away and rename the youngest copy, %s, to user.db", copied)
	}
}

// isOurs reports whether the refusal is one of our own checks, with its own sentence.
func isOurs(e *services.Error) bool {
	_, ok := reasons[string(e.Code)+"/"+e.Reason]
	return ok
}

func explainInput(in *services.InputError) *problem {
	p := &problem{code: services.CodeInvalid}
	switch in.Kind {
	case services.InputEmpty:
		p.text, p.hint = "no content ID was given", "give a content ID (bafy... or Qm...), an ipfs:// link or a gateway link"
	case services.InputIPNS:
		p.text = fmt.Sprintf("%q is an IPNS name, whose content can change", in.Text)
		p.hint = "only a content ID can be kept; look up what the name points to now, and give that"
	case services.InputInside:
		p.text = fmt.Sprintf("%q points at something inside a folder", in.Text)
		p.hint = "services keep whole content IDs only; to keep the folder, give " + in.CID.Text
	default:
		p.text = fmt.Sprintf("%q is not a complete content ID (character %d)", in.Text, in.At)
		p.hint = "paste it again, whole: it begins with bafy... or Qm..."
	}
	return p
}

// sentence is what happened and what to do; {who} is the account's name.
type sentence struct{ text, hint string }

// codes has a sentence for every services.Code.
var codes = map[services.Code]sentence{
	services.CodeUnreachable: {"{who} can't be reached", "check the network and the address (pintrayctl accounts ls); nothing is lost"},
	services.CodeTimeout:     {"{who} took too long to answer", "try again later; nothing is lost"},
	services.CodeTLS:         {"the connection to {who} can't be trusted: its certificate is not valid", "a proxy or a sign-in page may be in between, or this computer's clock is wrong"},
	services.CodeNotAPI:      {"the address of {who} isn't a pinning service", "check the address: it is the one of the Pinning Service API, not of the web page"},
	services.CodeAuth:        {"{who} doesn't accept the access key", "make a new key with pinning rights there and give it with: pintrayctl accounts edit NAME --token-file -"},
	services.CodePlan:        {"{who} says your plan is full or unpaid", "look at the plan on the service's page, or keep it on another service"},
	services.CodeLimited:     {"{who} asked us to slow down", "the window and \"pintrayctl run\" try again by themselves; nothing is lost"},
	services.CodeInvalid:     {"{who} didn't take the request", "check the content ID, the name and the addresses that were given"},
	services.CodeNotFound:    {"there is no such thing at {who}", "look with: pintrayctl sync, then pintrayctl ls"},
	services.CodeServer:      {"{who} has trouble of its own", "try again later; nothing is lost"},
	services.CodeDecode:      {"the answer of {who} can't be read", "try again later; if it stays, tell the service that it breaks the Pinning Service API"},
	services.CodeStorage:     {"Pintray's own files can't be used", "check the data folder and its disk"},
	services.CodeKeyring:     {"the access key of {who} can't be read", "unlock the keyring, or connect with --token-env VARIABLE"},
	services.CodeSource:      {"a file can't be read", "check that it is there and that you may read it"},
	services.CodeInUse:       {"another Pintray already owns this data folder", "stop it first, or choose another folder with --data"},
	services.CodeUsage:       {"that can't be done", "see: pintrayctl help"},
	services.CodeInternal:    {"something went wrong inside Pintray", "please report it with this line; nothing that was written down is lost"},
}

// reasons has finer sentences, by code and reason.
var reasons = map[string]sentence{
	"invalid/no-host":             {"that is no web address", "give the address of the Pinning Service API, as https://HOST/PATH"},
	"invalid/scheme":              {"the address must begin with https://", "give the address of the Pinning Service API, as https://HOST/PATH"},
	"invalid/plain-http":          {"plain http would show the access key to the network", "use https; http is for services on this computer only (127.0.0.1, localhost)"},
	"invalid/user-info":           {"the address holds a user name or a password", "leave them out of the address; give the key with --token-file or --token-env"},
	"invalid/query":               {"the address has a ? or # part", "give only the address itself, as https://HOST/PATH"},
	"not-api/redirect":            {"{who} sends us to another address, which we don't follow with a key", "if the other address is right, connect that one"},
	"auth/password":               {"{who} doesn't accept this user and password", "give the right password with: pintrayctl accounts edit NAME --password-file -"},
	"auth/read-only":              {"the key of {who} may read but not add", "make a key with pinning rights there and give it with: pintrayctl accounts edit NAME --token-file -"},
	"storage/no-data":             {"there is nothing here yet", "keep something on this computer: pintrayctl add PATH; or connect a service: pintrayctl accounts add NAME --template ID (see: pintrayctl templates); or choose the folder with --data"},
	"storage/read-only":           {"the data folder can't be written", "check who owns it, or choose another with --data"},
	"storage/not-a-folder":        {"the data folder is not a folder", "choose another with --data"},
	"storage/full":                {"the disk of the data folder is full", "make room, then try again; what was written down is kept"},
	"storage/newer":               {"this data folder was written by a newer Pintray", "update this one; the data is left as it is"},
	"storage/cache-damaged":       {"the list of what services keep, cache.db, was damaged and is being made anew; user.db and what you keep online are whole", "try again in a moment, then: pintrayctl sync"},
	"storage/blocks-damaged":      {"the index of your files, blocks.db, is damaged; your files and what you keep online are not", "it is made anew when Pintray starts again, and your files are read again"},
	"storage/damaged":             {"Pintray's own file user.db is damaged; what you keep online is not", "there is no copy of it: move user.db, user.db-wal and user.db-shm away, connect your services again (pintrayctl accounts add), then: pintrayctl sync"},
	"storage/busy":                {"the data folder is busy", "try again in a moment"},
	"keyring/locked":              {"the system's keyring is locked", "unlock it, or connect with --token-env VARIABLE"},
	"keyring/dismissed":           {"the keyring was not unlocked", "try again and enter its password, or connect with --token-env VARIABLE"},
	"keyring/timeout":             {"the system's keyring does not answer", "try again, or connect with --token-env VARIABLE"},
	"keyring/no-keyring":          {"there is no keyring here to keep the access key in", "use --token-env VARIABLE, or --token-file FILE (the file is then read each time)"},
	"keyring/missing-entry":       {"the system's keyring has no key for {who} any more", "give it again: pintrayctl accounts edit NAME --token-file -"},
	"keyring/file-open-to-others": {"others can read the file with the key or password", "make it yours alone: chmod 600 FILE"},
	"keyring/file-missing":        {"there is no such file with a key or password", "check its path"},
	"keyring/file-unreadable":     {"the file with the key or password can't be read", "check its path and who owns it"},
	"keyring/env-unset":           {"the variable with the access key is not set", "set it for this call: VARIABLE=... pintrayctl ..."},
	"keyring/session-ended":       {"the access key of {who} was for one session only and is gone", "give it again: pintrayctl accounts edit NAME --token-file -"},
	"keyring/empty-key":           {"the access key is empty", "put the key alone into the file, the variable or the pipe"},
	"keyring/key-characters":      {"that can't be an access key: it has spaces or unprintable characters", "copy the key again, alone and whole"},
	"keyring/password-characters": {"that can't be a password: it has more than one line, or unprintable characters", "put the password alone into the file or the pipe"},
	"invalid/user":                {"that can't be a user's name", "ask whoever runs the service for the name"},
	"invalid/password":            {"that can't be a password", "put the password alone into the file or the pipe"},
	"keyring/key-too-long":        {"that can't be an access key: it is longer than 2,400 characters", "copy the key again, alone and whole"},
	"source/changed":              {"still being written, or changed while it was read", "try again when it has settled"},
	"source/vanished":             {"not there", "check the path"},
	"source/unreadable":           {"can't be read", "give yourself the right to read it, or check the disk; to leave it out of its folder use --ignore"},
	"source/locked":               {"in use by another program", "close it there and try again"},
	"source/placeholder":          {"only in the cloud, not on this computer", "have your cloud drive download it, then try again"},
	"source/special":              {"neither a file nor a folder", "only files and folders can be kept online"},
	"source/car-no-root":          {"a CAR file that names nothing to keep", "have it made again by the program it came from"},
	"source/car-broken":           {"a CAR file that is damaged or cut short", "have it made again by the program it came from"},
	"source/car-missing":          {"a CAR file with parts missing", "have it made again, whole, by the program it came from"},
	"source/car-large":            {"a CAR file with a block over 2 MiB, which no service can fetch", "have it made again with smaller blocks"},
	"usage/profile":               {"there is no such profile", "profiles are: v1, v0, unixfs-v1-2025"},
	"usage/pattern":               {"that is no pattern", "a pattern is a name or a path in which * and ** stand for anything"},
	"usage/home":                  {"your whole home can't be watched: much in it was never meant for anyone", "make a folder in it for what may be public"},
	"usage/homes":                 {"somebody's whole home can't be watched: much in it was never meant for anyone", "make a folder in it for what may be public"},
	"usage/system":                {"the system keeps its own files there: settings, keys, programs", "make a folder for what may be public"},
	"usage/root":                  {"a whole disk can't be watched", "make a folder for what may be public"},
	"usage/downloads":             {"the download folder can't be watched: it takes whatever the browser saves", "make a folder for what may be public"},
	"usage/private":               {"programs keep what is private there", "make a folder for what may be public"},
	"usage/data-folder":           {"Pintray's own data is in there", "choose another folder"},
	"usage/watched":               {"the folder is watched already", "see: pintrayctl folders ls"},
	"usage/inside":                {"the folder is in one that is watched already", "see: pintrayctl folders ls"},
	"usage/contains":              {"a folder in it is watched already", "see: pintrayctl folders ls"},
	"usage/missing":               {"there is no such folder", "check its path"},
	"usage/not-a-folder":          {"that is no folder", "give a folder; to keep a file use: pintrayctl add"},
	"usage/unreadable":            {"the folder can't be read", "give yourself the right to read it, or check the disk"},
	"usage/consent":               {"nobody has said yes to what will be published", "look at it with: pintrayctl folders preview PATH; then give --yes"},
	"usage/no-account":            {"no service was named to keep it on", "name one or more with --to"},
	"usage/rule":                  {"there is no such rule", "rules are: each-file, each-subfolder, whole-folder; on a change: keep, replace"},
	"usage/unknown-profile":       {"there is no such profile", "profiles are: v1, v0, unixfs-v1-2025"},
	"usage/unknown-folder":        {"there is no such folder any more", "see: pintrayctl folders ls"},
	"usage/waits":                 {"the folder waits for you", "see: pintrayctl folders ls; then: pintrayctl folders approve FOLDER"},
	"usage/not-waiting":           {"the folder waits for nothing that a yes could change", "see: pintrayctl folders ls"},
	"in-use/version":              {"the Pintray that owns this data folder is of another version", "stop it, or use the pintrayctl that came with it"},
	"in-use/no-answer":            {"the Pintray that owns this data folder does not answer", "stop it and try again; nothing is lost"},
	"in-use/owner-gone":           {"the Pintray that did this was stopped in the middle", "look what became of it with: pintrayctl activity"},
	"usage/name-taken":            {"another account already has this name", "choose another name (pintrayctl accounts ls shows those in use)"},
	"usage/same-account":          {"an account can't be copied to itself", "name another one with --to"},
	"usage/copy-from-here":        {"what only this computer keeps is not copied by its content ID", "add the files themselves: pintrayctl add PATH --to NAME"},
	"usage/this-computer":         {"this computer can't be taken out", "it can rest: pintrayctl accounts edit NAME --pause"},
	"usage/already-kept":          {"{who} already keeps this", "nothing needs to be done"},
	"usage/already-asked":         {"{who} was asked for this before, and it is not through yet", "see: pintrayctl activity --open; send it now with: pintrayctl retry OPERATION"},
	"usage/already-named":         {"it has this name at {who} already", "nothing needs to be done"},
	"usage/not-a-cid":             {"that is no content ID", "paste it again, whole: it begins with bafy... or Qm..."},
	"usage/too-many-origins":      {"that are too many origins", "a pin has at most 20"},
	"usage/too-much-meta":         {"that is too much meta", "leave some of it out"},
	"usage/unknown-account":       {"there is no such account any more", "see: pintrayctl accounts ls"},
	"usage/changed":               {"the pin at {who} is not what it was any more", "look again with: pintrayctl sync, then pintrayctl ls"},
	"usage/empty-id":              {"the request ID is empty", "request IDs stand in: pintrayctl ls"},
	"usage/name-too-long":         {"the name is too long", "a name has at most 255 characters"},
	"in-use/":                     {"another Pintray already owns this data folder", "it does the work already; stop it first, or choose another folder with --data"},
	"not-found/account":           {"there is no such account", "see: pintrayctl accounts ls"},
	"not-found/operation":         {"there is no such operation", "see: pintrayctl activity"},
	"not-found/no-account":        {"there is no such account", "see: pintrayctl accounts ls"},
}
