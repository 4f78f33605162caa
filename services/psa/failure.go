package psa

import (
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/pintray/pintray/services"
)

// maxDetails is the longest text of a service kept in an error, in bytes.
const maxDetails = 512

// failure is what the body of a bad answer says.
type failure struct {
	reason, details string
	spec            bool // it has the shape of the spec: error.reason
	noRoute         bool // a web framework says that it has no such address
}

// wireFailure is every known shape at once, and what stands in its error.
type wireFailure struct {
	Error      json.RawMessage `json:"error"`
	Reason     text            `json:"reason"`
	Code       text            `json:"code"`
	Details    text            `json:"details"`
	Message    text            `json:"message"`
	StatusCode text            `json:"statusCode"`
}

func (w wireFailure) reason() string  { return first(string(w.Reason), string(w.Code)) }
func (w wireFailure) details() string { return first(string(w.Details), string(w.Message)) }

// readFailure reads every known shape (quirk 5): the spec's, {code,message},
// Fastify's {statusCode,error,message}, a bare string, a web page, nothing.
func readFailure(a answer) failure {
	body := strings.TrimSpace(string(a.body))
	if !json.Valid([]byte(body)) {
		return failure{details: plainText(a, body)}
	}
	var bare text
	if body[0] == '"' && bare.UnmarshalJSON([]byte(body)) == nil {
		return failure{details: string(bare)}
	}
	var outer, inner wireFailure
	if lenient([]byte(body), &outer) != nil {
		return failure{}
	}
	if len(outer.Error) > 0 { // an object or a text; it is JSON, so nothing can fail
		_ = lenient(outer.Error, &inner)
		_ = bare.UnmarshalJSON(outer.Error)
	}
	switch {
	case bare == "":
	case outer.reason() == "":
		outer.Reason = bare
	case outer.details() == "":
		outer.Message = bare
	}
	f := failure{
		reason:  first(inner.reason(), outer.reason()),
		details: first(inner.details(), outer.details()),
		spec:    inner.Reason != "",
	}
	if f.reason == strconv.Itoa(a.status) { // {"code":404}: a number says nothing new
		f.reason = ""
	}
	f.noRoute = outer.StatusCode != "" && strings.Contains(f.details, "Route ") ||
		strings.HasPrefix(f.details, "Cannot "+a.method+" ")
	return f
}

// plainText is the readable part of a body that is no JSON.
func plainText(a answer, body string) string {
	if a.html() || strings.HasPrefix(body, "<") {
		if m := title.FindStringSubmatch(body); m != nil {
			return html.UnescapeString(strings.TrimSpace(m[1]))
		}
		return ""
	}
	return cut(body, 4*maxDetails)
}

var title = regexp.MustCompile(`(?is)<title[^>]*>([^<]{1,500})`)

// check is nil for a good answer in JSON, else the error it amounts to.
func (c *Client) check(op string, a answer) error {
	switch {
	case a.status >= 300 && a.status < 400:
		return c.fail(op, a, services.CodeNotAPI, "redirect", movedTo(a))
	case !a.good():
		f := readFailure(a)
		code, reason := classify(op, a, f)
		return c.fail(op, a, code, reason, first(f.details, http.StatusText(a.status)))
	case len(a.body) == 0:
		return c.foreign(op, a, "empty")
	case !a.json():
		return c.foreign(op, a, "html")
	}
	return nil
}

// foreign is the error for a good status with a body that is not the API's.
func (c *Client) foreign(op string, a answer, reason string) error {
	code := services.CodeDecode
	if reason == "html" || reason == "foreign-json" {
		code = services.CodeNotAPI
	}
	return c.fail(op, a, code, reason, readFailure(a).details)
}

