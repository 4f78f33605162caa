package token

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/zalando/go-keyring"
)

// Service is the name our entries carry in the keyring. The entry of an
// account is a random word under it, so that it says nothing of the account.
const Service = "io.github.pintray.Pintray"

// Config is how long Keys waits. The zero Config is right for the program;
// tests shorten it.
type Config struct {
	Ask  time.Duration // for a person who was asked; 0 is 120 s, since a password takes typing
	Wait time.Duration // for anything nobody is asked about; 0 is 3 s on a bus, else 30 s
	Poll time.Duration // between looks at a keyring that is locked; 0 is 2 s
}

// Keys reads and writes access keys. Its methods may be called from any
// goroutine and never block beyond their context. Their errors are
// *services.Error of CodeKeyring and Op "key", with one of these Reasons:
//
//	no-keyring                     there is none; Details: no-bus, no-service (nobody behind it), no-default (never made)
//	locked, dismissed, timeout     it is locked; the person closed the question; nobody answered in time
//	missing-entry, session-ended   the key is not, or no longer, there
//	env-unset, file-missing, file-unreadable, file-open-to-others
//	empty-key, key-too-long, key-characters, password-characters, not-kept, failed, unknown-source
type Keys struct {
	c       Config
	turn    chan struct{} // holds a token while the library is called
	changed chan struct{}
	wake    chan struct{}

	mu     sync.Mutex
	memory map[services.KeySource]services.Secret // read or set before
	live   map[string]struct{}                    // every key seen, for Scrub
	state  string                                 // Reason of the last look, "" where keys could be read
	hold   time.Time                              // the library is not called before
	asking *question
}

// question is a prompt on somebody's screen.
type question struct {
	done chan struct{}
	err  error // once done is closed
}

// New makes Keys. It starts nothing and touches no keyring.
func New(c Config) *Keys {
	if c.Ask == 0 {
		c.Ask = 120 * time.Second
	}
	if c.Wait == 0 {
		c.Wait = waitDefault
	}
	if c.Poll == 0 {
		c.Poll = 2 * time.Second
	}
	return &Keys{
		c:       c,
		turn:    make(chan struct{}, 1),
		changed: make(chan struct{}, 1),
		wake:    make(chan struct{}, 1),
		memory:  make(map[services.KeySource]services.Secret),
		live:    make(map[string]struct{}),
	}
}

// Set stores the key under a new entry of the keyring, asking the person to
// unlock it if need be, reads it back, and returns its source. Where there is
// no keyring the key is held until the program ends and the source is of kind
// "session".
func (k *Keys) Set(ctx context.Context, key services.Secret) (services.KeySource, error) {
	key, err := parserOf(key)(key.Reveal())
	if err != nil {
		return "", err
	}
	err = k.Unlock(ctx)
	if absent(err) {
		return k.Hold(key)
	}
	if err != nil {
		return "", err
	}
	entry := rand.Text()
	back, err := k.call(ctx, func() (string, error) { return store(ctx, entry, key.Reveal()) })
	if err != nil {
		return "", err
	}
	if back != key.Reveal() {
		return "", fail("not-kept", nil)
	}
	source := services.KeySource(services.KeyInKeyring + ":" + entry)
	k.remember(source, key)
	return source, nil
}

// store writes an entry and reads it back. One that nobody waits for any more
// is taken out again.
func store(ctx context.Context, entry, key string) (string, error) {
	if err := keyring.Set(Service, entry, key); err != nil {
		return "", err
	}
	back, err := keyring.Get(Service, entry)
	if err != nil || back != key || ctx.Err() != nil {
		return back, errors.Join(err, ctx.Err(), keyring.Delete(Service, entry))
	}
	return back, nil
}

// Hold keeps the key in memory until the program ends, whatever keyring there
// is, and returns its source, of kind "session".
func (k *Keys) Hold(key services.Secret) (services.KeySource, error) {
	key, err := parserOf(key)(key.Reveal())
	if err != nil {
		return "", err
	}
	source := services.KeySource(services.KeySession + ":" + rand.Text())
	k.remember(source, key)
	return source, nil
}

