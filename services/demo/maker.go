package demo

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/pintray/pintray/services"
)

// maker makes up pins from their place in the table. Nothing it makes is kept:
// ids and CIDs are the place in cipher, so that they look like any other and
// still lead back to it at once.
type maker struct {
	options Options
	own     cipher.Block // ids, and the CIDs only this service has
	common  cipher.Block // the CIDs every made-up service has
	peer    string
}

// What a block of cipher holds besides the place.
const (
	digestLow = iota + 1
	digestHigh
	request
)

func newMaker(o Options) maker {
	m := maker{options: o, own: newCipher(o.Seed), common: newCipher(^uint64(0))}
	// An ed25519 peer id is its public key, wrapped.
	key := append([]byte{0x08, 0x01, 0x12, 0x20}, m.block(m.own, 0, 0)...)
	key = append(key, m.block(m.own, 0, 1)...)
	if id, err := mh.Sum(key, mh.IDENTITY, -1); err == nil {
		m.peer = id.B58String()
	}
	return m
}

func newCipher(seed uint64) cipher.Block {
	key := make([]byte, 16)
	copy(key, "pintray!")
	binary.BigEndian.PutUint64(key[8:], seed)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return block
}

func (m maker) block(c cipher.Block, place int, kind uint64) []byte {
	out := make([]byte, 16)
	binary.BigEndian.PutUint64(out, uint64(place))
	binary.BigEndian.PutUint64(out[8:], kind)
	c.Encrypt(out, out)
	return out
}

// placeIn turns block around; ok is false where it made none of it.
func (m maker) placeIn(c cipher.Block, block []byte, kind uint64) (place int, ok bool) {
	out := make([]byte, 16)
	c.Decrypt(out, block)
	n := binary.BigEndian.Uint64(out)
	return int(n), binary.BigEndian.Uint64(out[8:]) == kind && n < 1<<40
}

// requestID looks like a UUID.
func (m maker) requestID(place int) string {
	h := hex.EncodeToString(m.block(m.own, place, request))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func (m maker) place(requestID string) (place int, ok bool) {
	if len(requestID) != 36 {
		return 0, false
	}
	raw, err := hex.DecodeString(strings.ReplaceAll(requestID, "-", ""))
	if err != nil || len(raw) != 16 {
		return 0, false
	}
	place, ok = m.placeIn(m.own, raw, request)
	return place, ok && m.requestID(place) == requestID
}

// roll is a number that looks random, for what a made-up pin is like.
func roll(seed uint64, place, what int) uint64 {
	x := seed + uint64(place)*0x9e3779b97f4a7c15 + uint64(what)*0xd1b54a32d192ed03
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// shared reports whether every made-up service has this content.
func shared(place int) bool { return place%3 == 0 }

func (m maker) blockOf(place int) cipher.Block {
	if shared(place) {
		return m.common
	}
	return m.own
}

func (m maker) seedOf(place int) uint64 {
	if shared(place) {
		return ^uint64(0)
	}
	return m.options.Seed
}

func (m maker) cid(place int) services.CID {
	c := m.blockOf(place)
	digest := append(m.block(c, place, digestLow), m.block(c, place, digestHigh)...)
	hash, err := mh.Encode(digest, mh.SHA2_256)
	if err != nil {
		panic("bug: " + err.Error())
	}
	switch n := roll(m.seedOf(place), place, 1) % 10; {
	case n == 0:
		key := cid.NewCidV1(cid.DagProtobuf, hash).String()
		return services.CID{Text: cid.NewCidV0(hash).String(), Key: key}
	case n < 4:
		text := cid.NewCidV1(cid.Raw, hash).String()
		return services.CID{Text: text, Key: text}
	default:
		text := cid.NewCidV1(cid.DagProtobuf, hash).String()
		return services.CID{Text: text, Key: text}
	}
}

// placeOfCID is the place a made-up CID stands for.
func (m maker) placeOfCID(c services.CID) (place int, ok bool) {
	parsed, err := cid.Decode(c.Key)
	if err != nil {
		return 0, false
	}
	hash, err := mh.Decode(parsed.Hash())
	if err != nil || len(hash.Digest) != 32 {
		return 0, false
	}
	for _, block := range []cipher.Block{m.common, m.own} {
		place, ok := m.placeIn(block, hash.Digest[:16], digestLow)
		if ok && m.cid(place).Key == c.Key {
			return place, true
		}
	}
	return 0, false
}

func (m maker) pin(place int) services.Pin {
	p := services.Pin{CID: m.cid(place), Name: m.name(place)}
	if roll(m.seedOf(place), place, 2)%5 == 0 {
		p.Meta = map[string]string{"project": projects[roll(m.seedOf(place), place, 3)%uint64(len(projects))]}
	}
	return p
}

// created spreads the pins over the span, in groups of Ties, never falling
// from one place to the next.
func (m maker) created(place int, start time.Time) int64 {
	groups := (m.options.Pins + m.options.Ties - 1) / m.options.Ties
	step := max(1, m.options.Span.Microseconds()/int64(groups))
	group := place / m.options.Ties
	jitter := int64(roll(m.options.Seed, group, 4) % uint64(step))
	return start.UnixMicro() - int64(groups-group)*step + jitter
}

// recent is how many of the newest made-up pins may not be pinned yet.
const recent = 100

func (m maker) status(place int) services.Status {
	n := roll(m.options.Seed, place, 5) % 100
	switch {
	case n < 2:
		return services.Failed
	case place >= m.options.Pins-recent && n < 8:
		return services.Pinning
	case place >= m.options.Pins-recent && n < 14:
		return services.Queued
	}
	return services.Pinned
}

func (m maker) info(place int, s services.Status) map[string]string {
	switch s {
	case services.Pinned:
		size := 1<<12 + roll(m.options.Seed, place, 6)%(1<<(12+roll(m.options.Seed, place, 7)%20))
		return map[string]string{"dag_size": strconv.FormatUint(size, 10)}
	case services.Failed:
		return map[string]string{"status_details": "Nobody who has the content could be reached"}
	case services.Queued:
		return map[string]string{"status_details": fmt.Sprintf("Queue position: %d of 99", 1+place%99)}
	}
	return nil
}

func (m maker) delegates() []string {
	return []string{"/dns4/node1.demo.invalid/tcp/4001/p2p/" + m.peer}
}
