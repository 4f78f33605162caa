package handover

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
)

// answer is what came back, whatever its status.
type answer struct {
	status          int
	header, trailer http.Header
	url             *url.URL
	body            []byte
}

func (a answer) html() bool {
	t, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	return t == "text/html" || t == "application/xhtml+xml" || bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<"))
}

// fail builds the error of an answer.
func (a answer) fail(code services.Code, reason, details string) *services.Error {
	e := &services.Error{
		Code: code, Op: opUpload, HTTP: a.status, Reason: reason, Details: details,
		NotSent: a.status == http.StatusTooManyRequests,
	}
	if a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable {
		e.RetryAfter = retryAfter(a.header, time.Now())
	}
	return e
}

// refusal is what a status amounts to, nil for a good one.
func (a answer) refusal() error {
	reason, details := a.words()
	switch s := a.status; {
	case s >= 200 && s < 300 && a.html():
		return a.fail(services.CodeNotAPI, "html", details)
	case s >= 200 && s < 300:
		return nil
	case s >= 300 && s < 400:
		return a.fail(services.CodeNotAPI, "redirect", a.movedTo())
	case s == http.StatusNotFound, s == http.StatusMethodNotAllowed, s == http.StatusGone,
		s == http.StatusUnsupportedMediaType, s == http.StatusNotImplemented:
		return a.fail(services.CodeInvalid, ReasonNoUpload, details)
	case s == http.StatusTooManyRequests:
		return a.fail(services.CodeLimited, reason, details)
	case s == http.StatusRequestTimeout:
		return a.fail(services.CodeTimeout, reason, details)
	case s == http.StatusFailedDependency, s >= 500:
		return a.fail(services.CodeServer, reason, details)
	case s == http.StatusPaymentRequired, s == http.StatusForbidden && planWords.MatchString(reason+" "+details):
		return a.fail(services.CodePlan, reason, details)
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		return a.fail(services.CodeAuth, reason, details)
	case a.html():
		return a.fail(services.CodeNotAPI, "html", details)
	case s == http.StatusRequestEntityTooLarge:
		return a.fail(services.CodeInvalid, cmp.Or(reason, "too-large"), details)
	}
	return a.fail(services.CodeInvalid, reason, details)
}

// planWords tell a 403 that is about money or room from one about the key.
var planWords = regexp.MustCompile(`(?i)\b(funds|credits?|paid|payment|plans?|quota|billing|subscription|upgrade|storage limit)\b`)

// words are what an error says of itself, in the shapes of the three services
// and of the pinning API.
func (a answer) words() (reason, details string) {
	var shape struct {
		Error   json.RawMessage `json:"error"`
		Message text            `json:"message"` // Kubo's, with Code and Type
		Reason  text            `json:"reason"`
		Details text            `json:"details"`
	}
	body := bytes.TrimSpace(a.body)
	switch {
	case a.html():
		if m := title.FindSubmatch(body); m != nil {
			return "", strings.TrimSpace(string(m[1]))
		}
		return "", http.StatusText(a.status)
	case !json.Valid(body):
		return "", cmp.Or(string(body[:min(len(body), 512)]), http.StatusText(a.status))
	}
	_ = json.Unmarshal(body, &shape) // whatever fits
	var inner struct {
		Message, Reason, Details, Code text
	}
	var bare text
	if len(shape.Error) > 0 {
		_ = json.Unmarshal(shape.Error, &inner)
		_ = json.Unmarshal(shape.Error, &bare)
	}
	reason = string(cmp.Or(inner.Reason, shape.Reason, inner.Code))
	details = string(cmp.Or(inner.Details, inner.Message, shape.Details, shape.Message, bare))
	return reason, cmp.Or(details, http.StatusText(a.status))
}

var title = regexp.MustCompile(`(?is)<title[^>]*>([^<]{1,500})`)

func (a answer) movedTo() string {
	where := a.header.Get("Location")
	if u, err := a.url.Parse(where); err == nil {
		return u.Redacted()
	}
	return where
}

