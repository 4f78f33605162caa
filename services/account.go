package services

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"
)

// AccountID names an account in this data folder. It is never used again
// after the account is removed. 0 is none.
type AccountID int64

// KeySource says where an account's access key comes from. It holds no key:
//
//	keyring:NAME  the OS keyring, under that entry (one entry per account)
//	env:VAR       an environment variable, read when needed
//	file:/PATH    a file, read when needed
//	session       memory only; gone when the program quits
//	none          the service asks for no key
type KeySource string

// The kinds of KeySource.
const (
	KeyInKeyring = "keyring"
	KeyInEnv     = "env"
	KeyInFile    = "file"
	KeySession   = "session"
	KeyNone      = "none"
)

// Kind is one of the constants above.
func (k KeySource) Kind() string {
	kind, _, _ := strings.Cut(string(k), ":")
	return kind
}

// Where is what follows the kind: the entry, the variable or the path.
func (k KeySource) Where() string {
	_, where, _ := strings.Cut(string(k), ":")
	return where
}

// Account is one access key at one endpoint.
type Account struct {
	ID       AccountID
	Name     string // the person's own word for it, unique without regard to case
	Endpoint string // as CleanEndpoint returned it, "demo:..." for a made-up service,
	// or LocalEndpoint
	Template string // ID of the Template it was made from, or ""
	// User is who logs in where the service makes access keys of a password, which
	// Key then is; "" where Key is the access key itself.
	User    string
	Key     KeySource
	Paused  bool
	Created time.Time
}

// LocalEndpoint is the Endpoint of "This computer": the one account whose
// service is package local. It is never counted as a copy.
const LocalEndpoint = "local:"

// Local reports whether the account is this computer.
func (a Account) Local() bool { return a.Endpoint == LocalEndpoint }

// Demo reports whether the account is a made-up service of package demo.
func (a Account) Demo() bool { return strings.HasPrefix(a.Endpoint, "demo:") }

// CleanEndpoint turns what a person pasted into the base URL of the API: a
// missing scheme becomes https, or http on this computer, where no server has a
// certificate; a trailing /pins and slashes go. It refuses,
// with an *Error of CodeInvalid and one of these Reasons: "no-host",
// "scheme" (neither http nor https), "plain-http" (http off this computer),
// "user-info", "query" (query or fragment).
func CleanEndpoint(text string) (string, error) {
	refuse := func(reason string) (string, error) {
		return "", &Error{Code: CodeInvalid, Op: "connect", Reason: reason, NotSent: true}
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return refuse("no-host")
	}
	bare := !strings.Contains(text, "://")
	if bare {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return refuse("no-host")
	}
	if bare && Loopback(u.Hostname()) {
		u.Scheme = "http"
	}
	host, ok := cleanHost(u)
	switch {
	case !ok:
		return refuse("no-host")
	case u.Scheme != "http" && u.Scheme != "https":
		return refuse("scheme")
	case u.User != nil:
		return refuse("user-info")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return refuse("query")
	case u.Scheme == "http" && !Loopback(u.Hostname()):
		return refuse("plain-http")
	}
	var path strings.Builder
	for part := range strings.SplitSeq(u.EscapedPath(), "/") {
		if part != "" {
			path.WriteString("/" + part)
		}
	}
	p := path.String()
	for strings.HasSuffix(p, "/pins") {
		p = strings.TrimSuffix(p, "/pins")
	}
	return u.Scheme + "://" + host + p, nil
}

// hostNames maps as browsers do; names of a private network may hold a _.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false))

var dnsName = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)*$`)

// cleanHost is u's host and port, lower case, a name in other letters in
// punycode: a look-alike of a known name shows itself.
func cleanHost(u *url.URL) (host string, ok bool) {
	name, port := strings.ToLower(u.Hostname()), u.Port()
	if a, err := netip.ParseAddr(name); err == nil {
		if a.Zone() != "" {
			return "", false
		}
		name = a.String()
		if a.Is6() {
			name = "[" + name + "]"
		}
	} else if name, err = hostNames.ToASCII(strings.TrimSuffix(name, ".")); err != nil || !dnsName.MatchString(name) {
		return "", false
	}
	if port == "" {
		return name, true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return name + ":" + strconv.FormatUint(n, 10), err == nil && n > 0
}

// Loopback reports whether host is this computer and nothing else.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && a.IsLoopback()
}
