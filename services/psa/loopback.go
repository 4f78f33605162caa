package psa

import (
	"net"
	"net/http"
	"net/url"

	"github.com/pintray/pintray/services"
)

// OnlyLocal lets through to h only what a program of this computer asks. A page
// in a browser is no such program, wherever it came from: it is known by its
// Origin, or, where a name of its own leads here (DNS rebinding), by the Host it
// asks for. The listener itself must be on loopback.
func OnlyLocal(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !localHost(r.Host):
			writeFailure(w, http.StatusForbidden, "FORBIDDEN", "Ask for 127.0.0.1 or localhost")
		case foreign(r):
			writeFailure(w, http.StatusForbidden, "FORBIDDEN", "Pages in a browser are not served")
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// localHost reports whether a Host header means this computer.
func localHost(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = hostPort
	}
	return services.Loopback(host)
}

// foreign reports whether a page asks that did not come from this very server.
func foreign(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return true
	}
	for _, origin := range r.Header.Values("Origin") {
		if u, err := url.Parse(origin); err != nil || u.Scheme != "http" || u.Host != r.Host {
			return true
		}
	}
	return false
}
