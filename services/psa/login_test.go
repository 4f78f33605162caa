package psa_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/services/servicetest"
)

// The password has what no access key may have.
const user, password = "operator", "a made up pass:wörd"

func loginTo(t *testing.T, h http.Handler, user, password string) *psa.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c, err := psa.New(psa.Config{Endpoint: server.URL, User: user, Key: services.NewSecret(password)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestLogin_OneKeyServesAllCallsUntilItEnds(t *testing.T) {
	cluster := &servicetest.Cluster{User: user, Password: password}
	c := loginTo(t, cluster, user, password)
	ctx := context.Background()
	pin := services.Pin{CID: servicetest.RandomCID(), Name: "one", Meta: map[string]string{"a": "b"}}
	st, err := c.Add(ctx, pin)
	if err != nil || st.RequestID != pin.CID.Text {
		t.Fatalf("got %+v, %v, want the CID as requestid", st, err)
	}
	for range 3 {
		if _, err := c.List(ctx, services.Query{Limit: 10}); err != nil {
			t.Fatal(err)
		}
	}
	if cluster.Logins() != 1 || c.Requests() != 5 {
		t.Errorf("got %d logins in %d requests, want 1 in 5", cluster.Logins(), c.Requests())
	}
	cluster.EndTokens()
	again, err := c.Add(ctx, services.Pin{CID: pin.CID, Name: "two"}) // its body goes out a second time
	if err != nil || again.Pin.Name != "two" || cluster.Logins() != 2 {
		t.Errorf("after the key ended: got %+v, %v, %d logins, want 2", again, err, cluster.Logins())
	}
	if err := c.Delete(ctx, pin.CID.Text); err != nil {
		t.Error(err)
	}
	if _, err := c.Get(ctx, pin.CID.Text); services.CodeOf(err) != services.CodeNotFound {
		t.Errorf("got %v, want it gone", err)
	}
}

func TestLogin_ManyCallsAtOnceLogInOnce(t *testing.T) {
	cluster := &servicetest.Cluster{User: user, Password: password}
	c := loginTo(t, cluster, user, password)
	for round := 1; round <= 2; round++ {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := c.List(context.Background(), services.Query{}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := cluster.Logins(); got != round {
			t.Errorf("got %d logins, want %d", got, round)
		}
		cluster.EndTokens()
	}
}

func TestLogin_AWrongPasswordIsRefusedAndShownNowhere(t *testing.T) {
	c := loginTo(t, &servicetest.Cluster{User: user, Password: "another"}, user, password)
	_, err := c.List(context.Background(), services.Query{})
	e := services.AsError(err)
	if e == nil || e.Code != services.CodeAuth || e.Reason != "password" {
		t.Errorf("got %+v, want auth, password", e)
	}
	if got := c.Requests(); got != 2 { // the login, and the call with the password itself
		t.Errorf("got %d requests, want 2", got)
	}
	_, err = c.List(context.Background(), services.Query{})
	if got := c.Requests(); services.CodeOf(err) != services.CodeAuth || got != 3 {
		t.Errorf("again: got %v after %d requests, want auth after 3", err, got)
	}
}

func TestLogin_AKeyThatIsRefusedTwiceIsNotAskedForForEver(t *testing.T) {
	var logins int
	c := loginTo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/token" {
			logins++
			fmt.Fprintf(w, `{"token":"key-%d"}`, logins)
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error":{"reason":"unauthorized","details":"%s is no good"}}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	}), user, password)
	_, err := c.List(context.Background(), services.Query{})
	if services.CodeOf(err) != services.CodeAuth || logins != 2 {
		t.Errorf("got %v after %d logins, want auth after 2", err, logins)
	}
	if strings.Contains(err.Error(), "key-2") {
		t.Errorf("the key stands in %v", err)
	}
}

func TestLogin_WithoutTokensTheCallsCarryThePasswordItself(t *testing.T) {
	for name, cluster := range map[string]*servicetest.Cluster{
		"no /token": {User: user, Password: password, NoTokens: true},
		"open":      {},
	} {
		c := loginTo(t, cluster, user, password)
		for range 2 {
			if _, err := c.List(context.Background(), services.Query{}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := c.Requests(); got != 3 {
			t.Errorf("%s: got %d requests, want one login and two calls", name, got)
		}
	}
}

func TestLogin_AFailedLoginHasSentNothing(t *testing.T) {
	c := loginTo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/token" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}), user, password)
	_, err := c.Add(context.Background(), services.Pin{CID: servicetest.RandomCID()})
	if e := services.AsError(err); e == nil || e.Code != services.CodeServer || !e.NotSent {
		t.Errorf("got %+v, want server, not sent", e)
	}
}

func TestLogin_AKeyIsMadeAnewBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		c, err := psa.New(psa.Config{
			Endpoint: "https://cluster.example", User: user, Key: services.NewSecret(password),
			HTTP: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path != "/token" {
					return answer(http.StatusOK, `{"count":0,"results":[]}`)(r)
				}
				logins++
				claims := fmt.Appendf(nil, `{"exp":%d}`, time.Now().Add(time.Hour).Unix())
				return answer(http.StatusOK, fmt.Sprintf(`{"token":"x%d.%s.y"}`, logins, base64.RawURLEncoding.EncodeToString(claims)))(r)
			})},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			wait time.Duration
			want int
		}{{0, 1}, {59 * time.Minute, 1}, {45 * time.Second, 2}} {
			time.Sleep(step.wait)
			if _, err := c.List(t.Context(), services.Query{}); err != nil || logins != step.want {
				t.Errorf("after %v more: got %v, %d logins, want %d", step.wait, err, logins, step.want)
			}
		}
	})
}

