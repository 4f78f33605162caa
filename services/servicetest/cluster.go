package servicetest

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
)

// Cluster answers as the pinning API of IPFS Cluster does (api/pinsvcapi, seen
// in its source): the requestid is the CID and a second pin of it overwrites
// the first (quirks 17, 20), lists stand in no order and with an inclusive
// before (quirks 23, 24), times are whole seconds, an add answers 200 and a
// query it cannot read 500, and POST /token makes a key of user and password
// (quirk 43). The zero Cluster is open to everybody. It is pinned at once.
type Cluster struct {
	// User and Password are asked for, where they are set.
	User, Password string
	// NoTokens: it has no /token, as before version 1.0; only basic auth.
	NoTokens bool

	mu     sync.Mutex
	pins   map[string]clusterPin
	tokens map[string]bool // those that have not ended
	logins int
}

type clusterPin struct {
	RequestID string            `json:"requestid"`
	Status    string            `json:"status"`
	Created   time.Time         `json:"created"`
	Pin       clusterWant       `json:"pin"`
	Delegates []string          `json:"delegates"`
	Info      map[string]string `json:"info"`
}

type clusterWant struct {
	CID     string            `json:"cid"`
	Name    string            `json:"name"`
	Origins []string          `json:"origins"`
	Meta    map[string]string `json:"meta"`
}

// EndTokens ends every key that was made so far.
func (c *Cluster) EndTokens() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens = nil
}

// Logins is how many keys were made.
func (c *Cluster) Logins() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.logins
}

// ServeHTTP implements http.Handler.
func (c *Cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if why := c.refused(r); why != "" {
		clusterError(w, http.StatusUnauthorized, why)
		return
	}
	id, one := strings.CutPrefix(r.URL.Path, "/pins/")
	switch {
	case r.URL.Path == "/token" && r.Method == http.MethodPost && !c.NoTokens:
		c.makeToken(w)
	case r.URL.Path == "/pins" && r.Method == http.MethodGet:
		c.list(w, r)
	case (r.URL.Path == "/pins" || one) && r.Method == http.MethodPost:
		c.add(w, r, id)
	case one && r.Method == http.MethodGet:
		c.get(w, id)
	case one && r.Method == http.MethodDelete:
		if c.pins[id].RequestID == "" {
			clusterError(w, http.StatusNotFound, "not found")
			return
		}
		delete(c.pins, id)
		w.WriteHeader(http.StatusAccepted)
	default:
		clusterError(w, http.StatusNotFound, "not found")
	}
}

// refused is why a request is not let in, "" where it is.
func (c *Cluster) refused(r *http.Request) string {
	if c.User == "" {
		return ""
	}
	if user, password, ok := r.BasicAuth(); ok {
		if user != c.User || password != c.Password {
			return "unauthorized: access denied"
		}
		return ""
	}
	key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !ok:
		return "unauthorized: no auth provided"
	case !c.tokens[key]:
		return "unauthorized: invalid token"
	}
	return ""
}

func (c *Cluster) makeToken(w http.ResponseWriter) {
	if c.User == "" { // an open one makes none
		clusterError(w, http.StatusUnauthorized, "unauthorized")
		return
	}
	if c.tokens == nil {
		c.tokens = make(map[string]bool)
	}
	key := "made." + rand.Text() + ".up"
	c.tokens[key] = true
	c.logins++
	clusterAnswer(w, http.StatusOK, map[string]string{"token": key})
}

func (c *Cluster) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	limit, before := 10, time.Now().Add(time.Hour)
	var after time.Time
	var err error
	if s := q.Get("limit"); s != "" {
		limit, err = strconv.Atoi(s)
	}
	if s := q.Get("before"); s != "" && err == nil {
		before, err = time.Parse(time.RFC3339Nano, s)
	}
	if s := q.Get("after"); s != "" && err == nil {
		after, err = time.Parse(time.RFC3339Nano, s)
	}
	if err != nil {
		clusterError(w, http.StatusInternalServerError, err.Error())
		return
	}
	found := []clusterPin{}
	for id, p := range c.pins { // in no order
		switch {
		case q.Get("cid") != "": // switches all other filters off (quirk 16)
			if !slices.Contains(strings.Split(q.Get("cid"), ","), id) {
				continue
			}
		case p.Created.Before(after), p.Created.After(before),
			q.Get("name") != "" && q.Get("name") != p.Pin.Name,
			q.Get("status") != "" && !slices.Contains(strings.Split(q.Get("status"), ","), p.Status):
			continue
		}
		if found = append(found, p); len(found) == limit {
			break
		}
	}
	clusterAnswer(w, http.StatusOK, map[string]any{"count": len(found), "results": found})
}

func (c *Cluster) add(w http.ResponseWriter, r *http.Request, replaces string) {
	var want clusterWant
	if err := json.NewDecoder(r.Body).Decode(&want); err != nil {
		clusterError(w, http.StatusBadRequest, "error decoding request body: "+err.Error())
		return
	}
	if _, err := services.ParseCID(want.CID); err != nil {
		clusterError(w, http.StatusBadRequest, "error decoding request body: "+err.Error())
		return
	}
	p := clusterPin{
		RequestID: want.CID, Status: "pinned", Created: time.Now().UTC().Truncate(time.Second), Pin: want,
		Delegates: []string{"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo"},
		Info:      map[string]string{"source": "IPFS cluster API"},
	}
	if c.pins == nil {
		c.pins = make(map[string]clusterPin)
	}
	c.pins[want.CID] = p
	if replaces != "" {
		delete(c.pins, replaces) // the same CID too: quirk 17
	}
	clusterAnswer(w, http.StatusOK, p)
}

func (c *Cluster) get(w http.ResponseWriter, id string) {
	p, ok := c.pins[id]
	if _, err := services.ParseCID(id); err != nil {
		clusterError(w, http.StatusBadRequest, "error decoding requestID: "+err.Error())
	} else if !ok {
		clusterError(w, http.StatusNotFound, "pin not found")
	} else {
		clusterAnswer(w, http.StatusOK, p)
	}
}

func clusterAnswer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs none
}

func clusterError(w http.ResponseWriter, status int, reason string) {
	clusterAnswer(w, status, map[string]any{"error": map[string]string{"reason": reason}})
}
