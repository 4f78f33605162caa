package watch

// Slowed is c whose looks call do for each folder first.
func (c Config) Slowed(do func(dir string)) Config {
	c.looking = do
	return c
}
