package items

import "github.com/pintray/pintray/store"

// selection is what is ticked, by ID: rows move under live updates, IDs do
// not. The value is the item's size, or unknownSize.
type selection struct {
	ids    map[store.ItemID]int64
	anchor int // where a range begins
	// chosen is the row of the last plain click, while nothing is ticked: a
	// click with Ctrl then ticks both.
	chosen *store.Item
}

const unknownSize = -1

func newSelection() selection { return selection{ids: map[store.ItemID]int64{}} }

func (s *selection) has(id store.ItemID) bool { _, ok := s.ids[id]; return ok }
func (s *selection) len() int                 { return len(s.ids) }
func (s *selection) clear()                   { clear(s.ids); s.chosen = nil }

func (s *selection) add(i store.Item) { s.ids[i.ID] = i.Size }

func (s *selection) toggle(i store.Item) {
	if s.has(i.ID) {
		delete(s.ids, i.ID)
	} else {
		s.add(i)
	}
}

// join is a click with Ctrl: it ticks or unticks i, beside what was chosen.
func (s *selection) join(i store.Item) {
	if s.chosen != nil && len(s.ids) == 0 && s.chosen.ID != i.ID {
		s.add(*s.chosen)
	}
	s.chosen = nil
	s.toggle(i)
}

// addIDs ticks rows that are not at hand.
func (s *selection) addIDs(ids []store.ItemID) {
	for _, id := range ids {
		if !s.has(id) {
			s.ids[id] = unknownSize
		}
	}
}

// size is how large what is ticked is; known is false where one is not known.
func (s *selection) size() (total int64, known bool) {
	for _, n := range s.ids {
		if n < 0 {
			return 0, false
		}
		total += n
	}
	return total, true
}

// list is what is ticked, in no order.
func (s *selection) list() []store.ItemID {
	out := make([]store.ItemID, 0, len(s.ids))
	for id := range s.ids {
		out = append(out, id)
	}
	return out
}
