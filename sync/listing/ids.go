package listing

// id is a requestid in 8 bytes. Of a million, two are the same in one walk of
// 37 million, by other seeds each time; one pin is then not visited, and asked
// for before it is called gone.
type id uint64

// idSet is a set of ids: at most 22 bytes each, where a map takes 40. The zero
// value is empty.
type idSet struct {
	slots []id // 0: free; a power of two of them, a quarter at least free
	n     int
}

// add reports whether it was not there before.
func (s *idSet) add(k id) bool {
	if 4*s.n >= 3*len(s.slots) {
		was := s.slots
		s.slots = make([]id, max(2*len(was), 1<<10))
		for _, k := range was {
			if k != 0 {
				s.slots[s.slot(k)] = k
			}
		}
	}
	at := s.slot(k)
	if s.slots[at] != 0 {
		return false
	}
	s.slots[at] = k
	s.n++
	return true
}

// slot is where an id is, or is to be put.
func (s *idSet) slot(k id) int {
	last := len(s.slots) - 1
	at := int(k) & last
	for s.slots[at] != 0 && s.slots[at] != k {
		at = (at + 1) & last
	}
	return at
}
