// Package servicetest is the behaviour every services.Service must show.
package servicetest

import (
	"testing"

	"github.com/pintray/pintray/services"
)

// Run tests the service open gives, which may hold pins already.
func Run(t *testing.T, open func(testing.TB) services.Service) {}
