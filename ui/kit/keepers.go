package kit

import (
	"slices"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

// Keeper is one service to choose for what is to be kept.
type Keeper struct {
	ID      services.AccountID
	Name    string
	Say     string // how it is doing
	Role    Role   // of Say
	Chosen  bool
	NewKey  bool // the key is refused: offer another
	Local   bool // this computer: a place, but no copy
	Account store.AccountState
}

// Keepers are the services to choose from, this computer last. Those of chosen
// are chosen; where none of them is left, the first that works is. A paused one
// is there only with paused, and only where it is chosen.
func Keepers(s Snapshot, chosen []services.AccountID, paused bool) []Keeper {
	var out, here []Keeper
	none := true
	for _, a := range s.Accounts {
		on := slices.Contains(chosen, a.ID)
		if a.Paused && !(on && paused) {
			continue
		}
		none = none && !on
		p := keeperOf(a, s)
		p.Chosen = on
		if p.Local {
			here = append(here, p)
		} else {
			out = append(out, p)
		}
	}
	out = append(out, here...)
	for i := range out {
		if !none {
			break
		}
		if st := StandingOf(out[i].Account, s.Keyring, s.At); !st.Needs {
			out[i].Chosen, none = true, false
		}
	}
	return out
}

func keeperOf(a store.AccountState, s Snapshot) Keeper {
	st := StandingOf(a, s.Keyring, s.At)
	p := Keeper{ID: a.ID, Name: services.Clean(a.Name), Say: st.Line, Role: st.Role, NewKey: st.Remedy == NewKey, Local: a.Local(), Account: a}
	if p.Local {
		p.Say, p.Role = T("add.local"), Ink3
		return p
	}
	if t, ok := services.TemplateByID(a.Template); ok && t.Upload != nil && !st.Needs && st.Role == SafeInk {
		p.Say = T("add.uploads")
	}
	return p
}
