package boot

import (
	"context"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/sync/local"
)

var _ Engine = (*client)(nil)

func (c *client) Test(ctx context.Context, a pinsync.NewAccount) (found pinsync.Check, err error) {
	err = c.call(ctx, "Test", &found, toWire(a))
	return found, err
}

func (c *client) Connect(ctx context.Context, a pinsync.NewAccount) (made services.Account, err error) {
	err = c.call(ctx, "Connect", &made, toWire(a))
	return made, err
}

func (c *client) EditAccount(ctx context.Context, a services.Account) error {
	return c.call(ctx, "EditAccount", nil, a)
}

func (c *client) NewKey(ctx context.Context, id services.AccountID, key services.Secret) error {
	return c.call(ctx, "NewKey", nil, id, key.Reveal())
}

func (c *client) ForgetAccount(ctx context.Context, id services.AccountID) error {
	return c.call(ctx, "ForgetAccount", nil, id)
}

func (c *client) CheckAccount(ctx context.Context, id services.AccountID) (found pinsync.Check, err error) {
	err = c.call(ctx, "CheckAccount", &found, id)
	return found, err
}

func (c *client) Unlock(ctx context.Context) error { return c.call(ctx, "Unlock", nil) }

func (c *client) Space(ctx context.Context) (s local.Space, err error) {
	err = c.call(ctx, "Space", &s)
	return s, err
}

func (c *client) KeyringState(ctx context.Context) (reason string, err error) {
	err = c.call(ctx, "KeyringState", &reason)
	return reason, err
}

func (c *client) Add(ctx context.Context, r pinsync.AddRequest) (taken pinsync.Accepted, err error) {
	err = c.call(ctx, "Add", &taken, r)
	return taken, err
}

func (c *client) Import(ctx context.Context, r pinsync.ImportRequest) (taken pinsync.Accepted, err error) {
	err = c.call(ctx, "Import", &taken, r)
	return taken, err
}

func (c *client) Inspect(ctx context.Context, r pinsync.ImportRequest) (plans []ingest.Plan, err error) {
	err = c.call(ctx, "Inspect", &plans, r)
	return plans, err
}

func (c *client) Progress(ctx context.Context) (list []store.Progress, err error) {
	err = c.call(ctx, "Progress", &list)
	return list, err
}

func (c *client) PlanFolder(ctx context.Context, r pinsync.FolderRequest) (plan pinsync.FolderPlan, err error) {
	err = c.call(ctx, "PlanFolder", &plan, r)
	return plan, err
}

func (c *client) AddFolder(ctx context.Context, r pinsync.FolderRequest) (made store.Folder, err error) {
	err = c.call(ctx, "AddFolder", &made, r)
	return made, err
}

func (c *client) EditFolder(ctx context.Context, id store.FolderID, r pinsync.FolderRequest) error {
	return c.call(ctx, "EditFolder", nil, id, r)
}

func (c *client) PauseFolder(ctx context.Context, id store.FolderID, until time.Time) error {
	return c.call(ctx, "PauseFolder", nil, id, until)
}

func (c *client) ResumeFolder(ctx context.Context, id store.FolderID) error {
	return c.call(ctx, "ResumeFolder", nil, id)
}

func (c *client) ApproveFolder(ctx context.Context, id store.FolderID) error {
	return c.call(ctx, "ApproveFolder", nil, id)
}

func (c *client) ForgetFolder(ctx context.Context, id store.FolderID) error {
	return c.call(ctx, "ForgetFolder", nil, id)
}

func (c *client) RescanFolder(ctx context.Context, id store.FolderID) error {
	return c.call(ctx, "RescanFolder", nil, id)
}

func (c *client) Manifest(ctx context.Context, id store.FolderID) (path string, err error) {
	err = c.call(ctx, "Manifest", &path, id)
	return path, err
}

func (c *client) PlanCopy(ctx context.Context, r pinsync.CopyRequest) (plan pinsync.CopyPlan, err error) {
	err = c.call(ctx, "PlanCopy", &plan, r)
	return plan, err
}

func (c *client) Copy(ctx context.Context, r pinsync.CopyRequest) (done pinsync.Copied, err error) {
	err = c.call(ctx, "Copy", &done, r)
	return done, err
}

func (c *client) Rename(ctx context.Context, p pinsync.PinRef, name string) (taken pinsync.Accepted, err error) {
	err = c.call(ctx, "Rename", &taken, p, name)
	return taken, err
}

func (c *client) Replace(ctx context.Context, p pinsync.PinRef, pin services.Pin, hold time.Duration) (taken pinsync.Accepted, err error) {
	err = c.call(ctx, "Replace", &taken, wireReplace{p, pin, hold})
	return taken, err
}

func (c *client) Delete(ctx context.Context, pins []pinsync.PinRef, hold time.Duration) (taken pinsync.Accepted, err error) {
	err = c.call(ctx, "Delete", &taken, pins, hold)
	return taken, err
}

func (c *client) Retry(ctx context.Context, ids []store.OperationID) error {
	return c.call(ctx, "Retry", nil, ids)
}

func (c *client) Cancel(ctx context.Context, ids []store.OperationID) error {
	return c.call(ctx, "Cancel", nil, ids)
}

func (c *client) Refresh(ctx context.Context, ids []services.AccountID) error {
	return c.call(ctx, "Refresh", nil, ids)
}

func (c *client) SyncFull(ctx context.Context, ids []services.AccountID) (results []pinsync.SyncResult, err error) {
	err = c.call(ctx, "SyncFull", &results, ids)
	return results, err
}

func (c *client) AcceptGone(ctx context.Context, account services.AccountID) error {
	return c.call(ctx, "AcceptGone", nil, account)
}

func (c *client) Sync(ctx context.Context, ids []services.AccountID) (results []pinsync.SyncResult, err error) {
	err = c.call(ctx, "Sync", &results, ids)
	return results, err
}

func (c *client) Work(ctx context.Context) error { return c.call(ctx, "Work", nil) }

func (c *client) Wait(ctx context.Context, ids []store.OperationID, pinned bool) (ops []store.Operation, err error) {
	err = c.call(ctx, "Wait", &ops, ids, pinned)
	return ops, err
}

func (c *client) Show(ctx context.Context, cidOrRequestID string) ([]store.Pin, []pinsync.Refusal, error) {
	var found shown
	err := c.call(ctx, "Show", &found, cidOrRequestID)
	return found.Pins, found.Failed, err
}

func (c *client) Pause(ctx context.Context, until time.Time) error {
	return c.call(ctx, "Pause", nil, until)
}

func (c *client) Resume(ctx context.Context) error { return c.call(ctx, "Resume", nil) }

func (c *client) Set(ctx context.Context, key, value string) error {
	return c.call(ctx, "Set", nil, key, value)
}

func (c *client) Resolve(ctx context.Context, ids []int64) error {
	return c.call(ctx, "Resolve", nil, ids)
}