// fail builds the error of an answer. Nothing in it holds the key.
func (c *Client) fail(op string, a answer, code services.Code, reason, details string) error {
	if c.login != nil && a.status == http.StatusUnauthorized {
		reason = "password"
	}
	return &services.Error{
		Code: code, Op: op, HTTP: a.status,
		Reason:     c.shown(reason, 100),
		Details:    c.shown(details, maxDetails),
		NotSent:    a.status == http.StatusTooManyRequests,
		RetryAfter: retryAfter(a),
	}
}

// classify decides by status and by words (quirks 2, 3, 4, 38).
func classify(op string, a answer, f failure) (code services.Code, reason string) {
	words := wordsOf(f.reason + " " + f.details)
	duplicate := (op == "add" || op == "replace") && duplicateWords.MatchString(words)
	plan := planWords.MatchString(words)
	switch s := a.status; {
	case s == 401:
		return services.CodeAuth, f.reason
	case s == 400 && authReasons.MatchString(wordsOf(f.reason)):
		return services.CodeAuth, f.reason
	case s == 402 || s == 403 && plan:
		return services.CodePlan, f.reason
	case s == 403:
		return services.CodeAuth, f.reason
	case s == 404 || s == 410:
		return missing(op, a, f)
	case s == 405:
		return wrongMethod(a, f)
	case s == 408:
		return services.CodeTimeout, f.reason
	case s == 429:
		return services.CodeLimited, f.reason
	case s == 424 || s >= 500: // 424: its own backend failed (quirk 36)
		return services.CodeServer, f.reason
	case duplicate && (s == 400 || s == 409 || s == 422):
		return services.CodeInvalid, services.ReasonDuplicate
	case s == 409 || plan:
		return services.CodePlan, f.reason
	}
	return services.CodeInvalid, f.reason
}

// missing tells "there is no such pin" from "there is no such API" (quirk 4).
func missing(op string, a answer, f failure) (services.Code, string) {
	namesPin := op != "list" && op != "add"
	switch {
	case op == "add" && f.spec:
		return services.CodeInvalid, f.reason
	case namesPin && !f.noRoute && (a.json() || len(a.body) == 0):
		return services.CodeNotFound, f.reason
	}
	return services.CodeNotAPI, first(f.reason, pageReason(a))
}

// wrongMethod is an API that lacks a call, where it says so in the API's own
// words, else no API.
func wrongMethod(a answer, f failure) (services.Code, string) {
	if f.spec {
		return services.CodeInvalid, f.reason
	}
	return services.CodeNotAPI, first(f.reason, pageReason(a))
}

func pageReason(a answer) string {
	if a.json() {
		return "foreign-json"
	}
	return "html"
}

// wordsOf makes INSUFFICIENT_FUNDS and "Insufficient funds" the same.
func wordsOf(s string) string {
	return strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(s))
}

var (
	authReasons    = regexp.MustCompile(`^(keys must be strings|unauthori[sz]ed|unauthenticated|(invalid|missing|expired|bad) (token|api key|access token|credentials|jwt))$`)
	planWords      = regexp.MustCompile(`\b(insufficient funds|paid|payment|plan|plans|quota|billing|subscription|upgrade|storage limit|pin limit|account limit)\b`)
	duplicateWords = regexp.MustCompile(`\b(duplicate|duplicated|duplicate object|already (pinned|exists?|been pinned|queued)|already in)\b`)
)

// movedTo is where a redirect points, as a whole address.
func movedTo(a answer) string {
	where := a.header.Get("Location")
	if a.url == nil || where == "" {
		return where
	}
	if u, err := a.url.Parse(where); err == nil {
		return u.Redacted()
	}
	return where
}

// shown makes text of a service fit to be kept in an error: without the key,
// cleaned, at most n bytes.
func (c *Client) shown(s string, n int) string {
	for _, form := range c.secrets() {
		s = strings.ReplaceAll(s, form, "••••")
	}
	if s = services.Clean(s); len(s) <= n {
		return s
	}
	return cut(s, n-len("…")) + "…"
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
