package services

import (
	"encoding/json"
	"errors"
	"time"
)

// errorJSON is an Error on its way to another process of this program.
type errorJSON struct {
	Code       Code          `json:"code"`
	Op         string        `json:"op,omitempty"`
	Reason     string        `json:"reason,omitempty"`
	Details    string        `json:"details,omitempty"`
	HTTP       int           `json:"http,omitempty"`
	NotSent    bool          `json:"not_sent,omitempty"`
	RetryAfter time.Duration `json:"retry_after,omitempty"`
	Cause      string        `json:"cause,omitempty"`
}

// MarshalJSON writes every field; of the cause only its text.
func (e *Error) MarshalJSON() ([]byte, error) {
	w := errorJSON{e.Code, e.Op, e.Reason, e.Details, e.HTTP, e.NotSent, e.RetryAfter, ""}
	if e.Err != nil {
		w.Cause = e.Err.Error()
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Error) UnmarshalJSON(text []byte) error {
	var w errorJSON
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	*e = Error{Code: w.Code, Op: w.Op, Reason: w.Reason, Details: w.Details, HTTP: w.HTTP, NotSent: w.NotSent, RetryAfter: w.RetryAfter}
	if w.Cause != "" {
		e.Err = errors.New(w.Cause)
	}
	return nil
}
