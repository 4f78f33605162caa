package services

import (
	_ "embed"
	"encoding/json"
)

//go:embed templates.json
var templatesJSON []byte

// Template is what is known of a kind of service before anyone connects to it.
// The list is data (templates.json): services come and go.
type Template struct {
	ID   string `json:"id"`   // stable, lower case: "pinata"
	Name string `json:"name"` // "Pinata"
	Kind string `json:"kind"` // "company" or "own-server"
	// Endpoint is the base URL, "" where the person must give it.
	Endpoint string `json:"endpoint,omitempty"`
	// EndpointHint is an example of the base URL where Endpoint is "".
	EndpointHint string `json:"endpoint_hint,omitempty"`
	// KeyWord is what this service calls the access key ("JWT").
	KeyWord string `json:"key_word"`
	// KeyOptional is true where the service may be used without a key.
	KeyOptional bool `json:"key_optional,omitempty"`
	// Login is true where the key may be made of a user and a password
	// (Account.User).
	Login bool `json:"login,omitempty"`
	// KeyPage is where a person finds the key; KeyHow says how, in one sentence.
	KeyPage string `json:"key_page,omitempty"`
	KeyHow  string `json:"key_how"`
	// Cost says what the plans cost and whether the free one may pin, in one
	// sentence; CostPage is where the prices stand.
	Cost     string `json:"cost"`
	CostPage string `json:"cost_page,omitempty"`
	// Docs is the service's own page on this API.
	Docs string `json:"docs,omitempty"`
	// ListsPerMinute is how many list calls a minute it allows; 0 is no limit
	// until it says so.
	ListsPerMinute int `json:"lists_per_minute"`
	// Upload is how it takes a CAR over HTTPS, nil where it does not.
	Upload *Upload `json:"upload,omitempty"`
	// NoneIs404 is true where a list of nothing is answered with 404 in the words of
	// the API (quirk 6); anywhere else that is a wrong address.
	NoneIs404 bool `json:"none_is_404,omitempty"`
	// Note is one more thing to know before connecting, "" where there is none.
	Note string `json:"note,omitempty"`
}

// Upload is how a service takes content as a CAR file.
type Upload struct {
	// Kind is the shape of the call: "kubo" (POST {URL}/api/v0/dag/import),
	// "pinata" (POST {URL}/v3/files) or "functionland" (POST {endpoint}/pins/import/car).
	Kind string `json:"kind"`
	// URL is where, "" for the account's own endpoint.
	URL string `json:"url,omitempty"`
	// Tried is true once somebody has seen it work on the service itself. None
	// of them is yet: not tried live.
	Tried bool `json:"tried"`
}

// Templates lists them by name, A to Z, "own" last.
func Templates() []Template {
	var list []Template
	if err := json.Unmarshal(templatesJSON, &list); err != nil {
		panic("bug: templates.json: " + err.Error())
	}
	return list
}

// TemplateByID finds one; ok is false where there is none.
func TemplateByID(id string) (t Template, ok bool) {
	for _, t := range Templates() {
		if t.ID == id {
			return t, true
		}
	}
	return Template{}, false
}
