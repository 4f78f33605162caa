package psa

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
)

// Handler serves the API, paths /pins and /pins/{requestid}, over any Service.
// authorize says whether a bearer token is good; nil lets everyone in.
//
// It is as strict as the spec: what the spec does not allow is 400, the
// defaults of limit (10) and status (pinned) are filled in before svc is asked,
// errors have the spec's shape. A failure of svc with Reason "dropped" ends the
// connection without an answer.
func Handler(svc services.Service, authorize func(token string) bool, options ...Option) http.Handler {
	h := &handler{svc: svc, authorize: authorize}
	for _, o := range options {
		o(h)
	}
	return h
}

// Option is a way of the handler that is not the spec's.
type Option func(*handler)

// NamesOfAnyStatus answers a list that is asked for by name and without a status
// with pins of every status, not with pinned ones only (rule 7). The public
// compliance suite looks for a pin it has just made in that way, and its content
// is such that nobody has it: a service that keeps to the rule fails there.
func NamesOfAnyStatus(h *handler) { h.namesOfAnyStatus = true }

type handler struct {
	svc              services.Service
	authorize        func(token string) bool
	namesOfAnyStatus bool
}

const (
	onList = "GET, HEAD, POST, OPTIONS"
	onPin  = "GET, HEAD, POST, DELETE, OPTIONS"
)

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, ok := route(r.URL)
	allow := onList
	if id != "" {
		allow = onPin
	}
	switch {
	case ok && r.Method == http.MethodOptions:
		w.Header().Set("Allow", allow)
		w.WriteHeader(http.StatusNoContent)
	case !h.authorized(r):
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeFailure(w, http.StatusUnauthorized, "UNAUTHORIZED", "Access token is missing or invalid")
	case !ok:
		writeFailure(w, http.StatusNotFound, "NOT_FOUND", "There is nothing at this address")
	case id == "":
		h.pins(w, r)
	default:
		h.pin(w, r, id)
	}
}

func (h *handler) pins(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		q, err := readQuery(r.URL.RawQuery)
		if err != nil {
			writeError(w, err)
			return
		}
		if h.namesOfAnyStatus && q.Name != "" && !r.URL.Query().Has("status") {
			q.Status = services.AllStatuses()
		}
		page, err := h.svc.List(r.Context(), q)
		if err != nil {
			writeError(w, err)
			return
		}
		writeJSON(w, http.StatusOK, pageBody(page))
	case http.MethodPost:
		p, err := readPin(w, r)
		if err != nil {
			writeError(w, err)
			return
		}
		st, err := h.svc.Add(r.Context(), p)
		writeStatus(w, http.StatusAccepted, st, err)
	default:
		wrongCall(w, onList)
	}
}

func (h *handler) pin(w http.ResponseWriter, r *http.Request, id string) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		st, err := h.svc.Get(r.Context(), id)
		writeStatus(w, http.StatusOK, st, err)
	case http.MethodPost:
		p, err := readPin(w, r)
		if err != nil {
			writeError(w, err)
			return
		}
		st, err := h.svc.Replace(r.Context(), id, p)
		writeStatus(w, http.StatusAccepted, st, err)
	case http.MethodDelete:
		if err := h.svc.Delete(r.Context(), id); err != nil {
			writeError(w, err)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	default:
		wrongCall(w, onPin)
	}
}

// route finds the requestid in the address; "" is the list. A %2F belongs to
// the id (rule 1).
func route(u *url.URL) (id string, ok bool) {
	path := u.EscapedPath()
	if path == "/pins" {
		return "", true
	}
	segment, ok := strings.CutPrefix(path, "/pins/")
	if !ok || segment == "" || strings.Contains(segment, "/") {
		return "", false
	}
	id, err := url.PathUnescape(segment)
	return id, err == nil && id != ""
}

func (h *handler) authorized(r *http.Request) bool {
	if h.authorize == nil {
		return true
	}
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return ok && strings.EqualFold(scheme, "Bearer") && h.authorize(strings.TrimSpace(token))
}

