package psa

import (
	"net/http"

	"github.com/pintray/pintray/services"
)

// Handler serves the API, paths /pins and /pins/{requestid}, over any Service.
// authorize says whether a bearer token is good; nil lets everyone in.
func Handler(svc services.Service, authorize func(token string) bool) http.Handler {
	panic("bug: not yet")
}