// retryAfter reads seconds or a date, within reason.
func retryAfter(h http.Header, now time.Time) time.Duration {
	wait := time.Duration(0)
	if s, err := strconv.ParseInt(strings.TrimSpace(h.Get("Retry-After")), 10, 32); err == nil {
		wait = time.Duration(s) * time.Second
	} else if at, err := http.ParseTime(h.Get("Retry-After")); err == nil {
		if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
			now = theirs
		}
		wait = at.Sub(now)
	}
	if wait <= 0 {
		return 0
	}
	return min(max(wait, time.Second), time.Hour)
}

// readKubo reads the lines of dag/import: one for every root, perhaps one with
// figures. What goes wrong after the first line stands in the trailer, in a
// line of its own, or beside the root.
func readKubo(c CAR, a answer) (Uploaded, error) {
	if why := a.trailer.Get("X-Stream-Error"); why != "" {
		return Uploaded{}, a.fail(services.CodeServer, "stream", why)
	}
	var other services.CID
	lines := json.NewDecoder(bytes.NewReader(a.body))
	for {
		var line struct {
			Root *struct {
				Cid struct {
					Text text `json:"/"`
				}
				PinErrorMsg text
			}
			Message, Type text
		}
		err := lines.Decode(&line)
		if _, odd := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !odd {
			break // the end, or no JSON any more
		}
		if line.Type == "error" {
			return Uploaded{}, a.fail(services.CodeServer, "stream", string(line.Message))
		}
		if line.Root == nil {
			continue
		}
		root := services.WireCID(string(line.Root.Cid.Text))
		if root.Key == c.Root.Key && line.Root.PinErrorMsg != "" {
			return Uploaded{}, a.fail(services.CodeServer, "pin", string(line.Root.PinErrorMsg))
		}
		if root.Key == c.Root.Key {
			return Uploaded{Root: root}, nil
		}
		other = root
	}
	return rootOf(a, other)
}

// rootOf is for an answer that should name the root.
func rootOf(a answer, root services.CID) (Uploaded, error) {
	if root.IsZero() {
		return Uploaded{}, a.fail(services.CodeDecode, "no-cid", "")
	}
	return Uploaded{Root: root}, nil
}

func readPinata(_ CAR, a answer) (Uploaded, error) {
	var w struct {
		Data struct {
			CID text `json:"cid"`
		} `json:"data"`
	}
	_ = json.Unmarshal(a.body, &w) // what is missing is noticed
	return rootOf(a, services.WireCID(string(w.Data.CID)))
}

// readFunctionland reads a PinStatus. A CID that was there before keeps its
// old requestid and name.
func readFunctionland(_ CAR, a answer) (Uploaded, error) {
	var w struct {
		RequestID text `json:"requestid"`
		Status    text `json:"status"`
		Created   text `json:"created"`
		Pin       struct {
			CID  text              `json:"cid"`
			Name text              `json:"name"`
			Meta map[string]string `json:"meta"`
		} `json:"pin"`
		Delegates []string `json:"delegates"`
	}
	_ = json.Unmarshal(a.body, &w)
	done, err := rootOf(a, services.WireCID(string(w.Pin.CID)))
	if err != nil || w.RequestID == "" {
		return done, err
	}
	created, _ := time.Parse(time.RFC3339, string(w.Created))
	done.Pin = &services.PinStatus{
		RequestID: string(w.RequestID),
		Status:    services.ParseStatus(strings.ToLower(string(w.Status))),
		Created:   created,
		Pin:       services.Pin{CID: done.Root, Name: string(w.Pin.Name), Meta: w.Pin.Meta},
		Delegates: w.Delegates,
	}
	return done, nil
}

// text is a JSON string; a number is taken as it is written, all else is empty.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		return json.Unmarshal(data, (*string)(t))
	case '{', '[', 'n', 't', 'f':
		*t = ""
	default:
		*t = text(data)
	}
	return nil
}
