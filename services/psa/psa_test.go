package psa_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/services/servicetest"
)

const token = "made-up-token-7"

// serve runs Handler over svc and gives a client of it.
func serve(tb testing.TB, svc services.Service) *psa.Client {
	tb.Helper()
	server := httptest.NewServer(psa.Handler(svc, func(t string) bool { return t == token }))
	tb.Cleanup(server.Close)
	client, err := psa.New(psa.Config{Endpoint: server.URL, Key: services.NewSecret(token)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(client.Close)
	return client
}

func TestClientOverHandler_BehavesAsEveryServiceMust(t *testing.T) {
	for name, options := range map[string]demo.Options{
		"with pins":            {Pins: 30},
		"slow to pin":          {Queued: time.Hour},
		"requestid is the CID": {Pins: 30, RequestIDIsCID: true},
	} {
		t.Run(name, func(t *testing.T) {
			servicetest.Run(t, func(tb testing.TB) services.Service { return serve(tb, demo.New(options)) })
		})
	}
}
