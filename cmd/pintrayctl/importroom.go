package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

const (
	importOpen = 100_000         // open operations of an account at which an import waits until some are through
	importRest = 2 * time.Minute // an account that takes nothing for so long ends the import
)

// room waits while an account was asked for so much that is not through: a list may
// be longer than what is to stand in memory and in the data folder. Where waiting
// helps nobody it fails, with why.
func (m *listImport) room(ctx context.Context) error {
	for _, id := range m.to {
		if err := m.roomAt(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (m *listImport) roomAt(ctx context.Context, id services.AccountID) error {
	least, moved := int64(-1), time.Now()
	for {
		going, stuck, err := m.app.Reader.OpenOf(ctx, id)
		switch {
		case err != nil:
			return err
		case stuck >= m.most:
			return m.stuckAt(ctx, id, stuck)
		case going < m.most:
			return nil
		}
		a, err := m.account(ctx, id)
		switch {
		case err != nil:
			return err
		case a.Paused:
			return pausedProblem(a.Name, plural(going, "operation waits", "operations wait"))
		case least < 0:
			m.note("%d operations are open at %s: the list goes on once some are through", going, a.Name)
		case going >= least && time.Since(moved) >= importRest && a.Err != nil:
			return at(a.Name, a.Err)
		case going >= least && time.Since(moved) >= importRest:
			return &problem{
				code: services.CodeTimeout, text: fmt.Sprintf("%s has taken nothing for %s", a.Name, importRest),
				hint: "see: pintrayctl activity --open",
			}
		}
		if least < 0 || going < least {
			least, moved = going, time.Now()
		}
		if err := m.workOn(ctx); err != nil {
			return err
		}
	}
}

// workOn sends what is due, or waits a little for whoever does.
func (m *listImport) workOn(ctx context.Context) error {
	if m.app.Owner {
		if err := m.app.Engine.Work(ctx); err != nil {
			return err
		}
	}
	select {
	case <-time.After(time.Second):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// account is how an account is doing now.
func (m *listImport) account(ctx context.Context, id services.AccountID) (store.AccountState, error) {
	all, err := loadAccounts(ctx, m.app.Reader)
	if err != nil {
		return store.AccountState{}, err
	}
	i := slices.IndexFunc(all.list, func(a store.AccountState) bool { return a.ID == id })
	if i < 0 {
		return store.AccountState{}, &services.Error{Code: services.CodeUsage, Op: "import", Reason: "unknown-account"}
	}
	return all.list[i], nil
}

// stuckAt is why so much at an account waits for the person: the youngest's cause.
func (m *listImport) stuckAt(ctx context.Context, id services.AccountID, n int64) error {
	f := store.OperationFilter{Open: true, Account: id, Limit: askedPage}
	ops, err := m.app.Reader.Operations(ctx, f)
	if err != nil {
		return err
	}
	p := problem{text: fmt.Sprintf("%s at %s for you", plural(n, "operation waits", "operations wait"), m.all.name(id)), hint: "see: pintrayctl activity --open"}
	for _, op := range ops {
		if op.State == store.OpStuck && op.LastCode != "" {
			why := met(m.all.name(id), op, m.all.keyTaken(id))
			p.code, p.hint = why.code, why.hint
			p.text += ": " + why.text
			break
		}
	}
	return &p
}
