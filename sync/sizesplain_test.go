//go:build !race

package sync

import "github.com/pintray/pintray/services"

const (
	// usualSeeds is how many lives are simulated.
	usualSeeds = 1000
	// LargePins is more than a full check reads in a few requests, where a page
	// holds no more than LargePage.
	LargePins = 5_000
	LargePage = services.MaxLimit
)
