package services

import (
	"fmt"
	"net/url"
	"strings"
)

// InputKind says why a typed or pasted text names nothing that can be pinned.
type InputKind int

const (
	// InputEmpty: nothing but space was given.
	InputEmpty InputKind = iota + 1
	// InputNotCID: it is neither a CID nor a link that holds one.
	InputNotCID
	// InputIPNS: an IPNS or DNSLink name, whose content can change.
	InputIPNS
	// InputInside: a path below a CID; the API pins whole CIDs only.
	InputInside
)

// InputError is what ParseCID and ParseLink say of a text they cannot take.
type InputError struct {
	Kind InputKind
	Text string
	// At is the 1-based character at which a CID stops being one, 0 if unknown.
	At int
	// CID is the folder's own CID where Kind is InputInside.
	CID CID
	// Path is what stood behind the CID where Kind is InputInside.
	Path string
}

func (e *InputError) Error() string {
	switch e.Kind {
	case InputEmpty:
		return "no content id given"
	case InputIPNS:
		return fmt.Sprintf("%q is an ipns name, not a content id", e.Text)
	case InputInside:
		return fmt.Sprintf("%q points inside a folder; only whole content ids can be pinned", e.Text)
	default:
		return fmt.Sprintf("%q is not a complete content id (character %d)", e.Text, e.At)
	}
}

// Link is what a text named.
type Link struct {
	CID CID
	// Name is the file name a gateway link carried in ?filename=, else empty.
	Name string
}

// ParseLink reads every way people write down a CID: the CID itself,
// ipfs://CID, dweb:/ipfs/CID, /ipfs/CID, a path gateway
// (https://host/ipfs/CID) and a subdomain gateway (https://CID.ipfs.host/).
// The error is an *InputError.
func ParseLink(text string) (Link, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Link{}, &InputError{Kind: InputEmpty}
	}
	if !strings.ContainsAny(text, ":/") {
		c, err := ParseCID(text)
		return Link{CID: c}, err
	}
	u, err := url.Parse(text)
	if err != nil {
		return Link{}, &InputError{Kind: InputNotCID, Text: text, At: 1}
	}
	id, path, ipns := locate(u)
	if ipns {
		return Link{}, &InputError{Kind: InputIPNS, Text: text}
	}
	c, err := ParseCID(id)
	if err != nil {
		return Link{}, &InputError{Kind: InputNotCID, Text: text, At: placeIn(text, id)}
	}
	if path = strings.Trim(path, "/"); path != "" {
		return Link{}, &InputError{Kind: InputInside, Text: text, CID: c, Path: path}
	}
	return Link{CID: c, Name: u.Query().Get("filename")}, nil
}

// locate finds the part of u that should be a CID and what follows it.
func locate(u *url.URL) (id, path string, ipns bool) {
	switch strings.ToLower(u.Scheme) {
	case "ipns":
		return "", "", true
	case "ipfs":
		if u.Opaque != "" { // ipfs:CID
			id, path, _ = strings.Cut(u.Opaque, "/")
			return id, path, false
		}
		if u.Host == "" || strings.EqualFold(u.Host, "ipfs") { // ipfs:///ipfs/CID, ipfs://ipfs/CID
			return splitPath(u.Path)
		}
		return u.Host, u.Path, false
	}
	if label, rest, ok := strings.Cut(u.Hostname(), "."); ok {
		switch kind, _, _ := strings.Cut(rest, "."); kind {
		case "ipfs":
			return label, u.Path, false
		case "ipns":
			return "", "", true
		}
	}
	if u.Opaque != "" { // dweb:ipfs/CID
		return splitPath(u.Opaque)
	}
	return splitPath(u.Path)
}

// splitPath reads /ipfs/CID/rest and /ipns/name.
func splitPath(p string) (id, path string, ipns bool) {
	p = strings.TrimPrefix(p, "/")
	kind, rest, _ := strings.Cut(p, "/")
	switch kind {
	case "ipns":
		return "", "", true
	case "ipfs":
		id, path, _ = strings.Cut(rest, "/")
		return id, path, false
	}
	id, path, _ = strings.Cut(p, "/")
	return id, path, false
}

// placeIn is the 1-based character of text at which its part id stops being a CID.
func placeIn(text, id string) int {
	if id == "" {
		return len([]rune(text)) + 1
	}
	before, _, ok := strings.Cut(text, id)
	if !ok {
		return 1
	}
	return len([]rune(before)) + badCharacter(id)
}
