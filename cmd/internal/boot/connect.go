package boot

import (
	"context"
	"crypto/sha256"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/demo"
	"github.com/pintray/pintray/services/psa"
	"github.com/pintray/pintray/services/token"
	"github.com/pintray/pintray/sync/handover"
	"github.com/pintray/pintray/sync/local"
)

// The endpoints of the made-up services. "?pins=N" may follow.
const (
	demoSlow   = "demo:slow"
	demoFaulty = "demo:faulty"
)

// connector makes the service of an account.
type connector struct {
	dir  string // where made-up services keep their state
	keys *token.Keys
	// local is this computer.
	local *local.Service

	mu      sync.Mutex
	demo    map[string]*demo.Service // by endpoint: one state each
	budgets map[customer]*psa.Budget // they outlive connections
	paced   map[services.AccountID]*psa.Budget
	before  map[services.AccountID]psa.BudgetState // of the process before
}

// customer is whom a service counts the calls of: whoever holds the key,
// whatever the account is called here and however often it is connected.
type customer struct {
	endpoint, template, user string
	key                      [sha256.Size]byte
}

// connect makes the service of a. A zero key is read from the account's source.
func (c *connector) connect(ctx context.Context, a services.Account, key services.Secret) (services.Service, error) {
	switch {
	case a.Demo():
		return c.madeUp(a.Endpoint)
	case a.Local() && c.local != nil:
		return c.local, nil
	}
	key, err := c.key(ctx, a, key)
	if err != nil {
		return nil, err
	}
	return psa.New(psa.Config{
		Endpoint: a.Endpoint, User: a.User, Key: key, UserAgent: "Pintray/" + Version,
		NoneIs404: noneIs404(a), Budget: c.budget(a, key), Connections: connections(a),
	})
}

// noneIs404 reports whether the account's service is one that answers so, be it
// known by its template or by its address only.
func noneIs404(a services.Account) bool {
	return slices.ContainsFunc(services.Templates(), func(t services.Template) bool {
		return t.NoneIs404 && (t.ID == a.Template || t.Endpoint == a.Endpoint)
	})
}

// budget is the one of whoever holds the key.
func (c *connector) budget(a services.Account, key services.Secret) *psa.Budget {
	of := customer{a.Endpoint, a.Template, a.User, sha256.Sum256([]byte(key.Reveal()))}
	c.mu.Lock()
	defer c.mu.Unlock()
	b, ok := c.budgets[of]
	if !ok {
		limits := services.LimitsOf(a)
		b = psa.NewBudget(limits.Lists, limits.Calls)
		b.Resume(c.before[a.ID])
		if c.budgets == nil {
			c.budgets = make(map[customer]*psa.Budget)
		}
		c.budgets[of] = b
	}
	if a.ID != 0 {
		if c.paced == nil {
			c.paced = make(map[services.AccountID]*psa.Budget)
		}
		c.paced[a.ID] = b
	}
	return b
}

// unboundConnections is for the eight lists of a full check at once, and what
// is carried out meanwhile.
const unboundConnections = 10

// connections is how many there may be to the account's service at once, 0 for
// the usual.
func connections(a services.Account) int {
	if services.LimitsOf(a).Lists == 0 {
		return unboundConnections
	}
	return 0
}

func (c *connector) key(ctx context.Context, a services.Account, key services.Secret) (services.Secret, error) {
	switch {
	case key.IsZero() && a.User != "":
		return c.keys.Password(ctx, a.Key)
	case key.IsZero():
		return c.keys.Get(ctx, a.Key)
	case a.User != "":
		return token.ParsePassword(key.Reveal())
	}
	return token.Parse(key.Reveal())
}

// uploader makes what sends content to the account's service, nil where its
// template knows no such way.
func (c *connector) uploader(ctx context.Context, a services.Account) (handover.Uploader, error) {
	t, ok := services.TemplateByID(a.Template)
	if !ok || t.Upload == nil {
		return nil, nil
	}
	key, err := c.key(ctx, a, services.Secret{})
	if err != nil {
		return nil, err
	}
	return handover.NewUploader(*t.Upload, a.Endpoint, key, "Pintray/"+Version)
}

// madeUp is the one service of a "demo:" endpoint in this process.
func (c *connector) madeUp(endpoint string) (services.Service, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.demo[endpoint]; ok {
		return s, nil
	}
	name, query, _ := strings.Cut(strings.TrimPrefix(endpoint, "demo:"), "?")
	values, err := url.ParseQuery(query)
	if err != nil || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return nil, &services.Error{Code: services.CodeInvalid, Op: "connect", Reason: "no-host", NotSent: true}
	}
	o := demo.Options{Queued: 3 * time.Second, Pinning: 6 * time.Second, Pins: 40, File: c.file(name)}
	if n, err := strconv.Atoi(values.Get("pins")); err == nil && n >= 0 {
		o.Pins = n
	}
	switch "demo:" + name {
	case demoSlow:
		o.Seed, o.Latency, o.Pinning = 2, 900*time.Millisecond, 40*time.Second
	case demoFaulty:
		o.Seed, o.Latency, o.FailEvery = 3, 150*time.Millisecond, 5
	}
	if c.demo == nil {
		c.demo = make(map[string]*demo.Service)
	}
	s := demo.New(o)
	c.demo[endpoint] = s
	return s, nil
}

// file is where a made-up service keeps its state.
func (c *connector) file(name string) string { return filepath.Join(c.dir, "demo-"+name+".json") }
