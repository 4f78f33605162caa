package services_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
)

func TestKeyEnds_ReadsWhatAJSONWebTokenSays(t *testing.T) {
	token := func(payload string) string {
		enc := base64.RawURLEncoding.EncodeToString
		return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc([]byte(payload)) + "." + enc([]byte("made up"))
	}
	march := time.Date(2027, 3, 3, 12, 0, 0, 0, time.UTC)
	for key, want := range map[string]time.Time{
		token(`{"sub":"anna","exp":1804075200}`):     march,
		token(`{"exp":1804075200.75}`):               march,
		token(`{"exp":1.8040752e9,"scopedKey":"x"}`): march,
		token(`{"exp":0}`):                           {},
		token(`{"exp":-5}`):                          {},
		token(`{"exp":1e300}`):                       {},
		token(`{"exp":"1804075200"}`):                {},
		token(`{"exp":null}`):                        {},
		token(`{"sub":"anna"}`):                      {},
		token(`[1804075200]`):                        {},
		"":                                           {},
		"a.b.c":                                      {},
		"made-up-key":                                {},
		token(`{"exp":1804075200}`) + ".x":           {},
	} {
		got, ok := services.KeyEnds(services.NewSecret(key))
		if !got.Equal(want) || ok == want.IsZero() {
			t.Errorf("%s ends %v, %v; want %v", key, got, ok, want)
		}
	}
}
