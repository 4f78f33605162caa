package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

// folderJSON is one line of `folders ls --json`.
type folderJSON struct {
	Folder       store.FolderID    `json:"folder"`
	Path         store.Path        `json:"path"`
	Rule         store.Rule        `json:"rule"`
	OnChange     store.OnChange    `json:"on_change"`
	Profile      store.Profile     `json:"profile"`
	Include      []string          `json:"include"`
	Ignore       []string          `json:"ignore"`
	TextLists    bool              `json:"txt_lists"`
	To           []string          `json:"to"`
	State        store.FolderState `json:"state"`
	Reason       string            `json:"reason"`
	Waiting      int64             `json:"waiting"`
	WaitingBytes int64             `json:"waiting_bytes"`
	Items        int64             `json:"items"`
	Safe         int64             `json:"safe"`
	Settling     int64             `json:"settling"`
	Polled       string            `json:"polled"`
	PausedUntil  stamp             `json:"paused_until"`
	ScannedAt    stamp             `json:"scanned_at"`
	ChangedAt    stamp             `json:"changed_at"`
	Created      stamp             `json:"created"`
	Running      bool              `json:"running"` // a process is there that watches
}

func (c *cli) printFolders(all *accounts, list []store.Folder, running bool) error {
	if !c.json {
		t := c.table("NO", "STATE", "ITEMS", "SAFE", "CHANGED", "TO", "FOLDER")
		for _, f := range list {
			cells := []string{
				fmt.Sprint(f.ID), folderState(f, running), fmt.Sprint(f.Items), fmt.Sprint(f.Safe), when(f.ChangedAt),
				strings.Join(namesOf(all, f.Accounts), ","), string(f.Path),
			}
			if err := t.row(cells...); err != nil {
				return err
			}
		}
		return t.end()
	}
	for _, f := range list {
		err := c.printJSON(folderJSON{
			Folder: f.ID, Path: f.Path, Rule: f.Rule, OnChange: f.OnChange, Profile: f.Profile, Include: listed(f.Include),
			Ignore: listed(f.Ignore), TextLists: f.TextLists, To: namesOf(all, f.Accounts), State: f.State, Reason: f.Reason,
			Waiting: f.Waiting, WaitingBytes: f.WaitingBytes, Items: f.Items, Safe: f.Safe, Settling: f.Settling,
			Polled: f.PollReason, PausedUntil: stamp(f.PausedUntil), ScannedAt: stamp(f.ScannedAt), ChangedAt: stamp(f.ChangedAt),
			Created: stamp(f.Created), Running: running,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func namesOf(all *accounts, ids []services.AccountID) []string {
	names := []string{}
	for _, id := range ids {
		names = append(names, all.name(id))
	}
	return names
}

// listed is never null in JSON.
func listed(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// folderState is how a folder is doing, in a few words; running: a process is
// there that watches.
func folderState(f store.Folder, running bool) string {
	switch f.State {
	case store.FolderPaused:
		if !f.PausedUntil.IsZero() {
			return "paused until " + when(f.PausedUntil)
		}
	case store.FolderWaits:
		switch f.Reason {
		case "burst":
			return "waits: " + number(f.Waiting, "new file") + "; approve?"
		case "emptied":
			return "waits: " + number(f.Waiting, "file") + " gone; approve?"
		case "replaced":
			return "waits: another folder; approve?"
		case "no-account":
			return "waits: no service left"
		}
		return "waits: " + waitsText(f.Reason, f.Waiting)
	case store.FolderWatching:
		if !running {
			return "not watched now"
		}
		if f.Settling > 0 {
			return fmt.Sprintf("watching, %d being written", f.Settling)
		}
	}
	return string(f.State)
}

// listJSON is a list of content IDs in a folder.
type listJSON struct {
	Name string `json:"name"`
	CIDs int    `json:"cids"`
	Bad  int    `json:"bad"`
}

// leftJSON is something of a folder that is left out.
type leftJSON struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

func (c *cli) printPlan(r pinsync.FolderRequest, p pinsync.FolderPlan) error {
	if c.json {
		lists, left := []listJSON{}, []leftJSON{}
		for _, l := range p.Lists {
			lists = append(lists, listJSON(l))
		}
		for _, l := range p.Left {
			left = append(left, leftJSON(l))
		}
		return c.printJSON(struct {
			Path      store.Path `json:"path"`
			Files     int        `json:"files"`
			Items     int        `json:"items"`
			Size      int64      `json:"size"`
			Sample    []string   `json:"sample"`
			Lists     []listJSON `json:"lists"`
			Named     int        `json:"named"`
			Left      []leftJSON `json:"left"`
			LeftCount int        `json:"left_count"`
			Warnings  []string   `json:"warnings"`
			More      bool       `json:"more"`
		}{r.Path, p.Files, p.Items, p.Size, listed(p.Sample), lists, p.Named, left, p.LeftCount, listed(p.Warnings), p.More})
	}
	now := "published too"
	if !r.Existing {
		now = "published only with --existing"
	}
	more, named := "", ""
	if p.More {
		more = " and more"
	}
	if p.Named > 0 {
		named = ", and " + number(int64(p.Named), "content ID") + " that lists name"
	}
	if _, err := fmt.Fprintf(c.out, "in it now, and %s: %s (%s%s, %s%s)\n", now, number(int64(p.Items), "item"),
		number(int64(p.Files), "file"), more, bytesText(p.Size), named); err != nil {
		return err
	}
	t := c.table("", "WHY", "NAME")
	for _, name := range p.Sample {
		if err := t.row("take", "", name); err != nil {
			return err
		}
	}
	for _, l := range p.Lists {
		why := number(int64(l.CIDs), "content ID")
		if l.Bad > 0 {
			why += fmt.Sprintf(", %d bad", l.Bad)
		}
		if err := t.row("list", why, l.Name); err != nil {
			return err
		}
	}
	for _, l := range p.Left {
		if err := t.row("leave", l.Why, l.Name); err != nil {
			return err
		}
	}
	if err := t.end(); err != nil {
		return err
	}
	for _, w := range p.Warnings {
		c.note("%s", warnings[w])
	}
	return nil
}

// noWatches is why some folders are only looked at now and then, and the way on.
func noWatches() string {
	text := "this system can't watch more folders at once: changes in some are found every five minutes"
	if runtime.GOOS == "linux" {
		text += "; it allows more after: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"
	}
	return text
}

// warnOf says what there is to be warned of a folder that is about to be
// watched. One that is mostly there for something else needs a second yes.
func (c *cli) warnOf(ctx context.Context, app *boot.App, r pinsync.FolderRequest, anyway bool) error {
	plan, err := app.Engine.PlanFolder(ctx, r)
	if err != nil {
		return err
	}
	for _, w := range plan.Warnings {
		if (w == "personal" || w == "cloud-drive") && !anyway {
			return &problem{
				code: services.CodeUsage, text: warnings[w],
				hint: "make a folder for what may be public, or, if this one is meant, give --anyway too",
			}
		}
		c.note("%s", warnings[w])
	}
	return nil
}

// warnings are what a dry run warns of, in words.
var warnings = map[string]string{
	"cloud-drive": "a cloud drive seems to keep this folder: what comes from other computers would be published too",
	"network":     "the folder is on a network drive: changes are seen within five minutes, and others may make them",
	"large":       "that is a lot: more than 10,000 files or 10 GB",
	"personal":    "this is your desktop or your documents: everything that is ever put there would be published",
}
