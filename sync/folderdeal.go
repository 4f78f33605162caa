package sync

import (
	"context"
	"time"

	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
	"github.com/pintray/pintray/sync/watch"
)

// What a folder waits for (store.Folder.Reason) besides watch.Trouble.
const (
	waitsEmptied = "emptied"
	waitsBurst   = "burst"
	waitsAccount = "no-account" // every service it was meant for is forgotten
)

// The brakes of a folder (06 section 2.4).
const (
	burstFiles   = 500
	burstBytes   = 5 << 30
	emptiedLeast = 10 // files
	emptiedShare = 5  // of one in so many
)

// verdict is what a batch of changes means as a whole.
type verdict struct {
	gone  int64 // files that are nowhere any more
	fresh int64 // files that were nowhere before, or are not what they were
	bytes int64 // of those
	// emptied: so much is gone that it may be a disk that was taken out.
	emptied bool
	// burst: so much is new that the person is asked before it is published.
	burst bool
}

// fileID is what a file keeps when it is moved.
type fileID struct {
	size, mtime int64
	ino         uint64
}

// judge weighs a batch. What was only moved counts for nothing. approved is how
// many files gone the person knows of.
func judge(b watch.Batch, approved int64) verdict {
	moved := make(map[fileID]int)
	for _, f := range b.Gone {
		if f.Ino != 0 {
			moved[fileID{f.Size, f.MTime, f.Ino}]++
		}
	}
	v := verdict{gone: int64(len(b.Gone))}
	for _, f := range b.Files {
		id := fileID{f.Size, f.MTime, f.Ino}
		if moved[id] > 0 {
			moved[id]--
			v.gone--
			continue
		}
		v.fresh++
		v.bytes += f.Size
	}
	all := v.gone == int64(b.Known)
	many := v.gone >= emptiedLeast && v.gone*emptiedShare > int64(b.Known)
	v.emptied = v.gone > approved && (all || many)
	// What is still being written comes with it: nothing of a burst gets through
	// because it was the first to settle.
	v.burst = v.fresh > 0 && (v.fresh+int64(b.Settling) > burstFiles || v.bytes+b.SettlingBytes > burstBytes)
	return v
}

// deal takes what the watcher tells into the index, and publishes it. It returns
// watch.ErrNotYet where no conclusion is to be drawn yet.
func (r *folderRun) deal(ctx context.Context, b watch.Batch) error {
	id := r.folder.ID
	switch {
	case b.Scanning:
		return r.change(ctx, func(f *user.Folder) {
			if f.State == store.FolderWatching {
				f.State = store.FolderScanning
			}
		})
	case b.Trouble != watch.Fine:
		return r.change(ctx, func(f *user.Folder) { waits(f, string(b.Trouble), 0, 0); f.Settling = 0 })
	}
	f, err := r.e.c.User.Folder(ctx, id)
	if err != nil {
		return err
	}
	v := judge(b, f.Approved)
	if v.emptied {
		err := r.change(ctx, func(f *user.Folder) { note(f, b); waits(f, waitsEmptied, v.gone, 0) })
		if err != nil {
			return err
		}
		return watch.ErrNotYet
	}
	if err := r.see(ctx, b, v); err != nil {
		return err
	}
	return r.publishHeld(ctx)
}

// change is ChangeFolder of the folder, unless the person paused it meanwhile.
func (r *folderRun) change(ctx context.Context, change func(f *user.Folder)) error {
	return r.e.c.User.ChangeFolder(ctx, r.folder.ID, unlessPaused(change))
}

func unlessPaused(change func(f *user.Folder)) func(f *user.Folder) {
	return func(f *user.Folder) {
		if f.State != store.FolderPaused {
			change(f)
		}
	}
}

func waits(f *user.Folder, reason string, files, bytes int64) {
	f.State, f.Reason, f.Waiting, f.WaitingBytes = store.FolderWaits, reason, files, bytes
}

// note writes down how the watching goes.
func note(f *user.Folder, b watch.Batch) {
	f.Settling, f.PollReason, f.Dev, f.Ino = int64(b.Settling), b.Polled, b.Dev, b.Ino
	if b.Full {
		f.ScannedAt = time.Now()
	}
	if len(b.Gone) > 0 {
		f.Approved = 0
	}
}

// see takes a batch into the index: to be published, or to wait for the person
// with what waits already.
func (r *folderRun) see(ctx context.Context, b watch.Batch, v verdict) error {
	id := r.folder.ID
	files, bytes, err := r.e.c.User.Waiting(ctx, id)
	if err != nil {
		return err
	}
	held := user.Publish
	if v.burst || files > 0 {
		held = user.Waits
	}
	now := time.Now()
	seen := make([]user.IndexFile, len(b.Files))
	for i, f := range b.Files {
		seen[i] = user.IndexFile{FolderFile: f, Held: held}
	}
	gone := make([]user.IndexFile, len(b.Gone))
	for i, f := range b.Gone {
		gone[i] = user.IndexFile{FolderFile: f, Gone: now}
		if r.inFolder(f.Rel) {
			gone[i].Held = held // what it was part of is another now
		}
	}
	if len(seen)+len(gone) == 0 {
		return r.change(ctx, func(f *user.Folder) { stands(f, files, bytes); note(f, b) })
	}
	err = r.e.c.User.SeeFiles(ctx, id, seen, gone, unlessPaused(func(f *user.Folder) { note(f, b) }))
	if err != nil {
		return err
	}
	for _, f := range gone {
		if f.Held == user.Dealt {
			if err := r.withdraw(ctx, f.Rel); err != nil {
				return err
			}
		}
	}
	if files, bytes, err = r.e.c.User.Waiting(ctx, id); err != nil {
		return err
	}
	return r.change(ctx, func(f *user.Folder) { stands(f, files, bytes) })
}

// stands is how a folder is doing of which so much waits for the person.
func stands(f *user.Folder, files, bytes int64) {
	if files > 0 {
		waits(f, waitsBurst, files, bytes)
		return
	}
	f.State, f.Reason, f.Waiting, f.WaitingBytes = store.FolderWatching, "", 0, 0
}

// inFolder reports whether a file is part of an item that is a folder.
func (r *folderRun) inFolder(rel store.Path) bool {
	item, ok := r.rules.Item(string(rel))
	return ok && item != string(rel)
}

// withdraw takes back what was not sent yet of a file that is gone.
func (r *folderRun) withdraw(ctx context.Context, rel store.Path) error {
	items, err := r.e.c.User.ItemsAt(ctx, r.folder.ID, rel)
	if err != nil {
		return err
	}
	for _, item := range items {
		if item.Source == 0 {
			continue // a list named it: what was taken off it stays
		}
		moved, err := r.e.c.User.EndItem(ctx, item, time.Now())
		if err != nil {
			return err
		}
		if err := r.told(ctx, moved); err != nil {
			return err
		}
	}
	return nil
}
