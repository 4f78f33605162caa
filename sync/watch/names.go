package watch

import (
	"strings"
	"unicode"
)

// Why something is not to be published.
const (
	WhyHidden   = "hidden"
	WhyTemp     = "temporary"
	WhySecret   = "secret"
	WhyIgnored  = "ignored"
	WhyExcluded = "not-included"
	WhyLink     = "link"
	WhyEmpty    = "empty"
	WhySpecial  = "special"
	WhyLoose    = "loose" // in no sub-folder, where each sub-folder is an item
)

// part says which part of a name a word is.
type part int

const (
	whole part = iota
	start
	end
	ends // of a name, with a star between them
)

// word is a part of a name, and why what has it is left out.
type word struct {
	text string
	at   part
	why  string
}

// is reports whether a name in lower case has the word.
func (w word) is(name string) bool {
	switch w.at {
	case start:
		return strings.HasPrefix(name, w.text)
	case end:
		return strings.HasSuffix(name, w.text)
	case ends:
		first, last, _ := strings.Cut(w.text, "*")
		return len(name) >= len(first)+len(last) && strings.HasPrefix(name, first) && strings.HasSuffix(name, last)
	default:
		return name == w.text
	}
}

// words are what names of files and folders are left out by, whatever a folder's
// own rules say (06 section 2.4), in lower case. Names that begin with a dot are
// left out besides.
var words = []word{
	{".env", start, WhySecret},
	{".env", end, WhySecret},
	{".npmrc", whole, WhySecret},
	{".netrc", whole, WhySecret},
	{"_netrc", whole, WhySecret},
	{".pgpass", whole, WhySecret},
	{".pypirc", whole, WhySecret},
	{".htpasswd", whole, WhySecret},
	{".git-credentials", whole, WhySecret},
	{"credentials", whole, WhySecret},
	{"credentials*.json", ends, WhySecret},
	{"client_secret*.json", ends, WhySecret},
	{"service-account*.json", ends, WhySecret},
	{"service_account*.json", ends, WhySecret},
	{"kubeconfig", end, WhySecret},
	{".kdbx", end, WhySecret},
	{".kdb", end, WhySecret},
	{".pem", end, WhySecret},
	{".key", end, WhySecret},
	{".p12", end, WhySecret},
	{".pfx", end, WhySecret},
	{".ppk", end, WhySecret},
	{".jks", end, WhySecret},
	{".keystore", end, WhySecret},
	{".p8", end, WhySecret},
	{".ovpn", end, WhySecret},
	{"id_rsa", start, WhySecret},
	{"id_dsa", start, WhySecret},
	{"id_ecdsa", start, WhySecret},
	{"id_ed25519", start, WhySecret},
	{"id_xmss", start, WhySecret},
	{"_rsa", end, WhySecret}, // keys that were given a name
	{"_dsa", end, WhySecret},
	{"_ecdsa", end, WhySecret},
	{"_ed25519", end, WhySecret},
	{"wallet.dat", whole, WhySecret},
	{"~$", start, WhyTemp},
	{"~", end, WhyTemp},
	{".tmp", end, WhyTemp},
	{".temp", end, WhyTemp},
	{".part", end, WhyTemp},
	{".partial", end, WhyTemp},
	{".crdownload", end, WhyTemp},
	{".download", end, WhyTemp},
	{".opdownload", end, WhyTemp},
	{".swp", end, WhyTemp},
	{"4913", whole, WhyTemp}, // vim asks with it whether it may write
	{"thumbs.db", whole, WhyHidden},
	{"desktop.ini", whole, WhyHidden},
	{"icon\r", whole, WhyHidden},
	{"node_modules", whole, WhyIgnored},
}

// byName says why a file or folder of that name is always left out, "" where it
// is not.
func byName(name string) string {
	low := strings.ToLower(name)
	for _, w := range words {
		if w.is(low) {
			return w.why
		}
	}
	if strings.HasPrefix(name, ".") {
		return WhyHidden
	}
	return ""
}

// Secret reports whether a file of that name looks like one of keys or
// passwords. The name alone says so, whatever is in the file.
func Secret(name string) bool { return byName(name) == WhySecret }

// namePatterns are words as patterns.
func namePatterns() []string {
	list := make([]string, 0, len(words))
	for _, w := range words {
		text := anyCase(w.text)
		switch w.at {
		case start:
			text += "*"
		case end:
			text = "*" + text
		}
		list = append(list, "**/"+text)
	}
	return list
}

// anyCase is a pattern that matches what p does in capitals and small letters
// alike. What stands in brackets or behind a backslash stays as it is.
func anyCase(p string) string {
	var b strings.Builder
	inClass, escaped := false, false
	for _, r := range p {
		lower, upper := unicode.ToLower(r), unicode.ToUpper(r)
		switch {
		case escaped || inClass || lower == upper:
			b.WriteRune(r)
		default:
			b.WriteString("[" + string(lower) + string(upper) + "]")
		}
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '[':
			inClass = true
		case r == ']':
			inClass = false
		}
	}
	return b.String()
}
