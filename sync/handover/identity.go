package handover

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/multiformats/go-multiaddr"
)

// identity is what outlives a host while its jobs do: the origins a service
// was told lead to a key at an address.
type identity struct {
	key    crypto.PrivKey
	listen []multiaddr.Multiaddr
	tries  int
	used   bool // by this process: one that gave nothing ends nobody's jobs
}

// written is an identity in its file.
type written struct {
	Key    []byte   `json:"key"`
	Listen []string `json:"listen"`
}

// recall is who we were when the program ended with live jobs; nobody where
// there is no such file, or none that can be read.
func (g *Giver) recall() identity {
	if g.config.Identity == "" {
		return identity{}
	}
	text, err := os.ReadFile(g.config.Identity)
	if errors.Is(err, fs.ErrNotExist) {
		return identity{}
	}
	kept, err := read(text, err)
	if err != nil {
		g.config.Log.Warn("who gave before is not known any more", "error", err)
		return identity{}
	}
	return kept
}

func read(text []byte, err error) (identity, error) {
	var w written
	if err == nil {
		err = json.Unmarshal(text, &w)
	}
	if err != nil {
		return identity{}, err
	}
	var kept identity
	if kept.key, err = crypto.UnmarshalPrivateKey(w.Key); err != nil {
		return identity{}, fmt.Errorf("read the key: %w", err)
	}
	for _, text := range w.Listen {
		a, err := multiaddr.NewMultiaddr(text)
		if err != nil {
			return identity{}, fmt.Errorf("read an address: %w", err)
		}
		kept.listen = append(kept.listen, a)
	}
	return kept, nil
}

// keep writes it down for a start in the middle of a job.
func (g *Giver) keep(kept identity) {
	if g.config.Identity == "" {
		return
	}
	var w written
	key, err := crypto.MarshalPrivateKey(kept.key)
	w.Key = key
	for _, a := range kept.listen {
		w.Listen = append(w.Listen, a.String())
	}
	text, jerr := json.Marshal(w)
	if err = errors.Join(err, jerr); err == nil {
		err = os.WriteFile(g.config.Identity, text, 0o600)
	}
	if err != nil {
		g.config.Log.Warn("a restart will be another machine to services", "error", err)
	}
}

// forget ends the identity with its last job.
func (g *Giver) forget(kept *identity) {
	if kept.key == nil {
		return
	}
	*kept = identity{}
	if g.config.Identity == "" {
		return
	}
	if err := os.Remove(g.config.Identity); err != nil && !errors.Is(err, fs.ErrNotExist) {
		g.config.Log.Warn("the identity of what was given stays", "error", err)
	}
}
