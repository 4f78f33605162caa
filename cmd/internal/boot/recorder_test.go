package boot

import (
	"context"
	"reflect"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
	"github.com/pintray/pintray/sync/ingest"
	"github.com/pintray/pintray/sync/local"
)

// recorder is an engine that notes what it was asked and answers with filled
// in values, so that a field lost on the way is seen.
type recorder struct {
	mu   sync.Mutex
	verb string
	args []any
	err  error
	wait chan struct{} // not nil: every verb waits for it, or for its context
}

func answer[R any](r *recorder, ctx context.Context, verb string, args ...any) (R, error) {
	var out R
	r.mu.Lock()
	defer r.mu.Unlock()
	r.verb, r.args = verb, args
	if r.wait != nil {
		select {
		case <-r.wait:
		case <-ctx.Done():
			return out, ctx.Err()
		}
	}
	fill(reflect.ValueOf(&out).Elem(), 3)
	return out, r.err
}

func silence(r *recorder, ctx context.Context, verb string, args ...any) error {
	_, err := answer[struct{}](r, ctx, verb, args...)
	return err
}

func (r *recorder) Test(ctx context.Context, a pinsync.NewAccount) (pinsync.Check, error) {
	return answer[pinsync.Check](r, ctx, "Test", a)
}

func (r *recorder) Connect(ctx context.Context, a pinsync.NewAccount) (services.Account, error) {
	return answer[services.Account](r, ctx, "Connect", a)
}

func (r *recorder) EditAccount(ctx context.Context, a services.Account) error {
	return silence(r, ctx, "EditAccount", a)
}

func (r *recorder) NewKey(ctx context.Context, id services.AccountID, key services.Secret) error {
	return silence(r, ctx, "NewKey", id, key)
}

func (r *recorder) ForgetAccount(ctx context.Context, id services.AccountID) error {
	return silence(r, ctx, "ForgetAccount", id)
}

func (r *recorder) CheckAccount(ctx context.Context, id services.AccountID) (pinsync.Check, error) {
	return answer[pinsync.Check](r, ctx, "CheckAccount", id)
}

func (r *recorder) Unlock(ctx context.Context) error { return silence(r, ctx, "Unlock") }

func (r *recorder) Space(ctx context.Context) (local.Space, error) {
	return answer[local.Space](r, ctx, "Space")
}

func (r *recorder) KeyringState(ctx context.Context) (string, error) {
	return answer[string](r, ctx, "KeyringState")
}

func (r *recorder) Add(ctx context.Context, a pinsync.AddRequest) (pinsync.Accepted, error) {
	return answer[pinsync.Accepted](r, ctx, "Add", a)
}

func (r *recorder) Import(ctx context.Context, q pinsync.ImportRequest) (pinsync.Accepted, error) {
	return answer[pinsync.Accepted](r, ctx, "Import", q)
}

func (r *recorder) Inspect(ctx context.Context, q pinsync.ImportRequest) ([]ingest.Plan, error) {
	return answer[[]ingest.Plan](r, ctx, "Inspect", q)
}

func (r *recorder) Progress(ctx context.Context) ([]store.Progress, error) {
	return answer[[]store.Progress](r, ctx, "Progress")
}

func (r *recorder) PlanFolder(ctx context.Context, q pinsync.FolderRequest) (pinsync.FolderPlan, error) {
	return answer[pinsync.FolderPlan](r, ctx, "PlanFolder", q)
}

func (r *recorder) AddFolder(ctx context.Context, q pinsync.FolderRequest) (store.Folder, error) {
	return answer[store.Folder](r, ctx, "AddFolder", q)
}

func (r *recorder) EditFolder(ctx context.Context, id store.FolderID, q pinsync.FolderRequest) error {
	return silence(r, ctx, "EditFolder", id, q)
}

func (r *recorder) PauseFolder(ctx context.Context, id store.FolderID, until time.Time) error {
	return silence(r, ctx, "PauseFolder", id, until)
}

