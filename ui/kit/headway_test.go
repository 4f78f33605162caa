package kit_test

import (
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

func TestHeadwayOf(t *testing.T) {
	tests := []struct {
		name string
		p    store.Progress
		line string
		part float64
		note string
		role kit.Role
	}{
		{"read, size unknown", store.Progress{Stage: store.Reading, Left: -1}, "Preparing…", -1, "", kit.Work},
		{"read, 40 %", store.Progress{Stage: store.Reading, Bytes: 40, TotalBytes: 100, Left: 3 * time.Second}, "Preparing…", 0.4, "40 % · 3 s left", kit.Work},
		{"read by files", store.Progress{Stage: store.Reading, Files: 1, TotalFiles: 4, Left: -1}, "Preparing…", 0.25, "25 %", kit.Work},
		{"uploaded", store.Progress{Stage: store.Uploading, Bytes: 62, TotalBytes: 100, Left: 4 * time.Minute}, "Uploading to Filebase", 0.62, "62 % · 4 min left", kit.Work},
		{"nobody came yet", store.Progress{Stage: store.Giving, TotalBytes: 100, Left: -1}, "Waiting for Filebase to fetch it", -1, "", kit.Work},
		{"fetched", store.Progress{Stage: store.Giving, Peers: 2, Bytes: 629, TotalBytes: 1000, Left: 90 * time.Minute}, "Filebase is fetching", 0.629, "62 % · 2 h left", kit.Work},
		{"nearly", store.Progress{Stage: store.Giving, Peers: 2, Bytes: 999, TotalBytes: 1000, Left: 0}, "Filebase is fetching", 0.999, "99 %", kit.Work},
		{"it was told an old address", store.Progress{Stage: store.Giving, TotalBytes: 100, Trouble: "moved"}, "Filebase was told this computer's old address", -1, "", kit.Warn},
		{"nobody comes", store.Progress{Stage: store.Giving, TotalBytes: 100, Trouble: "nobody-connects"}, "Filebase can't reach this computer", -1, "", kit.Warn},
		{"nobody is reached", store.Progress{Stage: store.Giving, TotalBytes: 100, Trouble: "cannot-reach"}, "This computer can't reach Filebase", -1, "", kit.Warn},
		{"paused", store.Progress{Stage: store.Giving, Bytes: 10, TotalBytes: 100, Trouble: "paused"}, "Paused", 0.1, "10 %", kit.Ink3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := kit.HeadwayOf(tt.p, "Filebase", false)
			if g.Line != tt.line || g.Part != tt.part || g.Note != tt.note || g.Role != tt.role {
				t.Errorf("got %+v, want %q %v %q", g, tt.line, tt.part, tt.note)
			}
			if (g.Hint != "") != (tt.role == kit.Warn) {
				t.Errorf("hint %q", g.Hint)
			}
		})
	}
}

func TestBringing_FindsBySourceThenByCID(t *testing.T) {
	c := services.WireCID("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi")
	b := kit.NewBringing(
		[]store.Progress{{Source: 1, Stage: store.Reading}, {Source: 2, CID: c, Account: 7, Stage: store.Giving}},
		[]store.Source{{ID: 3, State: store.SourceStuck, Reason: services.ReasonVanished}, {ID: 2, State: store.SourceReady, CID: c, Reason: services.ReasonChanged}})
	if got := b.Of(1, services.CID{}); len(got) != 1 || got[0].Stage != store.Reading {
		t.Errorf("of the source: %+v", got)
	}
	if p, ok := b.At(0, c, 7); !ok || p.Source != 2 {
		t.Errorf("of the CID: %+v, %v", p, ok)
	}
	if _, ok := b.At(0, c, 8); ok {
		t.Error("another account's")
	}
	if got := b.Of(0, services.CID{}); got != nil {
		t.Errorf("of nothing: %+v", got)
	}
	if b.Reason(3, services.CID{}) != services.ReasonVanished || b.Reason(0, c) != "" {
		t.Errorf("reasons: %q and %q", b.Reason(3, services.CID{}), b.Reason(0, c))
	}
	if !b.Any() || (kit.Bringing{}).Any() {
		t.Error("any")
	}
}
