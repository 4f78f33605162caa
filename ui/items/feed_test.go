package items

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2/driver/desktop"

	"github.com/pintray/pintray/store"
)

func TestView_ReadsNotWhatADragPassesBy(t *testing.T) {
	m := &counted{numbers: numbers{n: 100_000}}
	s := open(t, m, wide)
	before := m.rows.Load()
	for at := range 400 {
		s.list.ScrollTo(float64(at * 200))
	}
	s.settle()
	for _, r := range s.rows {
		if r.Visible() && !r.have {
			t.Errorf("row %d is still a skeleton", r.at)
		}
	}
	if n := m.rows.Load() - before; n > 20 {
		t.Errorf("%d pages were read", n)
	}
}

// counted counts the pages that are read.
type counted struct {
	numbers
	rows atomic.Int64
}

func (m *counted) Open(context.Context, store.Filter) (listing, error) { return m, nil }
func (m *counted) Rows(ctx context.Context, from, n int) ([]store.Item, error) {
	m.rows.Add(1)
	time.Sleep(time.Millisecond)
	return m.numbers.Rows(ctx, from, n)
}

func TestView_StatusBarLeadsToWhatItNames(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	for _, p := range tailOf(s.counts, s.snap, s.showState) {
		if strings.Contains(p.Text, "need") {
			p.Act()
		}
	}
	if s.filter.State != store.NeedsYou {
		t.Errorf("the list shows %v", s.filter.State)
	}
}

func TestView_ExportsWhatIsTickedInItsOrder(t *testing.T) {
	s := open(t, &memory{rows: examples()}, wide)
	var got []store.ItemID
	s.d.OnExport = func(ids []store.ItemID) { got = ids }
	for _, at := range []int{4, 1, 3} {
		s.click(at, 30, 0, desktop.MouseButtonPrimary)
	}
	s.bar.export.Tapped(nil)
	if !slices.Equal(got, []store.ItemID{2, 4, 5}) {
		t.Errorf("exported %v", got)
	}
}
