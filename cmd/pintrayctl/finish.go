package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// sendGrace is how long a call that handed its work to the owner waits to see
// it sent, where it was not asked to wait longer.
const sendGrace = 10 * time.Second

// readChunk is how many operations are read back at once.
const readChunk = 200

// finish sees operations through as far as the call was asked to, prints each,
// and fails where one did.
func (c *cli) finish(ctx context.Context, app *boot.App, all *accounts, taken pinsync.Accepted, wait waitFlag) error {
	var ids []store.OperationID
	for _, op := range taken.Operations {
		ids = append(ids, op.ID)
	}
	if len(ids) > 0 && !wait.onlyWrite() {
		if err := c.await(ctx, app, all, ids, wait); err != nil {
			return err
		}
	}
	ops, err := readOperations(ctx, app.Reader, ids)
	if err != nil {
		return err
	}
	failed, err := c.refusals(ctx, app.Reader, all, taken.Refused)
	if err != nil {
		return err
	}
	if all, err = loadAccounts(ctx, app.Reader); err != nil {
		return err
	}
	if app.Owner && !wait.given {
		if err := c.unfetched(ctx, app, ops); err != nil {
			return err
		}
	}
	t := c.table("ACCOUNT", "STATUS", "OPERATION", "CID", "REQUESTID")
	for _, op := range ops {
		if op.State == store.OpCancelled && op.LastText == "already-asked" {
			c.note("%s was asked for the content of %s before, under another name", all.name(op.Account), op.Pin.Name)
		}
		j, err := describe(ctx, app.Reader, all, op)
		if err != nil {
			return err
		}
		if op.Source != 0 && op.AlreadyKept && j.keptName != op.Pin.Name {
			c.noteName(j.Account, j.CID, j.keptName)
		}
		if was := asked(taken, op.ID); op.Kind != store.OpAdd && op.State == store.OpDone && was != op.RequestID {
			c.note("the request ID %s is now %s", was, op.RequestID)
		}
		if c.json {
			err = c.printJSON(j)
		} else {
			err = t.row(j.Account, j.Status, strconv.FormatInt(int64(op.ID), 10), j.CID, j.RequestID)
		}
		if err != nil {
			return err
		}
		if !wait.onlyWrite() {
			if err := verdict(all, j, op, wait); err != nil {
				failed = append(failed, err)
			}
		}
	}
	if !c.json && len(ops) > 0 {
		if err := t.end(); err != nil {
			return err
		}
	}
	return several(failed)
}

// asked is the request ID an operation was asked for.
func asked(taken pinsync.Accepted, id store.OperationID) string {
	for _, op := range taken.Operations {
		if op.ID == id {
			return op.RequestID
		}
	}
	return ""
}