// Get reads the key of a source. It asks nobody: a locked keyring is an error
// at once. A key of the keyring is read once and then known; a variable or a
// file is read each time. The key of source "none" is zero.
func (k *Keys) Get(ctx context.Context, source services.KeySource) (services.Secret, error) {
	return k.get(ctx, source, Parse)
}

// Password is Get of a source that holds a password.
func (k *Keys) Password(ctx context.Context, source services.KeySource) (services.Secret, error) {
	return k.get(ctx, source, ParsePassword)
}

func (k *Keys) get(ctx context.Context, source services.KeySource, as parse) (services.Secret, error) {
	switch source.Kind() {
	case services.KeyNone:
		return services.Secret{}, nil
	case services.KeyInEnv:
		return k.noted(readEnv(source.Where(), as))
	case services.KeyInFile:
		return k.noted(readFile(source.Where(), as))
	case services.KeySession:
		if key, ok := k.remembered(source); ok {
			return key, nil
		}
		return services.Secret{}, fail("session-ended", nil)
	case services.KeyInKeyring:
		return k.fromKeyring(ctx, source, as)
	}
	return services.Secret{}, fail("unknown-source", nil)
}

func (k *Keys) fromKeyring(ctx context.Context, source services.KeySource, as parse) (services.Secret, error) {
	if key, ok := k.remembered(source); ok {
		return key, nil
	}
	if err := k.look(ctx, true); err != nil {
		return services.Secret{}, err
	}
	text, err := k.call(ctx, func() (string, error) { return keyring.Get(Service, source.Where()) })
	if err != nil {
		return services.Secret{}, err
	}
	key, err := as(text)
	if err != nil {
		return services.Secret{}, err
	}
	k.remember(source, key)
	return key, nil
}

// Delete forgets the key of a source: its entry in the keyring, or the memory
// of it. A missing entry is no error, and a variable or a file is left alone.
// It asks nobody: a locked keyring is an error.
func (k *Keys) Delete(ctx context.Context, source services.KeySource) error {
	if source.Kind() == services.KeyInKeyring {
		if err := k.look(ctx, true); err != nil {
			return err
		}
		_, err := k.call(ctx, func() (string, error) { return "", keyring.Delete(Service, source.Where()) })
		if err != nil && reasonOf(err) != "missing-entry" {
			return err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.memory, source)
	return nil
}

// Scrub replaces every key this process has seen by dots, wherever it stands
// in text, plain, quoted or as part of an address: the last guard of what is
// logged.
func (k *Keys) Scrub(text string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for key := range k.live {
		quoted := strconv.Quote(key)
		for _, form := range []string{key, quoted[1 : len(quoted)-1], url.QueryEscape(key), url.PathEscape(key)} {
			text = strings.ReplaceAll(text, form, services.Secret{}.String())
		}
	}
	return text
}

func (k *Keys) remembered(source services.KeySource) (services.Secret, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.memory[source]
	return key, ok
}

func (k *Keys) remember(source services.KeySource, key services.Secret) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.memory[source] = key
	k.live[key.Reveal()] = struct{}{}
}

func (k *Keys) noted(key services.Secret, err error) (services.Secret, error) {
	if err == nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.live[key.Reveal()] = struct{}{}
	}
	return key, err
}

func fail(reason string, err error) *services.Error {
	return &services.Error{Code: services.CodeKeyring, Op: "key", Reason: reason, NotSent: true, Err: err}
}

func reasonOf(err error) string {
	if e := services.AsError(err); e != nil {
		return e.Reason
	}
	return ""
}

// none says that there is no keyring at all, and what is missing.
func none(what string, err error) *services.Error {
	e := fail("no-keyring", err)
	e.Details = what
	return e
}

func absent(err error) bool { return reasonOf(err) == "no-keyring" }

// libraryError gives an error of the library our words.
func libraryError(err error) error {
	var own *services.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own
	case errors.Is(err, keyring.ErrNotFound):
		return fail("missing-entry", nil)
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return fail("key-too-long", nil)
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return none("no-service", nil)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fail("timeout", err)
	}
	return fail("failed", fmt.Errorf("call the keyring: %w", err))
}
