package main

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"sync/atomic"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

const (
	importStep = 1_000     // pins that are asked for at once
	importSeen = 1_000_000 // content IDs of a list that are remembered, to count what comes twice
	badShown   = 100       // lines that are named
)

func (c *cli) importCommand() *cobra.Command {
	var to []string
	var dryRun bool
	var wait waitFlag
	cmd := &cobra.Command{
		Use:   "import FILE|- --to NAME[,NAME]",
		Short: "Keep what a list names: an export, or content IDs",
		Long: `Keep everything a list names: what "pintrayctl export" wrote (json, csv or text,
packed by gzip or not), or content IDs and links, one a line, each with a name
behind it or none; - is stdin. Names and meta of an export go along.

The list is read as it goes, however long. A line that names nothing is told with
its number, and the rest goes on; the exit status is 1 then. What an account keeps
or was asked for already is counted and skipped, so that an import that was stopped
is gone on with by saying it again. Of a list that is cut short, what came before
the cut is taken.`,
		Example: `  pintrayctl import pins.csv --to mine --dry-run
  pintrayctl export | pintrayctl import - --to second --wait`,
		Args: wantArgs(1, 1, "the list's FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := c.openList(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = in.Close() }() // only read
			return c.ask(cmd.Context(), func(app *boot.App) error {
				all, err := loadAccounts(cmd.Context(), app.Reader)
				if err != nil {
					return err
				}
				targets, err := all.targets(to)
				if err != nil {
					return err
				}
				m := &listImport{cli: c, app: app, all: all, to: targets, dry: dryRun, seen: make(map[uint64]struct{}), seed: maphash.MakeSeed(), most: importOpen}
				return m.run(cmd.Context(), in, wait)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&to, "to", nil, "the accounts to keep it on (default: the only service, or this computer)")
	flags.BoolVar(&dryRun, "dry-run", false, "only say what would be done")
	wait.register(flags)
	c.offerAccounts(cmd, "to")
	return cmd
}

func (c *cli) openList(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(c.in), nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, &problem{code: services.CodeSource, text: path + " is a folder, and no list", hint: "to keep a folder: pintrayctl add PATH; to keep what a list names, give its file"}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &problem{code: services.CodeSource, text: fmt.Sprintf("the list can't be read: %v", err), hint: "check its path"}
	}
	return f, nil
}

// listImport is one list on its way in.
type listImport struct {
	*cli
	app  *boot.App
	all  *accounts
	to   []services.AccountID
	dry  bool
	most int64 // open operations of an account at which it waits until some are through
	seed maphash.Seed
	seen map[uint64]struct{} // hashes of CID keys, up to importSeen

	read  atomic.Int64   // lines
	pins  []services.Pin // of this step
	lines map[string]int64
	ids   []store.OperationID
	sum   importJSON
}

// importJSON is the line `import --json` prints. All but lines and bad count
// pins at accounts: one line for two accounts counts twice.
type importJSON struct {
	Lines  int64 `json:"lines"`        // but one that names columns
	Bad    int64 `json:"bad"`          // lines that could not be taken
	Twice  int64 `json:"twice"`        // lines that name what another one named
	There  int64 `json:"there"`        // kept already
	Asked  int64 `json:"asked_before"` // asked for already
	New    int64 `json:"new"`          // asked for now; of a dry run: would be
	DryRun bool  `json:"dry_run"`
	tally
}

func (m *listImport) run(ctx context.Context, in io.Reader, wait waitFlag) error {
	before, err := askedBefore(ctx, m.app.Reader, m.to...)
	if err != nil {
		return err
	}
	m.sum.DryRun = m.dry
	stop := m.follow(ctx, func(context.Context) string { return plural(m.read.Load(), "line was", "lines were") + " read" })
	lines, heads, err := eachPin(in, func(line int64, p services.Pin) error { return m.take(ctx, line, p) }, m.bad)
	stop()
	m.sum.Lines = lines - heads
	var broken *brokenList
	if err == nil || errors.As(err, &broken) {
		err = m.step(ctx)
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p := *explain(err)
		p.text += fmt.Sprintf(" (after line %d)", lines)
		p.hint += "; then say the same again: it goes on where it stopped"
		return &p
	}
	if m.sum.Asked > 0 && !m.dry {
		m.ids = append(before, m.ids...)
	}
	if m.sum.tally, err = m.seeThrough(ctx, m.app, m.all, m.ids, wait); err != nil {
		return err
	}
	if broken != nil && lines == 0 {
		return broken.problem(0)
	}
	if broken == nil && lines == 0 {
		return wrong("a list has content IDs or links, one a line, or is an export", "the list is empty")
	}
	if err := m.print(wait); err != nil {
		return err
	}
	m.noteOpen(m.sum.tally)
	switch {
	case broken != nil:
		return broken.problem(lines)
	case m.sum.Bad > 0:
		named := "they are named above"
		if m.sum.Bad > badShown {
			named = fmt.Sprintf("the first %d are named above", badShown)
		}
		return &problem{
			text: fmt.Sprintf("%d of %s could not be taken", m.sum.Bad, plural(m.sum.Lines, "line", "lines")),
			hint: named + "; put them right and say the same again: what was taken is skipped",
		}
	}
	return m.sum.problem(wait)
}

func (m *listImport) bad(line int64, why string) {
	m.sum.Bad++
	switch {
	case m.sum.Bad <= badShown:
		m.note("line %d: %s", line, why)
	case m.sum.Bad == badShown+1:
		m.note("there are more lines like these")
	}
}

// take adds a pin to the step, and asks for the step once it is full.
func (m *listImport) take(ctx context.Context, line int64, p services.Pin) error {
	m.read.Store(line)
	key := maphash.String(m.seed, p.CID.Key)
	if _, twice := m.seen[key]; twice {
		m.sum.Twice++
		return nil
	}
	if len(m.seen) < importSeen {
		m.seen[key] = struct{}{}
	}
	if m.lines == nil {
		m.lines = make(map[string]int64, importStep)
	}
	m.pins, m.lines[p.CID.Key] = append(m.pins, p), line
	if len(m.pins) < importStep {
		return nil
	}
	return m.step(ctx)
}

func (m *listImport) step(ctx context.Context) error {
	defer func() {
		m.pins = m.pins[:0]
		clear(m.lines)
	}()
	if len(m.pins) == 0 {
		return nil
	}
	if m.dry {
		return m.look(ctx)
	}
	if err := m.room(ctx); err != nil {
		return err
	}
	taken, err := m.app.Engine.Add(ctx, pinsync.AddRequest{Pins: m.pins, Accounts: m.to})
	if err != nil {
		return err
	}
	for _, op := range taken.Operations {
		m.ids = append(m.ids, op.ID)
	}
	m.sum.New += int64(len(taken.Operations))
	for _, no := range taken.Refused {
		switch no.Err.Reason {
		case "already-kept":
			m.sum.There++
		case "already-asked":
			m.sum.Asked++
		default:
			m.bad(m.lines[no.CID.Key], explain(at(m.all.name(no.Account), no.Err)).text)
		}
	}
	return nil
}

// look counts what the step would do.
func (m *listImport) look(ctx context.Context) error {
	for _, p := range m.pins {
		it, _, err := m.app.Reader.ItemByCID(ctx, p.CID)
		if err != nil {
			return err
		}
		for _, id := range m.to {
			i := slices.IndexFunc(it.Marks, func(k store.Mark) bool { return k.Account == id })
			switch {
			case i < 0:
				m.sum.New++
			case it.Marks[i].Pending == store.OpAdd:
				m.sum.Asked++
			case it.Marks[i].Status == services.Unknown || it.Marks[i].Status == services.Failed:
				m.sum.New++
			case it.Marks[i].Stale:
				kept, err := keeps(ctx, m.app.Reader, id, p.CID)
				if err != nil {
					return err
				}
				if kept {
					m.sum.There++
				} else {
					m.sum.New++
				}
			default:
				m.sum.There++
			}
		}
	}
	return nil
}

// keeps reports whether an account keeps a CID: what it has lost, with many others,
// is in its list until somebody accepts that, but not kept.
func keeps(ctx context.Context, r *store.Reader, id services.AccountID, c services.CID) (bool, error) {
	for p, err := range r.EachPin(ctx, store.PinFilter{Accounts: []services.AccountID{id}, CID: c}) {
		if err != nil {
			return false, err
		}
		if p.Status != services.Failed && !p.Aside {
			return true, nil
		}
	}
	return false, nil
}

func (m *listImport) print(wait waitFlag) error {
	if m.json {
		return m.printJSON(m.sum)
	}
	verb := "asked for"
	if m.dry {
		verb = "would be asked for"
	}
	_, err := fmt.Fprintf(m.out, "%s: %d %s, %d there already, %d asked for before, %d named twice, %d bad\n",
		plural(m.sum.Lines, "line", "lines"), m.sum.New, verb, m.sum.There, m.sum.Asked, m.sum.Twice, m.sum.Bad)
	if err != nil || m.dry || len(m.ids) == 0 {
		return err
	}
	taken := "taken"
	if wait.given && !wait.onlyWrite() {
		taken = "pinned"
	}
	_, err = fmt.Fprintf(m.out, "%d %s, %d failed, %d not through yet\n", m.sum.Done, taken, m.sum.Failed, m.sum.Open)
	return err
}
