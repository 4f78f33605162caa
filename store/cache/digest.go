package cache

import (
	"slices"
	"strings"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store/internal/sqlite"
)

// digestOf is a digest of all that is kept of what a service says of a pin.
func digestOf(ps *services.PinStatus) int64 {
	d := digest(0).text(ps.Pin.CID.Text).text(ps.Pin.CID.Key).text(ps.Pin.Name)
	d = d.number(int64(ps.Status)).number(sqlite.Micros(ps.Created)).pairs(ps.Pin.Meta).pairs(ps.Info)
	return int64(d)
}

// digest is FNV-1a.
type digest uint64

func (d digest) byte(b byte) digest { return (d ^ digest(b)) * 1099511628211 }

func (d digest) text(s string) digest {
	for i := range len(s) {
		d = d.byte(s[i])
	}
	return d.byte(0xff) // in no UTF-8: where it ends
}

func (d digest) number(n int64) digest {
	for range 8 {
		d, n = d.byte(byte(n)), n>>8
	}
	return d
}

// pairs is the same in whatever order they come.
func (d digest) pairs(m map[string]string) digest {
	var sum digest
	for k, v := range m {
		sum += digest(14695981039346656037).text(k).text(v)
	}
	return d.number(int64(sum))
}

// asked is how many pins one query looks for.
const asked = 200

// news leaves out the pins of which the service says what is known already. saw
// hears the id of each of those. d.mu is held.
func (d *DB) news(account services.AccountID, pins []services.PinStatus, saw func(id int64)) ([]services.PinStatus, error) {
	var rest []services.PinStatus
	for some := range slices.Chunk(pins, asked) {
		known, err := d.known(account, some)
		if err != nil {
			return nil, err
		}
		for i := range some {
			k, ok := known[some[i].RequestID]
			if !ok || k.digest != digestOf(&some[i]) {
				rest = append(rest, some[i])
				continue
			}
			saw(k.id)
		}
	}
	return rest, nil
}

// knownPin is a pin and the digest of what was said of it last.
type knownPin struct{ id, digest int64 }

// known looks up to asked pins up; those a complete listing did not see are none.
func (d *DB) known(account services.AccountID, pins []services.PinStatus) (map[string]knownPin, error) {
	args := make([]any, asked+1)
	args[0] = int64(account)
	for i := range asked {
		args[i+1] = pins[min(i, len(pins)-1)].RequestID // one statement for any number
	}
	rows, err := d.query("SELECT requestid, id, digest FROM pins WHERE account = ? AND missing = 0 AND requestid IN (?"+
		strings.Repeat(", ?", asked-1)+")", args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	known := make(map[string]knownPin, len(pins))
	for rows.Next() {
		var id string
		var k knownPin
		if err := rows.Scan(&id, &k.id, &k.digest); err != nil {
			return nil, err
		}
		known[id] = k
	}
	return known, rows.Err()
}
