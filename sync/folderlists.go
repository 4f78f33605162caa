package sync

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

// maxList is the largest list of IDs that is read: about 100,000 lines.
const maxList = 16 << 20

// readList reads content IDs and links, one a line, each with a name behind it
// or none; lines that begin with # are passed by. bad is how many name nothing
// that can be kept.
func readList(from io.Reader) (links []services.Link, bad int, err error) {
	lines := bufio.NewScanner(io.LimitReader(from, maxList))
	lines.Buffer(make([]byte, 0, 4096), 64<<10)
	seen := make(map[string]bool)
	for lines.Scan() {
		line := strings.TrimSpace(strings.TrimPrefix(strings.ToValidUTF8(lines.Text(), "\uFFFD"), "\uFEFF"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, name := line, ""
		if at := strings.IndexAny(line, " \t,;"); at > 0 {
			text, name = line[:at], strings.Trim(line[at:], " \t,;\"")
		}
		link, err := services.ParseLink(text)
		if err != nil {
			bad++
			continue
		}
		if name != "" {
			link.Name = name
		}
		if !seen[link.CID.Key] {
			seen[link.CID.Key] = true
			links = append(links, link)
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) {
		return nil, 0, err
	} else if err != nil {
		bad++ // no list has lines like that
	}
	return links, bad, nil
}

// openList reads the list at a path below a folder, whatever stands in its way.
func openList(root, rel store.Path) (links []services.Link, bad int, err error) {
	in, err := os.OpenRoot(string(root))
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = in.Close() }()
	f, err := in.Open(filepath.FromSlash(string(rel)))
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }()
	return readList(f)
}

// list asks for what a list of IDs names and was not asked for before. What was
// taken off it stays.
func (p *publication) list(ctx context.Context, f user.IndexFile) error {
	links, bad, err := openList(p.folder.Path, f.Rel)
	if err != nil || bad > 0 {
		p.e.c.Log.Warn("list not taken as a whole", "folder", p.folder.ID, "bad", bad, "error", err)
		seen := store.Observation{At: time.Now(), Kind: "bad-lines", Name: p.nameOf(f.Rel), Count: int64(bad)}
		if err != nil {
			seen.Kind, seen.Count = "bad-list", 1
		}
		p.seen = append(p.seen, seen)
	}
	known, err := p.known(ctx, f.Rel)
	if err != nil {
		return err
	}
	var v user.Version
	for _, link := range links {
		if known[link.CID.Key] {
			continue
		}
		name := shortName(services.Clean(link.Name))
		if name == "" { // it is called after what named it
			base := p.nameOf(f.Rel)
			name = strings.TrimSuffix(base, filepath.Ext(base))
		}
		adds, err := p.addsOf(ctx, services.Pin{CID: link.CID, Name: name}, store.OpWaiting)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, p.named(f, link.CID, name, adds))
	}
	if len(v.Items) > 0 {
		p.Versions = append(p.Versions, v)
	}
	return nil
}

// known is the CIDs that were published from a path, as keys.
func (p *publication) known(ctx context.Context, rel store.Path) (map[string]bool, error) {
	current, err := p.e.c.User.ItemsAt(ctx, p.folder.ID, rel)
	keys := make(map[string]bool, len(current))
	for _, item := range current {
		keys[item.CID.Key] = true
	}
	return keys, err
}

func (p *publication) named(f user.IndexFile, c services.CID, name string, adds []store.Operation) user.NewItem {
	return user.NewItem{
		FolderItem: user.FolderItem{Rel: f.Rel, Stamp: "list:" + c.Key, CID: c, Name: name, Size: -1}, Adds: adds,
	}
}

// addsOf asks every account for a CID, and notes where it is kept or was asked
// for already: those are done.
func (p *publication) addsOf(ctx context.Context, pin services.Pin, state store.State) ([]store.Operation, error) {
	var ops []store.Operation
	for _, id := range p.accounts {
		op := store.Operation{Account: id, Kind: store.OpAdd, Pin: pin, State: state}
		no := p.was.addable(id, pin)
		if no == nil {
			no = p.e.wanted(ctx, p.was, id, pin)
		}
		switch {
		case no == nil:
		case no.Code == services.CodeStorage:
			return nil, no
		case no.Reason == textAlreadyKept:
			kept, err := p.e.keeps(ctx, id, pin.CID)
			if err != nil {
				return nil, err
			}
			op.RequestID, op.AlreadyKept = kept.RequestID, true
			op = closed(op, store.OpDone, time.Now())
		default:
			op = closed(said(op, no), store.OpCancelled, time.Now())
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// What an add is refused for that need not be made.
const (
	textAlreadyKept  = "already-kept"
	textAlreadyAsked = "already-asked"
)
