package store

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pintray/pintray/services"
)

// Path is a path of this computer as the system keeps it: any bytes but NUL.
// As text (JSON) one that is not UTF-8 is "base64:" and its bytes.
type Path string

const base64Path = "base64:"

// MarshalText keeps every byte.
func (p Path) MarshalText() ([]byte, error) {
	if utf8.ValidString(string(p)) && !strings.HasPrefix(string(p), base64Path) {
		return []byte(p), nil
	}
	return []byte(base64Path + base64.StdEncoding.EncodeToString([]byte(p))), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *Path) UnmarshalText(text []byte) error {
	coded, ok := strings.CutPrefix(string(text), base64Path)
	if !ok {
		*p = Path(text)
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(coded)
	*p = Path(raw)
	return err
}

// Profile is a way of cutting a file into blocks: it decides the CID.
type Profile string

const (
	// ProfileV1 gives the CIDs of `ipfs add --cid-version=1`, the default.
	ProfileV1 Profile = "v1"
	// ProfileV0 gives those of a plain `ipfs add` (unixfs-v0-2015).
	ProfileV0 Profile = "v0"
	// Profile2025 is IPIP-499's unixfs-v1-2025: 1 MiB blocks.
	Profile2025 Profile = "unixfs-v1-2025"
)

// Profiles lists them, the default first.
func Profiles() []Profile { return []Profile{ProfileV1, ProfileV0, Profile2025} }

// Settings of what is given from this computer.
const (
	// SettingUploadLimit is how many bytes a second are given to all services
	// together, "" for no limit.
	SettingUploadLimit = "upload-limit"
	// SettingListen says whether services may connect to this computer to fetch
	// what is given to them: ListenOff, or "" for yes.
	SettingListen = "listen"
	ListenOff     = "off"
)

// SourceID names a source. 0 is none.
type SourceID int64

// sourcePrefix begins what stands in cache.db for a CID that is not known yet;
// no CID does.
const sourcePrefix = "source:"

// Key stands in cache.db for the CID of what is still being read.
func (id SourceID) Key() string { return sourcePrefix + strconv.FormatInt(int64(id), 10) }

// sourceOf is the reverse of Key, 0 for a CID.
func sourceOf(key string) SourceID {
	text, ok := strings.CutPrefix(key, sourcePrefix)
	if !ok {
		return 0
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return SourceID(id)
}

// key is what the item has in place of a CID's key in cache.db.
func (it Item) key() string {
	if it.Source != 0 {
		return it.Source.Key()
	}
	return it.CID.Key
}

// SourceState is how far a source has come.
type SourceState string

const (
	SourcePreparing SourceState = "preparing" // to be read, or being read, or read again at NextAt
	SourceReady     SourceState = "ready"     // its blocks are known; it can be given
	SourceStuck     SourceState = "stuck"     // cannot be read; needs the person
	SourceReleased  SourceState = "released"  // nothing needs its bytes any more; its blocks are dropped
)

// Source is one thing of this computer that is to be brought to services: a
// file, a folder or a CAR. Operations name it; their CIDs come from it.
type Source struct {
	ID      SourceID
	Path    Path // absolute
	Profile Profile
	CAR     bool // its blocks are served as they stand in the file; operations have their CIDs from the start
	// Ignore are patterns of what is left out of a folder, besides hidden files
	// and links; Hidden takes hidden files too.
	Ignore []string
	Hidden bool
	State  SourceState
	CID    services.CID // zero until it is ready, and of a CAR with several roots
	Name   string       // what people call it
	Size   int64        // bytes of its files, -1 until it was read
	Files  int
	// Left is how many entries were left out (hidden, links, ignored).
	Left    int
	Created time.Time
	NextAt  time.Time // not read before then
	// Reason is why it could not be read the last time ("changed", "vanished",
	// ...: services.CodeSource), "" where it could.
	Reason string
	// Unread is the file in a folder that Reason is of, cleaned for show, "" where
	// it is of the source itself.
	Unread string
	// Folder is the watched folder it came from, 0 none; Rel its path in it.
	Folder FolderID
	Rel    Path
}

// Made reports whether a CID may be what the source was read as. A CAR may have
// several.
func (s Source) Made(c services.CID) bool {
	if s.CID.IsZero() {
		return s.CAR
	}
	return s.CID.Key == c.Key
}

// Stage is what is being done with a source.
type Stage string

const (
	Reading   Stage = "reading"   // its CID is being computed
	Uploading Stage = "uploading" // sent as a CAR over HTTPS
	Giving    Stage = "giving"    // the service fetches it from here
)

// Progress is how far one stage of one source has come; it lives in memory.
type Progress struct {
	Source  SourceID
	CID     services.CID       // zero while reading
	Account services.AccountID // 0 while reading
	Stage   Stage
	Folder  FolderID
	Name    string
	Files   int // read so far, of TotalFiles
	Bytes   int64
	// TotalFiles and TotalBytes are 0 until they are known. Bytes may fall short
	// of TotalBytes at the end: a service takes only what it has not got.
	TotalFiles int
	TotalBytes int64
	Rate       float64       // bytes per second, of the last seconds
	Left       time.Duration // -1 unknown
	// Peers is how many of the service's machines are connected.
	Peers int
	Since time.Time
	// Trouble is why it does not get on, "" where it does: "nobody-connects" (no
	// one has come in 30 s and the service named no machine of its own),
	// "moved" (nor was it told where this computer is found now), "cannot-reach"
	// (the machines it named cannot be reached), "paused".
	Trouble string
}
