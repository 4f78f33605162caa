package psa

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
)

// login makes the access key of a user and a password, as IPFS Cluster does it:
// POST /token with basic auth answers {"token": JWT} (quirk 43). The key lives
// in memory only. A server without such an address, or one that hands out none,
// gets user and password themselves with each call.
type login struct {
	basic string // the Authorization header of user and password
	turn  turn   // whoever holds it may log in

	mu    sync.Mutex
	auth  string    // the Authorization header of calls, "" before the first login
	ends  time.Time // when auth ends, zero where it does not say
	wrong bool      // user and password were refused where keys are made
	forms []string  // the last keys, as an answer to a call under way could repeat them
}

// lastKeys is how many keys are remembered to be kept out of errors.
const lastKeys = 8

// tokenPath is where keys are made.
const tokenPath = "/token"

// turn holds a token while nobody is at it.
type turn chan struct{}

// renewBefore is how long before its end a key is made anew.
const renewBefore = 30 * time.Second

// newLogin is refused for a user or a password that no header can carry.
func newLogin(user string, password services.Secret) (*login, error) {
	if user == "" || strings.Contains(user, ":") || strings.ContainsFunc(user, control) {
		return nil, refuse("connect", "user", "")
	}
	if password.IsZero() || strings.ContainsFunc(password.Reveal(), control) {
		return nil, refuse("connect", "password", "")
	}
	pair := base64.StdEncoding.EncodeToString([]byte(user + ":" + password.Reveal()))
	return &login{basic: "Basic " + pair, turn: make(turn, 1)}, nil
}

func control(r rune) bool { return r < ' ' || r == 0x7f }

// secrets are the keys and passwords as an answer could repeat them.
func (c *Client) secrets() []string {
	if c.login == nil {
		return c.forms
	}
	c.login.mu.Lock()
	defer c.login.mu.Unlock()
	return append(slices.Clone(c.login.forms), c.forms...)
}

// do makes a request. Where the key is made of a password, one that has ended
// or is refused is made anew, once: what was refused with 401 was not carried
// out, so that it may be sent again.
func (c *Client) do(ctx context.Context, r request) (answer, error) {
	if c.login == nil {
		if c.key != "" {
			r.auth = "Bearer " + c.key
		}
		return c.once(ctx, r)
	}
	var err error
	if r.auth, err = c.authorize(ctx, r.op, ""); err != nil {
		return answer{}, err
	}
	a, err := c.once(ctx, r)
	if err != nil || a.status != http.StatusUnauthorized {
		return a, err
	}
	if c.login.refused() {
		return a, nil
	}
	refused := r.auth
	if r.auth, err = c.authorize(ctx, r.op, refused); err != nil {
		return answer{}, err
	}
	if r.auth == refused {
		return a, nil
	}
	return c.once(ctx, r)
}

// authorize is the Authorization header of a call: another than refused, and
// one that has not ended.
func (c *Client) authorize(ctx context.Context, op, refused string) (string, error) {
	l := c.login
	if auth := l.current(refused); auth != "" {
		return auth, nil
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return "", transportError(op, ctx.Err(), true)
	}
	if auth := l.current(refused); auth != "" { // somebody else was faster
		return auth, nil
	}
	a, err := c.once(ctx, request{op: op, method: http.MethodPost, path: tokenPath, auth: l.basic})
	if e := services.AsError(err); e != nil {
		e.NotSent = true // what it was for
		return "", e
	}
	switch key := keyIn(a); {
	case key != "":
		return l.take(key), nil
	case a.status == http.StatusTooManyRequests || a.status >= 500 && a.status != http.StatusNotImplemented:
		err := services.AsError(c.check(op, a))
		err.NotSent = true
		return "", err
	}
	// It has no such address, or an open server refuses to make keys; whether
	// user and password are good the call itself will say.
	l.mu.Lock()
	defer l.mu.Unlock()
	l.auth, l.ends, l.wrong = l.basic, time.Time{}, a.status == http.StatusUnauthorized
	return l.auth, nil
}

// refused reports whether another login would end as the last one did. One that
// found no place to log in at may find it the next time.
func (l *login) refused() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wrong
}

// current is the header in use, "" where it is the refused one or about to end.
func (l *login) current(refused string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.auth == refused || !l.ends.IsZero() && time.Until(l.ends) < renewBefore {
		return ""
	}
	return l.auth
}

// take makes key the one in use.
func (l *login) take(key string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.auth, l.ends, l.wrong = "Bearer "+key, endOf(key), false
	l.forms = append(l.forms, key)
	l.forms = l.forms[max(0, len(l.forms)-lastKeys):]
	return l.auth
}

// keyIn is the key a login was answered with, "" where there is none.
func keyIn(a answer) string {
	var said struct {
		Token string `json:"token"`
	}
	if !a.good() || json.Unmarshal(a.body, &said) != nil {
		return ""
	}
	key, ok := cleanKey(said.Token)
	if !ok {
		return ""
	}
	return key
}

// endOf is when a JWT ends by its own word (RFC 7519, "exp"), zero where it
// does not say, or has ended already by our clock, which is then the one to doubt.
func endOf(jwt string) time.Time {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return time.Time{}
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	var said struct {
		Exp float64 `json:"exp"`
	}
	if err != nil || json.Unmarshal(claims, &said) != nil || said.Exp <= 0 || said.Exp > 1e11 {
		return time.Time{}
	}
	end := time.Unix(int64(said.Exp), 0)
	if time.Until(end) < 2*renewBefore {
		return time.Time{}
	}
	return end
}

// formsOf is how an answer could repeat a secret.
func formsOf(secrets ...string) []string {
	var forms []string
	for _, s := range secrets {
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s))
	}
	return forms
}
