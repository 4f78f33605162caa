package sync

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/store/user"
)

// manifests is the folder of the manifests, in the data folder.
const manifests = "manifests"

// webGateway is what the links of a manifest lead through.
const webGateway = "https://dweb.link/ipfs/"

// manifestLine is one version of one item: a line of the CSV, an object of the
// JSON file.
type manifestLine struct {
	Name  string `json:"name"`
	Path  string `json:"path"` // below the folder
	CID   string `json:"cid"`
	Link  string `json:"link"`
	Size  int64  `json:"size"` // bytes, -1 unknown
	Added string `json:"added"`
	// Safe is since when a service was seen to keep it, by the service's name.
	Safe map[string]string `json:"safe_since"`
	// Replaces is the CID of the version before it, Replaced when another took its
	// place.
	Replaces string `json:"replaces"`
	Replaced string `json:"replaced"`
}

// Manifest writes the folder's list of what it published, if it is not up to
// date, and returns the path of the CSV; a JSON file stands beside it.
func (e *Engine) Manifest(ctx context.Context, id store.FolderID) (path string, err error) {
	f, err := e.c.User.Folder(ctx, id)
	if err != nil {
		return "", err
	}
	if err := e.followAll(ctx); err != nil {
		return "", err
	}
	return e.manifestPath(f.Folder, ".csv"), e.writeManifest(ctx, id)
}

func (e *Engine) manifestPath(f store.Folder, suffix string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.", r) {
			return r
		}
		return '-'
	}, nameOf(string(f.Path)))
	if runes := []rune(name); len(runes) > 60 {
		name = string(runes[:60])
	}
	return filepath.Join(e.c.User.Dir(), manifests, fmt.Sprintf("%d-%s%s", f.ID, name, suffix))
}

// writeManifests brings those up to date that are not.
func (e *Engine) writeManifests(ctx context.Context) error {
	for _, id := range e.folders.takeOutdated() {
		err := e.writeManifest(ctx, id)
		se := services.AsError(err)
		if se != nil && se.Code == services.CodeUsage {
			continue // nobody watches it any more
		}
		if se != nil && se.Op == manifests {
			e.c.Log.Warn("manifest not written", "folder", id, "error", err.Error()) // the next change tries again
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) writeManifest(ctx context.Context, id store.FolderID) error {
	f, err := e.c.User.Folder(ctx, id)
	if err != nil {
		return err
	}
	lines, err := e.manifest(ctx, id)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(e.c.User.Dir(), manifests), 0o700); err != nil {
		return notWritten(err)
	}
	if err := replaceFile(e.manifestPath(f.Folder, ".csv"), func(w io.Writer) error { return manifestCSV(w, lines) }); err != nil {
		return notWritten(err)
	}
	return notWritten(replaceFile(e.manifestPath(f.Folder, ".json"), func(w io.Writer) error { return manifestJSON(w, f.Folder, lines) }))
}

func notWritten(err error) error {
	if err == nil {
		return nil
	}
	return &services.Error{Code: services.CodeStorage, Op: manifests, Err: err}
}

// replaceFile writes a file as a whole, or leaves the one there is.
func replaceFile(path string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // it is not there any more where all went well
	if err = write(tmp); err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// manifest is what a folder published, oldest first. A version that turned out to
// have the content of the one before it is none.
func (e *Engine) manifest(ctx context.Context, id store.FolderID) ([]manifestLine, error) {
	items, err := e.c.User.FolderItems(ctx, id)
	if err != nil {
		return nil, err
	}
	pins, err := e.c.User.FolderPins(ctx, id)
	if err != nil {
		return nil, err
	}
	accounts, err := e.c.User.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[services.AccountID]string, len(accounts))
	for _, a := range accounts {
		if !a.Local() { // this computer keeps nothing safe
			names[a.ID] = a.Name
		}
	}
	safe := make(map[int64]map[string]string)
	for _, p := range pins {
		if p.Safe.IsZero() || names[p.Account] == "" {
			continue
		}
		if safe[p.Item] == nil {
			safe[p.Item] = make(map[string]string)
		}
		safe[p.Item][names[p.Account]] = stampOf(p.Safe)
	}
	byID := make(map[int64]user.FolderItem, len(items))
	again := make(map[int64]bool)
	for _, i := range items {
		byID[i.ID] = i
		if before, ok := byID[i.Replaces]; ok && before.CID.Key == i.CID.Key && i.CID.Key != "" {
			again[before.ID] = true
		}
	}
	var lines []manifestLine
	for _, i := range items {
		if again[i.ID] {
			continue
		}
		line := lineOf(i, safe[i.ID])
		for before, ok := byID[i.Replaces]; ok; before, ok = byID[before.Replaces] {
			if before.CID.Key != i.CID.Key {
				line.Replaces = before.CID.Text
				break
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func lineOf(i user.FolderItem, safe map[string]string) manifestLine {
	line := manifestLine{
		Name: services.Clean(i.Name), Path: services.Clean(strings.ToValidUTF8(string(i.Rel), "\uFFFD")), CID: i.CID.Text,
		Size: i.Size, Added: stampOf(i.Added), Safe: safe, Replaced: stampOf(i.Ended),
	}
	if line.Safe == nil {
		line.Safe = map[string]string{}
	}
	if i.CID.Valid() {
		line.Link = webGateway + i.CID.Key + "?filename=" + url.QueryEscape(line.Name)
	}
	return line
}

func stampOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func manifestJSON(w io.Writer, f store.Folder, lines []manifestLine) error {
	if lines == nil {
		lines = []manifestLine{}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		Folder string         `json:"folder"`
		Items  []manifestLine `json:"items"`
	}{services.Clean(strings.ToValidUTF8(string(f.Path), "\uFFFD")), lines})
}

func manifestCSV(w io.Writer, lines []manifestLine) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"name", "path", "cid", "link", "size", "added", "safe_since", "safe_at", "replaces", "replaced"}) // Error says it
	for _, l := range lines {
		since, at := safeAt(l.Safe)
		size := ""
		if l.Size >= 0 {
			size = strconv.FormatInt(l.Size, 10)
		}
		_ = out.Write([]string{
			harmless(l.Name), harmless(l.Path), harmless(l.CID), l.Link, size, l.Added, since, harmless(at), harmless(l.Replaces), l.Replaced,
		})
	}
	out.Flush()
	return out.Error()
}

// safeAt is since when the first service keeps it, and all that do.
func safeAt(safe map[string]string) (since, at string) {
	var names []string
	for name, t := range safe {
		names = append(names, services.Clean(name))
		if since == "" || t < since {
			since = t
		}
	}
	slices.Sort(names)
	return since, strings.Join(names, "; ")
}

// harmless is a cell no spreadsheet takes for a formula.
func harmless(cell string) string {
	if strings.IndexAny(cell, "=+-@\t\r") == 0 {
		return "'" + cell
	}
	return cell
}