func TestLogin_RefusesWhatNoHeaderCarries(t *testing.T) {
	for _, test := range []struct{ user, password, want string }{
		{"a:b", "x", "user"}, {"a\n", "x", "user"}, {"a", "", "password"}, {"a", "x\r\n", "password"},
	} {
		_, err := psa.New(psa.Config{Endpoint: "http://127.0.0.1:1", User: test.user, Key: services.NewSecret(test.password)})
		if e := services.AsError(err); e == nil || e.Code != services.CodeInvalid || e.Reason != test.want {
			t.Errorf("%q %q: got %+v, want %s", test.user, test.password, e, test.want)
		}
	}
}

// An error repeats no key, also none that was renewed while the call was under way.
func TestLogin_AKeyThatWasJustRenewedIsNotRepeated(t *testing.T) {
	const first, second = "aaaaaaaaaaaaaaaafirst", "bbbbbbbbbbbbbbbbsecond"
	var made atomic.Int64
	var c *psa.Client
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "); {
		case r.URL.Path == "/token":
			fmt.Fprintf(w, `{"token":%q}`, []string{first, second}[made.Add(1)-1])
		case r.URL.Path == "/pins/x" && key == first:
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/pins/x":
			w.WriteHeader(http.StatusNotFound)
		default:
			_, _ = c.Get(context.Background(), "x") // another call renews the key meanwhile
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":{"reason":"BAD","details":"not with %s"}}`, key)
		}
	}))
	defer srv.Close()
	c, _ = psa.New(psa.Config{Endpoint: srv.URL, User: "me", Key: services.NewPassword("pw")})
	_, err := c.List(context.Background(), services.Query{})
	if strings.Contains(fmt.Sprintf("%+v %s", err, services.AsError(err).Details), first) {
		t.Errorf("the key is in the error: %v", err)
	}
}

func TestLogin_APlaceForKeysThatWasAwayIsFoundAgain(t *testing.T) {
	cluster := &servicetest.Cluster{User: user, Password: password}
	var away atomic.Bool
	away.Store(true)
	c := loginTo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/token" && away.Load():
			w.WriteHeader(http.StatusNotFound)
		case strings.HasPrefix(r.Header.Get("Authorization"), "Basic ") && r.URL.Path != "/token":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			cluster.ServeHTTP(w, r)
		}
	}), user, password)
	if _, err := c.List(context.Background(), services.Query{Limit: 10}); services.CodeOf(err) != services.CodeAuth {
		t.Errorf("without keys: %v", err)
	}
	away.Store(false)
	if _, err := c.List(context.Background(), services.Query{Limit: 10}); err != nil {
		t.Errorf("with keys again: %v", err)
	}
}
