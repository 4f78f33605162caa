package demo_test

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/servicetest"
)

func TestService_BehavesAsEveryServiceMust(t *testing.T) {
	for name, options := range map[string]demo.Options{
		"empty":                {},
		"with pins":            {Pins: 3000},
		"slow to pin":          {Pins: 30, Queued: time.Hour},
		"pinning right away":   {Pins: 30, Pinning: time.Hour},
		"requestid is the CID": {Pins: 30, RequestIDIsCID: true},
	} {
		t.Run(name, func(t *testing.T) {
			servicetest.Run(t, func(testing.TB) services.Service { return demo.New(options) })
		})
	}
	t.Run("in a file", func(t *testing.T) {
		servicetest.Run(t, func(tb testing.TB) services.Service {
			return demo.New(demo.Options{Pins: 30, File: tb.TempDir() + "/demo.json"})
		})
	})
}
