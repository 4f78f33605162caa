package services_test

import (
	"testing"

	"github.com/pintray/pintray/services"
)

func TestLimitsOf_AServiceOfOthersIsBounded(t *testing.T) {
	for _, c := range []struct {
		account services.Account
		want    services.Limits
	}{
		{services.Account{Template: "pinata", Endpoint: "https://pins.example"}, services.Limits{Lists: 30, Calls: 120}},
		{services.Account{Endpoint: "https://pins.example"}, services.Limits{Lists: 30, Calls: 120}},
		{services.Account{Template: "own", Endpoint: "https://pins.example"}, services.Limits{}},
		{services.Account{Endpoint: "http://127.0.0.1:5001"}, services.Limits{}},
		{services.Account{Endpoint: "demo:slow"}, services.Limits{}},
		{services.Account{Endpoint: services.LocalEndpoint}, services.Limits{}},
	} {
		if got := services.LimitsOf(c.account); got != c.want {
			t.Errorf("%+v: got %+v, want %+v", c.account, got, c.want)
		}
	}
}
