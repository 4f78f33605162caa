package kit

import (
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Snapshot is what the shell last read and every screen may show. It is read
// once for all of them.
type Snapshot struct {
	Health   store.Health
	Accounts []store.AccountState
	// Keyring is Engine.KeyringState: "" where keys can be read, KeyringAsking
	// until the keyring first answered.
	Keyring string
	// Bringing is what of this computer is under way; it is read more often than
	// the rest while there is something.
	Bringing Bringing
	At       time.Time
}

// KeyringAsking is Snapshot.Keyring before there was an answer.
const KeyringAsking = "asking"

// Account finds an account; ok is false where it is gone.
func (s Snapshot) Account(id services.AccountID) (a store.AccountState, ok bool) {
	for _, a := range s.Accounts {
		if a.ID == id {
			return a, true
		}
	}
	return store.AccountState{}, false
}

// ByID is the accounts by their IDs.
func (s Snapshot) ByID() map[services.AccountID]store.AccountState {
	m := make(map[services.AccountID]store.AccountState, len(s.Accounts))
	for _, a := range s.Accounts {
		m[a.ID] = a
	}
	return m
}
