package services

import (
	"strings"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"
)

// maxCIDText is the longest text taken for a CID, in bytes. Real ones are 46 to
// about 110; the bound keeps a hostile answer from growing a row.
const maxCIDText = 256

// maxIdentity is the largest identity multihash taken, in bytes: such a CID is
// its own content, and a large one is a way of smuggling data into lists.
const maxIdentity = 128

// CID is a content identifier: the text exactly as somebody wrote it, and the
// canonical key two spellings of the same content share.
//
// The zero CID is "none yet". CIDs are comparable, but compare Key, not the
// value, to ask whether two name the same content.
type CID struct {
	// Text is what was typed or what a service sent; it goes back to that
	// service unchanged.
	Text string
	// Key is the CID as version 1 in base32, or "?" and the text where the text
	// is no CID. It is empty only where Text is.
	Key string
}

// WireCID takes the CID of a service's answer. It never fails: a text that is
// no CID keeps its row under a key of its own (quirk 22, 34).
func WireCID(text string) CID {
	if text == "" {
		return CID{}
	}
	if c, err := decodeCID(text); err == nil {
		return CID{Text: text, Key: canonical(c)}
	}
	return CID{Text: text, Key: "?" + text}
}

// ParseCID reads a CID of any version and multibase. The error is an
// *InputError that says where the text goes wrong.
func ParseCID(text string) (CID, error) {
	text = strings.TrimSpace(text)
	c, err := decodeCID(text)
	if err != nil {
		return CID{}, &InputError{Kind: InputNotCID, Text: text, At: badCharacter(text)}
	}
	return CID{Text: text, Key: canonical(c)}, nil
}

// Valid reports whether the text is a CID.
func (c CID) Valid() bool { return c.Key != "" && c.Key[0] != '?' }

// IsZero reports whether there is no CID yet.
func (c CID) IsZero() bool { return c.Text == "" }

// String is the text as it was written.
func (c CID) String() string { return c.Text }

// Short is the first four and last four characters around an ellipsis, as
// screens show it: never the primary name of a thing.
func (c CID) Short() string {
	t := c.Key
	if !c.Valid() {
		t = c.Text
	}
	if r := []rune(t); len(r) > 9 {
		return string(r[:4]) + "…" + string(r[len(r)-4:])
	}
	return t
}

func decodeCID(text string) (cid.Cid, error) {
	if len(text) > maxCIDText {
		return cid.Undef, cid.ErrCidTooShort
	}
	c, err := cid.Decode(text)
	if err != nil {
		return cid.Undef, err
	}
	if p := c.Prefix(); p.MhType == mh.IDENTITY && p.MhLength > maxIdentity {
		return cid.Undef, cid.ErrCidTooShort
	}
	return c, nil
}

func canonical(c cid.Cid) string {
	if c.Version() == 0 {
		c = cid.NewCidV1(cid.DagProtobuf, c.Hash())
	}
	return c.String()
}

// badCharacter is the 1-based place of the first character a CID of the text's
// apparent base cannot have, or one past the end where the text just stops.
func badCharacter(text string) int {
	const (
		base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
		base32 = "abcdefghijklmnopqrstuvwxyz234567"
		base36 = "abcdefghijklmnopqrstuvwxyz0123456789"
	)
	alphabet := base32
	switch {
	case strings.HasPrefix(text, "Qm"), strings.HasPrefix(text, "z"):
		alphabet = base58
	case strings.HasPrefix(text, "k"):
		alphabet = base36
	case !strings.HasPrefix(text, "b"):
		return 1
	}
	n := 0
	for _, r := range text {
		n++
		if !strings.ContainsRune(alphabet, r) {
			return n
		}
	}
	return n + 1
}
