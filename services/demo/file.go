package demo

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pintray/pintray/services"
)

// state is what the file keeps: how the pins were made up, and what was done
// since.
type state struct {
	Version int           `json:"version"`
	Pins    int           `json:"pins"`
	Seed    uint64        `json:"seed"`
	Span    time.Duration `json:"span"`
	Ties    int           `json:"ties"`
	Start   time.Time     `json:"start"`
	Gone    []int         `json:"gone,omitempty"`
	Own     []ownPin      `json:"own,omitempty"`
}

type ownPin struct {
	Created int64             `json:"created"`
	CID     string            `json:"cid"`
	Name    string            `json:"name,omitempty"`
	Origins []string          `json:"origins,omitempty"`
	Meta    map[string]string `json:"meta,omitempty"`
}

const stateVersion = 1

// loadTable is the table the file keeps, or a new one where there is no file.
func loadTable(o Options) (*table, error) {
	text, err := os.ReadFile(o.File)
	if errors.Is(err, fs.ErrNotExist) {
		t := newTable(o, o.Now())
		return t, t.save()
	}
	if err != nil {
		return nil, storage("", err)
	}
	var s state
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, storage("damaged", err)
	}
	if s.Version != stateVersion {
		return nil, storage("newer", nil)
	}
	o.Pins, o.Seed, o.Span, o.Ties = max(0, s.Pins), s.Seed, s.Span, max(1, s.Ties)
	t := newTable(o, s.Start)
	for _, p := range s.Own {
		t.take(services.Pin{CID: services.WireCID(p.CID), Name: p.Name, Origins: p.Origins, Meta: p.Meta}, p.Created, p.Created)
	}
	for _, pos := range s.Gone {
		if pos < 0 || pos >= len(t.records) {
			return nil, storage("damaged", nil)
		}
		t.remove(pos)
	}
	return t, nil
}

func (s *Service) saveLocked() error {
	if s.options.File == "" {
		return nil
	}
	return s.table.save()
}

// save writes the file whole or not at all.
func (t *table) save() error {
	s := state{
		Version: stateVersion, Pins: t.made, Seed: t.options.Seed, Span: t.options.Span,
		Ties: t.options.Ties, Start: t.start,
	}
	for pos, r := range t.records {
		if r.gone {
			s.Gone = append(s.Gone, pos)
		}
		if r.own != nil {
			s.Own = append(s.Own, ownPin{r.created, r.own.CID.Text, r.own.Name, r.own.Origins, r.own.Meta})
		}
	}
	text, err := json.Marshal(s)
	if err != nil {
		return storage("", err)
	}
	if err := os.MkdirAll(filepath.Dir(t.options.File), 0o700); err != nil {
		return storage("", err)
	}
	next := t.options.File + ".new"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return storage("", err)
	}
	if err := os.Rename(next, t.options.File); err != nil {
		return storage("", err)
	}
	return nil
}

func storage(reason string, err error) error {
	return &services.Error{Code: services.CodeStorage, Reason: reason, Err: err}
}
