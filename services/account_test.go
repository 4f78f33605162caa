package services_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
)

func TestCleanEndpoint_TakesWhatPeoplePaste(t *testing.T) {
	for in, want := range map[string]string{
		"https://api.pinata.cloud/psa":         "https://api.pinata.cloud/psa",
		"api.pinata.cloud/psa":                 "https://api.pinata.cloud/psa",
		"  https://api.pinata.cloud/psa/ \n":   "https://api.pinata.cloud/psa",
		"https://api.pinata.cloud/psa/pins":    "https://api.pinata.cloud/psa",
		"https://api.pinata.cloud/psa/pins///": "https://api.pinata.cloud/psa",
		"https://api.pinata.cloud//psa//pins":  "https://api.pinata.cloud/psa",
		"HTTPS://API.Example.ORG/Api/V1":       "https://api.example.org/Api/V1",
		"https://example.org":                  "https://example.org",
		"https://example.org/pins":             "https://example.org",
		"https://example.org:8443/x":           "https://example.org:8443/x",
		"https://example.org:/x":               "https://example.org/x",
		"https://example.org./x":               "https://example.org/x",
		"https://example.org/a%2Fb":            "https://example.org/a%2Fb",
		"https://my_server.lan/x":              "https://my_server.lan/x",
		"https://пример.рф/x":                  "https://xn--e1afmkfd.xn--p1ai/x",
		"https://pіnata.cloud/psa":             "https://xn--pnata-n2e.cloud/psa", // a Cyrillic і
		"http://localhost:3456":                "http://localhost:3456",
		"localhost:3456/pins":                  "http://localhost:3456",
		"127.0.0.1:9097":                       "http://127.0.0.1:9097",
		"http://127.0.0.1:9097/":               "http://127.0.0.1:9097",
		"http://[::1]:9097":                    "http://[::1]:9097",
		"https://[2001:DB8::1]/x":              "https://[2001:db8::1]/x",
	} {
		got, err := services.CleanEndpoint(in)
		if err != nil || got != want {
			t.Errorf("CleanEndpoint(%q): got %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestCleanEndpoint_RefusesWithAReason(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "no-host",
		"   ":                         "no-host",
		"https://":                    "no-host",
		"https:///pins":               "no-host",
		"https://exa mple.org":        "no-host",
		"https://example.org:0":       "no-host",
		"https://example.org:99999":   "no-host",
		"https://[fe80::1%25eth0]/x":  "no-host",
		"ftp://example.org":           "scheme",
		"ipfs://bafkqaaa":             "scheme",
		"http://example.org":          "plain-http",
		"http://192.168.1.7:9097":     "plain-http",
		"http://localhost.example.or": "plain-http",
		"http://127.0.0.1.example.or": "plain-http",
		"https://me:key@example.org":  "user-info",
		"https://example.org?key=1":   "query",
		"https://example.org?":        "query",
		"https://example.org/#pins":   "query",
	} {
		got, err := services.CleanEndpoint(in)
		e := services.AsError(err)
		if e == nil || e.Code != services.CodeInvalid || e.Reason != want || !e.NotSent {
			t.Errorf("CleanEndpoint(%q): got %q, %+v, want reason %q", in, got, e, want)
		}
	}
}

func FuzzCleanEndpoint_IsSafeAndStable(f *testing.F) {
	for _, s := range []string{
		"api.pinata.cloud/psa/pins", "http://localhost:1/pins/pins", "https://[::1%25x]/", "http:/x", "a:b@c",
		"https://ü.example/%zz", "https://h/a%2fb/../pins?", "//x//", "http://[::ffff:127.0.0.1]:80", "https://a\u200db", "¯", "https://a..b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out, err := services.CleanEndpoint(in)
		if err != nil {
			return
		}
		u, err := url.Parse(out)
		if err != nil {
			t.Fatalf("%q gave %q: %v", in, out, err)
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(out, "/") {
			t.Errorf("%q gave %q", in, out)
		}
		if u.Scheme != "https" && (u.Scheme != "http" || !services.Loopback(u.Hostname())) {
			t.Errorf("%q gave %q: a key would go in clear", in, out)
		}
		for i := range len(u.Host) {
			if u.Host[i] >= 0x80 {
				t.Errorf("%q gave a host that is not ASCII: %q", in, out)
			}
		}
		if again, err := services.CleanEndpoint(out); err != nil || again != out {
			t.Errorf("%q gave %q, and that gives %q, %v", in, out, again, err)
		}
	})
}

func TestLoopback_IsThisComputerOnly(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "127.0.0.1": true, "127.8.8.8": true, "::1": true, "[::1]": true,
		"": false, "0.0.0.0": false, "192.168.0.1": false, "localhost.lan": false, "127.0.0.1.x.org": false, "::": false,
	} {
		if got := services.Loopback(host); got != want {
			t.Errorf("Loopback(%q): got %v, want %v", host, got, want)
		}
	}
}

func TestKeySource_TellsKindAndPlace(t *testing.T) {
	for source, want := range map[services.KeySource][2]string{
		"keyring:pintray/7": {services.KeyInKeyring, "pintray/7"},
		"env:PIN_KEY":       {services.KeyInEnv, "PIN_KEY"},
		"file:/a:b":         {services.KeyInFile, "/a:b"},
		"session":           {services.KeySession, ""},
		"none":              {services.KeyNone, ""},
	} {
		if got := [2]string{source.Kind(), source.Where()}; got != want {
			t.Errorf("%q: got %v, want %v", source, got, want)
		}
	}
}