// readPin reads and checks the body of a POST.
func readPin(w http.ResponseWriter, r *http.Request) (services.Pin, error) {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return services.Pin{}, bad("the body must be application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return services.Pin{}, &services.Error{Code: services.CodeInvalid, HTTP: http.StatusRequestEntityTooLarge, Reason: "TOO_LARGE"}
		}
		return services.Pin{}, bad("the body did not arrive whole")
	}
	return parsePin(body)
}

// wirePinStatus is a PinStatus as the spec writes it: what it requires is
// always there.
type wirePinStatus struct {
	RequestID string            `json:"requestid"`
	Status    string            `json:"status"`
	Created   string            `json:"created"`
	Pin       pinBody           `json:"pin"`
	Delegates []string          `json:"delegates"`
	Info      map[string]string `json:"info,omitempty"`
}

type wirePinResults struct {
	Count   int32           `json:"count"`
	Results []wirePinStatus `json:"results"`
}

func pageBody(page services.Page) wirePinResults {
	out := wirePinResults{
		Count:   int32(min(page.Count, math.MaxInt32)),
		Results: make([]wirePinStatus, 0, len(page.Results)),
	}
	for _, st := range page.Results {
		out.Results = append(out.Results, statusBody(st))
	}
	return out
}

func statusBody(st services.PinStatus) wirePinStatus {
	out := wirePinStatus{
		RequestID: st.RequestID,
		Status:    st.Status.String(),
		Created:   st.Created.UTC().Format(time.RFC3339Nano),
		Pin:       pinBody{CID: st.Pin.CID.Text, Name: st.Pin.Name, Origins: st.Pin.Origins, Meta: st.Pin.Meta},
		Delegates: st.Delegates,
		Info:      st.Info,
	}
	if out.Delegates == nil {
		out.Delegates = []string{}
	}
	return out
}

func writeStatus(w http.ResponseWriter, code int, st services.PinStatus, err error) {
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, code, statusBody(st))
}

// writeJSON answers with a body. That the other side is gone is its own matter.
func writeJSON(w http.ResponseWriter, code int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic("bug: an answer that is no JSON: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(text)
}

func writeFailure(w http.ResponseWriter, code int, reason, details string) {
	type inner struct {
		Reason  string `json:"reason"`
		Details string `json:"details,omitempty"`
	}
	writeJSON(w, code, struct {
		Error inner `json:"error"`
	}{inner{reason, details}})
}

func wrongCall(w http.ResponseWriter, allow string) {
	w.Header().Set("Allow", allow)
	writeFailure(w, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "Allowed here: "+allow)
}

// writeError answers with what went wrong, in the spec's words.
func writeError(w http.ResponseWriter, err error) {
	e := services.AsError(err)
	if e.Reason == services.ReasonDropped {
		panic(http.ErrAbortHandler)
	}
	code, reason := http.StatusInternalServerError, "INTERNAL_SERVER_ERROR"
	switch e.Code {
	case services.CodeInvalid, services.CodeUsage:
		code, reason = http.StatusBadRequest, "BAD_REQUEST"
	case services.CodeAuth:
		code, reason = http.StatusUnauthorized, "UNAUTHORIZED"
	case services.CodeNotFound:
		code, reason = http.StatusNotFound, "NOT_FOUND"
	case services.CodePlan:
		code, reason = http.StatusConflict, "INSUFFICIENT_FUNDS"
	case services.CodeLimited:
		code, reason = http.StatusTooManyRequests, "TOO_MANY_REQUESTS"
	case services.CodeTimeout:
		code, reason = http.StatusGatewayTimeout, "TIMEOUT"
	}
	if e.HTTP == http.StatusRequestEntityTooLarge {
		code = e.HTTP
	}
	if e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
	}
	writeFailure(w, code, first(e.Reason, reason), e.Details)
}
