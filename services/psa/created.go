package psa

import (
	"strconv"
	"strings"
	"time"
)

// createdLayouts are the ways a point in time is written (quirk 26). Go takes
// any number of fraction digits after each.
var createdLayouts = []string{
	time.RFC3339,
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04Z07:00",
	"2006-01-02",
}

// parseCreated is the time in UTC, zero where the text is none. A number is
// seconds, milliseconds, microseconds or nanoseconds since 1970, by its size.
func parseCreated(text string) time.Time {
	text = strings.ToUpper(strings.TrimSpace(text))
	if len(text) > 64 {
		return time.Time{}
	}
	if len(text) > 10 && text[10] == ' ' {
		text = text[:10] + "T" + strings.ReplaceAll(text[11:], " ", "")
	}
	text = strings.TrimSuffix(text, "UTC")
	for _, layout := range createdLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return plausible(t)
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}
	case n < 1e11:
		return plausible(time.Unix(n, 0))
	case n < 1e14:
		return plausible(time.UnixMilli(n))
	case n < 1e17:
		return plausible(time.UnixMicro(n))
	}
	return plausible(time.Unix(0, n))
}

// plausible drops times no service can have taken a pin at, like the year 1.
func plausible(t time.Time) time.Time {
	if t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.UTC()
}
