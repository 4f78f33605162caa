package boot

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/psa"
)

// budgetsFile says what each account's service was asked in the last minute, and
// how long it wants to be left alone: services count on from one call of the
// shell to the next. It is not there where there is nothing to say, and may be
// lost.
func (c *connector) budgetsFile() string { return filepath.Join(c.dir, "budgets.json") }

// readBudgets reads what the process before handed on.
func (c *connector) readBudgets() error {
	text, err := os.ReadFile(c.budgetsFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, &c.before)
}

// writeBudgets hands on what still counts, of accounts that were not asked for
// anything too.
func (c *connector) writeBudgets() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	states := make(map[services.AccountID]psa.BudgetState)
	for id, s := range c.before {
		if c.paced[id] != nil {
			continue
		}
		b := psa.NewBudget(1, 1) // any bound: what no longer counts is left out
		b.Resume(s)
		if s = b.State(); !s.IsZero() {
			states[id] = s
		}
	}
	for id, b := range c.paced {
		if s := b.State(); !s.IsZero() {
			states[id] = s
		}
	}
	if len(states) == 0 {
		err := os.Remove(c.budgetsFile())
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return err
	}
	text, err := json.Marshal(states)
	if err != nil {
		return err
	}
	next := c.budgetsFile() + ".new"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, c.budgetsFile())
}
