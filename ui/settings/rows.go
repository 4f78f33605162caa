package settings

import (
	"strconv"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/add"
	"github.com/pintray/pintray/ui/kit"
)

// The settings of the window, as the store keeps them.
const (
	Close  = "close"  // what the close button does: CloseTray, CloseQuit, "" asks
	Hidden = "hidden" // "1": start without a window
	Look   = "look"   // a kit.Look
	Window = "window" // its size: "1280x800"
	Told   = "told"   // "1": the person knows that closing quits where there is no tray
)

// The values of Close.
const (
	CloseTray = "tray"
	CloseQuit = "quit"
)

// Keys lists the settings this screen reads.
func Keys() []string {
	return []string{Close, Hidden, Look, add.DefaultSetting, store.SettingUploadLimit, store.SettingListen, store.SettingExports}
}

// limitChoices are the upload limits that are offered, in bytes a second; 0 is none.
func limitChoices() []int64 { return []int64{0, 250e3, 500e3, 1e6, 2e6, 5e6, 10e6} }

// limitWords are limitChoices for people.
func limitWords() []string {
	var words []string
	for _, n := range limitChoices() {
		if n == 0 {
			words = append(words, kit.T("settings.limit.none"))
			continue
		}
		words = append(words, kit.T("settings.limit.each", "size", kit.Bytes(n)))
	}
	return words
}

// limitValue is a limit as the store keeps it.
func limitValue(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// limitOf reads what limitValue wrote; what is no number is no limit.
func limitOf(value string) int64 {
	n, _ := strconv.ParseInt(value, 10, 64)
	return n
}

// closeChoices are the values of Close in the order they are offered.
func closeChoices() []string { return []string{"", CloseTray, CloseQuit} }

// lookChoices are the looks in the order they are offered.
func lookChoices() []kit.Look { return []kit.Look{kit.LookSystem, kit.LookLight, kit.LookDark} }

// indexOf finds a value; what is not offered is the first.
func indexOf[T comparable](all []T, one T) int {
	for i, v := range all {
		if v == one {
			return i
		}
	}
	return 0
}

// keyringRow says where keys are kept; unlock offers to unlock it.
func keyringRow(state string) (words string, unlock bool) {
	switch state {
	case "":
		return kit.T("settings.keyring.ok"), false
	case kit.KeyringAsking:
		return kit.T("settings.keyring.asking"), false
	case "locked":
		return kit.T("settings.keyring.locked"), true
	default:
		return kit.T("settings.keyring.none"), false
	}
}

// usual is one service of the row "Keep new items on".
type usual struct {
	id   services.AccountID
	name string
	on   bool
}

// usualRow lists the services with those that are chosen by themselves.
func usualRow(s kit.Snapshot, setting string) []usual {
	chosen := map[services.AccountID]bool{}
	for _, id := range add.ParseDefault(setting) {
		chosen[id] = true
	}
	var out []usual
	for _, a := range s.Accounts {
		out = append(out, usual{id: a.ID, name: services.Clean(a.Name), on: chosen[a.ID]})
	}
	return out
}
