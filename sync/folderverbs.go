package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/store"
)

// PlanFolder is a dry run of watching a folder. A folder that must not be
// watched is CodeUsage with Reason "home", "root", "downloads", "data-folder",
// "inside" (a watched one), "contains" (one), "watched", "not-a-folder",
// "unreadable"; a bad pattern is "pattern", with it in Details.
func (e *Engine) PlanFolder(ctx context.Context, r FolderRequest) (FolderPlan, error) {
	return FolderPlan{}, usage("watch", "not-built", "")
}

// AddFolder watches a folder from now on. It is refused as PlanFolder does, and
// without Consent with Reason "consent", without accounts with "no-account".
func (e *Engine) AddFolder(ctx context.Context, r FolderRequest) (store.Folder, error) {
	return store.Folder{}, usage("watch", "not-built", "")
}

// EditFolder changes the rules of a folder: Rule, OnChange, Profile, Include,
// Ignore, TextLists and Accounts; Path and Existing are not used. What is
// published already stays. It is refused without Consent where it would publish
// more than before ("consent").
func (e *Engine) EditFolder(ctx context.Context, id store.FolderID, r FolderRequest) error {
	return usage("watch", "not-built", "")
}

// PauseFolder stops watching until then (zero: until ResumeFolder). What changes
// meanwhile is found afterwards.
func (e *Engine) PauseFolder(ctx context.Context, id store.FolderID, until time.Time) error {
	return usage("watch", "not-built", "")
}

// ResumeFolder goes on.
func (e *Engine) ResumeFolder(ctx context.Context, id store.FolderID) error {
	return usage("watch", "not-built", "")
}

// ApproveFolder says yes to what a folder waits for: a burst is let through,
// those files and no others; what is gone is accepted; the folder that stands in
// its place is the one from now on. One that waits for nothing is CodeUsage,
// Reason "not-waiting"; one that is missing "missing".
func (e *Engine) ApproveFolder(ctx context.Context, id store.FolderID) error {
	return usage("watch", "not-built", "")
}

// ForgetFolder stops watching for good. What it published stays online.
func (e *Engine) ForgetFolder(ctx context.Context, id store.FolderID) error {
	return usage("watch", "not-built", "")
}

// RescanFolder looks at the whole folder now.
func (e *Engine) RescanFolder(ctx context.Context, id store.FolderID) error {
	return usage("watch", "not-built", "")
}

// Manifest writes the folder's list of what it published, if it is not up to
// date, and returns the path of the CSV; a JSON file stands beside it.
func (e *Engine) Manifest(ctx context.Context, id store.FolderID) (path string, err error) {
	return "", usage("watch", "not-built", "")
}
