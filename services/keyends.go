package services

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"time"
)

// KeyEnds is when a key stops to be good, as the key itself says: many are JSON
// web tokens, which carry it in "exp" (RFC 7519, section 4.1.4; quirk 43). ok is
// false for a key that says nothing of the kind. Nothing is verified, and nothing
// else of the key is looked at.
func KeyEnds(s Secret) (ends time.Time, ok bool) {
	parts := strings.Split(s.Reveal(), ".")
	if len(parts) != 3 {
		return time.Time{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return time.Time{}, false
	}
	var claims struct {
		Exp *float64 `json:"exp"` // seconds since 1970, with or without a fraction
	}
	if json.Unmarshal(payload, &claims) != nil || claims.Exp == nil {
		return time.Time{}, false
	}
	seconds := math.Floor(*claims.Exp)
	if seconds <= 0 || seconds > lastSecond {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}

// lastSecond is the end of the year 9999.
const lastSecond = 253402300799