func (r *recorder) ResumeFolder(ctx context.Context, id store.FolderID) error {
	return silence(r, ctx, "ResumeFolder", id)
}

func (r *recorder) ApproveFolder(ctx context.Context, id store.FolderID) error {
	return silence(r, ctx, "ApproveFolder", id)
}

func (r *recorder) ForgetFolder(ctx context.Context, id store.FolderID) error {
	return silence(r, ctx, "ForgetFolder", id)
}

func (r *recorder) RescanFolder(ctx context.Context, id store.FolderID) error {
	return silence(r, ctx, "RescanFolder", id)
}

func (r *recorder) Manifest(ctx context.Context, id store.FolderID) (string, error) {
	return answer[string](r, ctx, "Manifest", id)
}

func (r *recorder) PlanCopy(ctx context.Context, q pinsync.CopyRequest) (pinsync.CopyPlan, error) {
	return answer[pinsync.CopyPlan](r, ctx, "PlanCopy", q)
}

func (r *recorder) Copy(ctx context.Context, q pinsync.CopyRequest) (pinsync.Copied, error) {
	return answer[pinsync.Copied](r, ctx, "Copy", q)
}

func (r *recorder) Rename(ctx context.Context, p pinsync.PinRef, name string) (pinsync.Accepted, error) {
	return answer[pinsync.Accepted](r, ctx, "Rename", p, name)
}

func (r *recorder) Replace(ctx context.Context, p pinsync.PinRef, pin services.Pin, hold time.Duration) (pinsync.Accepted, error) {
	return answer[pinsync.Accepted](r, ctx, "Replace", p, pin, hold)
}

func (r *recorder) Delete(ctx context.Context, pins []pinsync.PinRef, hold time.Duration) (pinsync.Accepted, error) {
	return answer[pinsync.Accepted](r, ctx, "Delete", pins, hold)
}

func (r *recorder) Retry(ctx context.Context, ids []store.OperationID) error {
	return silence(r, ctx, "Retry", ids)
}

func (r *recorder) Cancel(ctx context.Context, ids []store.OperationID) error {
	return silence(r, ctx, "Cancel", ids)
}

func (r *recorder) Refresh(ctx context.Context, ids []services.AccountID) error {
	return silence(r, ctx, "Refresh", ids)
}

func (r *recorder) SyncFull(ctx context.Context, ids []services.AccountID) ([]pinsync.SyncResult, error) {
	return answer[[]pinsync.SyncResult](r, ctx, "SyncFull", ids)
}

func (r *recorder) AcceptGone(ctx context.Context, account services.AccountID) error {
	return silence(r, ctx, "AcceptGone", account)
}

func (r *recorder) Sync(ctx context.Context, ids []services.AccountID) ([]pinsync.SyncResult, error) {
	return answer[[]pinsync.SyncResult](r, ctx, "Sync", ids)
}

func (r *recorder) Work(ctx context.Context) error { return silence(r, ctx, "Work") }

func (r *recorder) Wait(ctx context.Context, ids []store.OperationID, pinned bool) ([]store.Operation, error) {
	return answer[[]store.Operation](r, ctx, "Wait", ids, pinned)
}

func (r *recorder) Show(ctx context.Context, id string) ([]store.Pin, []pinsync.Refusal, error) {
	found, err := answer[shown](r, ctx, "Show", id)
	return found.Pins, found.Failed, err
}

func (r *recorder) Pause(ctx context.Context, until time.Time) error {
	return silence(r, ctx, "Pause", until)
}

func (r *recorder) Resume(ctx context.Context) error { return silence(r, ctx, "Resume") }

func (r *recorder) Set(ctx context.Context, key, value string) error {
	return silence(r, ctx, "Set", key, value)
}

func (r *recorder) Resolve(ctx context.Context, ids []int64) error {
	return silence(r, ctx, "Resolve", ids)
}
