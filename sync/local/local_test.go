package local_test

import (
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/servicetest"
)

func TestService_BehavesAsEveryService(t *testing.T) {
	for name, run := range map[string]bool{"at rest": false, "running": true} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			if run {
				r.run()
			}
			servicetest.Run(t, func(testing.TB) services.Service { return r.Service })
		})
	}
}