// await waits for the operations: sent, or pinned where --wait asks for it.
func (c *cli) await(ctx context.Context, app *boot.App, all *accounts, ids []store.OperationID, wait waitFlag) error {
	ids, err := notPaused(ctx, app.Reader, all, ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	if !wait.given { // what was cancelled is closed already, and the others need not go first
		ops, err := readOperations(ctx, app.Reader, ids)
		if err != nil || !slices.ContainsFunc(ops, func(op store.Operation) bool { return op.State.Open() }) {
			return err
		}
	}
	defer c.watch(ctx, app)()
	if app.Owner && !wait.given {
		return app.Engine.Work(ctx)
	}
	limit := wait.limit
	if !wait.given {
		limit = sendGrace
	}
	waitCtx, cancel := ctx, context.CancelFunc(func() {})
	if limit > 0 {
		waitCtx, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	if !app.Owner {
		return ended(ctx, waitFor(waitCtx, app, ids, wait.given))
	}
	runCtx, stop := context.WithCancel(ctx)
	ran := make(chan error, 1)
	go func() { ran <- app.Run(runCtx) }()
	err = ended(ctx, waitFor(waitCtx, app, ids, wait.given))
	stop()
	return errors.Join(err, <-ran)
}

// notPaused leaves out the operations of accounts that are paused: nothing becomes
// of those for now.
func notPaused(ctx context.Context, r *store.Reader, all *accounts, ids []store.OperationID) ([]store.OperationID, error) {
	if !slices.ContainsFunc(all.list, func(a store.AccountState) bool { return a.Paused }) {
		return ids, nil
	}
	ops, err := readOperations(ctx, r, ids)
	var rest []store.OperationID
	for _, op := range ops {
		if !all.paused(op.Account) {
			rest = append(rest, op.ID)
		}
	}
	return rest, err
}

// waitFor waits for some at a time: the engine looks at all it waits for
// whenever one has moved.
func waitFor(ctx context.Context, app *boot.App, ids []store.OperationID, pinned bool) error {
	for part := range slices.Chunk(ids, readChunk) {
		if _, err := app.Engine.Wait(ctx, part, pinned); err != nil || ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// ended forgives a wait that ran into its own limit: what was reached by then
// is printed and judged. The call's own end is not forgiven.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if services.CodeOf(err) == services.CodeTimeout || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// readOperations reads the operations again, in the order of ids.
func readOperations(ctx context.Context, r *store.Reader, ids []store.OperationID) ([]store.Operation, error) {
	byID := make(map[store.OperationID]store.Operation, len(ids))
	for from := 0; from < len(ids); from += readChunk {
		part := ids[from:min(from+readChunk, len(ids))]
		ops, err := r.Operations(ctx, store.OperationFilter{IDs: part, Limit: len(part)})
		if err != nil {
			return nil, err
		}
		for _, op := range ops {
			byID[op.ID] = op
		}
	}
	var ops []store.Operation
	for _, id := range ids {
		if op, ok := byID[id]; ok {
			ops = append(ops, op)
		}
	}
	return ops, nil
}

// operationJSON is one line of what add, rename, rm, retry, cancel and activity print.
type operationJSON struct {
	Account   string              `json:"account"`
	Operation store.OperationID   `json:"operation"`
	Kind      store.OperationKind `json:"kind"`
	State     store.State         `json:"state"`
	CID       string              `json:"cid"`
	Name      string              `json:"name"`
	RequestID string              `json:"requestid"`
	Status    string              `json:"status"`
	Error     services.Code       `json:"error"`
	Text      string              `json:"text"`
	Unread    string              `json:"unread,omitempty"` // the file of a folder that could not be read
	Created   stamp               `json:"created"`
	DoneAt    stamp               `json:"done_at"`

	details  string // why the service failed it
	keptName string // the name the pin it led to has
}

func newOperationJSON(all *accounts, op store.Operation) operationJSON {
	return operationJSON{
		Account: all.name(op.Account), Operation: op.ID, Kind: op.Kind, State: op.State, CID: op.Pin.CID.Text, Name: op.Pin.Name,
		RequestID: op.RequestID, Status: string(op.State), Error: op.LastCode, Text: op.LastText,
		Created: stamp(op.Created), DoneAt: stamp(op.DoneAt),
	}
}

// describe adds the status of the pin an operation led to: the service's word
// once it has one, else the operation's state.
func describe(ctx context.Context, r *store.Reader, all *accounts, op store.Operation) (operationJSON, error) {
	j := newOperationJSON(all, op)
	j.keptName = op.Pin.Name
	if op.LastCode == services.CodeSource {
		s, _, err := r.Source(ctx, op.Source)
		if j.Unread = s.Unread; err != nil {
			return j, err
		}
	}
	if op.Kind == store.OpDelete || op.RequestID == "" || op.State != store.OpDone {
		return j, nil
	}
	f := store.PinFilter{Accounts: []services.AccountID{op.Account}, Request: op.RequestID, Limit: 1}
	for p, err := range r.EachPin(ctx, f) {
		if err != nil {
			return j, err
		}
		j.Status, j.details, j.keptName = p.Status.String(), p.Info["status_details"], p.Pin.Name
	}
	return j, nil
}

// verdict is the failure an operation ended in, nil where it went well enough.
func verdict(all *accounts, j operationJSON, op store.Operation, wait waitFlag) error {
	switch {
	case op.State == store.OpCancelled:
		return nil
	case op.Kind == store.OpReplace && op.State.Open() && op.State != store.OpStuck && op.LastCode == "":
		return nil // the old one goes once the new one is pinned, whoever runs then
	case op.State.Open() && op.State != store.OpStuck && all.paused(op.Account):
		return pausedProblem(j.Account, fmt.Sprintf("operation %d waits until it goes on", op.ID))
	case op.State.Open():
		if j.Unread != "" {
			op.Pin.Name = j.Unread
		}
		if p := met(j.Account, op, all.keyTaken(op.Account)); p != nil {
			return p
		}
		return &problem{
			code: services.CodeTimeout, text: j.Account + " has not answered yet",
			hint: fmt.Sprintf("it is kept as operation %d; try again with: pintrayctl retry %d", op.ID, op.ID),
		}
	case op.Kind != store.OpAdd || !wait.given:
		return nil
	case j.Status == services.Failed.String():
		return notKept(j.Account, j.CID, op.RequestID, j.details)
	case j.Status != services.Pinned.String():
		hint := goesOn
		if op.Source != 0 {
			hint = `it has to fetch this from here: keep the window or "pintrayctl run" running; look again with: pintrayctl ls`
		}
		return notDone(j.Account, j.CID, j.Status, hint)
	}
	return nil
}

// noteNames says what is kept already under another name than the one that was
// asked for, and returns the other refusals.
func (c *cli) noteNames(ctx context.Context, r *store.Reader, all *accounts, refused []pinsync.Refusal, name string) (others []pinsync.Refusal, err error) {
	for _, no := range refused {
		differs := no.Err.Reason == "already-kept" && !no.CID.IsZero()
		var kept string
		if differs {
			for p, err := range r.EachPin(ctx, store.PinFilter{Accounts: []services.AccountID{no.Account}, CID: no.CID}) {
				if err != nil {
					return nil, err
				}
				kept, differs = p.Pin.Name, differs && p.Pin.Name != name
			}
		}
		if differs {
			c.noteName(all.name(no.Account), no.CID.Text, kept)
		} else {
			others = append(others, no)
		}
	}
	return others, nil
}

func (c *cli) noteName(account, cid, kept string) {
	as := fmt.Sprintf("as %q", kept)
	if kept == "" {
		as = "without a name"
	}
	c.note("%s already keeps %s, %s; rename changes that", account, cid, as)
}

// refusals prints what is no failure and returns what is.
func (c *cli) refusals(ctx context.Context, reader *store.Reader, all *accounts, refused []pinsync.Refusal) (failed []error, err error) {
	for _, r := range refused {
		if r.Account == 0 {
			failed = append(failed, r.Err)
			continue
		}
		name := all.name(r.Account)
		if r.Err.Reason == "already-kept" {
			c.note("%s already keeps %s", name, r.CID.Text)
			continue
		}
		if r.Err.Reason == "already-asked" && !r.CID.IsZero() {
			p, err := askedAs(ctx, reader, name, r)
			if err != nil {
				return nil, err
			}
			failed = append(failed, p)
			continue
		}
		failed = append(failed, at(name, r.Err))
	}
	return failed, nil
}

// askedAs names the operation by which an account was asked for something before.
func askedAs(ctx context.Context, reader *store.Reader, name string, r pinsync.Refusal) (*problem, error) {
	p := explain(at(name, r.Err))
	ops, err := reader.Operations(ctx, store.OperationFilter{Open: true, Account: r.Account, CID: r.CID, Limit: 1})
	if err == nil && len(ops) == 1 {
		p.text += fmt.Sprintf(" (operation %d)", ops[0].ID)
		p.hint = fmt.Sprintf("send it now with: pintrayctl retry %d; or take it back: pintrayctl cancel %d", ops[0].ID, ops[0].ID)
	}
	return p, err
}
