package listing

// counts is what the service's counts have been worth (quirk 8).
type counts struct {
	first    int64 // of the first page
	firstLen int
	last     int64 // of the last page at the bottom
	twice    int64 // pins listed twice in one answer (quirk 20)

	notPlusOne bool  // some count was not its page's length plus one
	lengths    bool  // pages of different lengths were seen
	empty      int64 // the count of an empty page, 0 where there was none
	asked      int
	foretold   int    // how often a count was what the page before had foretold
	varied     int    // how often a part of the account had another one, beyond its page
	low        string // a count that was fewer than there were
}

// note takes in the count of a page.
func (c *counts) note(p *page, twice int) {
	if c.asked == 0 {
		c.first, c.firstLen = p.count, p.len
	}
	c.asked++
	c.twice += int64(twice)
	c.notPlusOne = c.notPlusOne || p.count != int64(p.len)+1
	c.lengths = c.lengths || p.len != c.firstLen
	if p.len == 0 {
		c.empty = max(c.empty, p.count)
	}
	if p.count > int64(p.len)+1 && p.count != c.first {
		c.varied++
	}
	if p.count < int64(p.len) {
		c.low = figures(p)
	}
}

// follow compares the count of a page with that of the page before on the same
// way down.
func (c *counts) follow(before chainPage, p *page) {
	older := before.count - int64(before.len) // than what the page before held
	now := p.count - int64(p.overlap)
	if now == older && older > 1 {
		c.foretold++
	}
	if got := int64(p.len - p.overlap); got > max(older, 0) {
		c.low = before.figures() + ", more followed"
	}
}

// plusOne reports whether the count is known to be each page's length plus one.
func (c *counts) plusOne() bool { return !c.notPlusOne && c.lengths }

// good reports whether a count is known to be how many the window holds.
func (c *counts) good() bool { return c.foretold+c.varied > 0 && c.low == "" }

// exact reports whether the first count is what was seen, and not just because
// every count is its page's length plus one.
func (c *counts) exact(seen int64) bool {
	return c.first == seen+c.twice && (c.notPlusOne || c.asked == 1)
}

// agrees reports whether the first count says that all was seen.
func (c *counts) agrees(seen int64) bool {
	return c.exact(seen) || c.first == seen+c.twice+1 && c.plusOne()
}

// lies reports whether the count is known to mean something else: fewer than
// there are, or always one more than the page.
func (c *counts) lies(seen int64) bool {
	return c.low != "" || c.first < seen+c.twice || c.plusOne()
}

// doubtful reports whether the count speaks against having seen all, of a page
// of n pins that nothing could be asked beyond.
func (c *counts) doubtful(n int, seen int64) bool {
	return n >= leastCap && !c.exact(seen) || !c.agrees(seen) && !c.lies(seen)
}
