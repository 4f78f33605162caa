package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	pinsync "github.com/pintray/pintray/sync"
)

func (c *cli) accountsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "accounts",
		Short: "Connect, list, check, edit and forget services",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.accountsAdd(), c.accountsLs(), c.accountsCheck(), c.accountsEdit(), c.accountsRm())
	return cmd
}

func (c *cli) accountsAdd() *cobra.Command {
	var key keyFlags
	var url, template string
	var noCheck bool
	cmd := &cobra.Command{
		Use:   "add NAME --url URL|--template ID [--token-file F|-] [--token-env VAR] [--user U --password-file F|-]",
		Short: "Connect a service",
		Long: `Connect a service under a name of your own. The access key is read from a file
or from stdin and goes into the system's keyring; with --token-env only the name
of the variable is remembered, and with --token-file where there is no keyring
only the path of the file. A key is never given on the command line. A key file
must be readable by nobody but you (chmod 600).

IPFS Cluster makes keys of a user and a password: give --user and --password-file.
The password is kept as a key would be, the keys it makes in memory only.`,
		Example: `  pintrayctl accounts add mine --template pinata --token-file -  < key.txt
  pintrayctl accounts add box --url http://127.0.0.1:9097 --token-env BOX_KEY
  pintrayctl accounts add home --template cluster --url https://cluster.example:9097 --user me --password-file -`,
		Args: wantArgs(1, 1, "the account's NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, err := accountName(args[0])
			if err != nil {
				return err
			}
			n := pinsync.NewAccount{Name: name, Template: template, NoCheck: noCheck}
			t, err := endpointOf(&n, url)
			if err != nil {
				return err
			}
			return c.connect(cmd.Context(), n, t, key)
		},
	}
	f := cmd.Flags()
	f.StringVar(&url, "url", "", "address of the service's Pinning Service API")
	f.StringVar(&template, "template", "", "a kind of service (see: pintrayctl templates)")
	f.BoolVar(&noCheck, "no-check", false, "store it without asking the service first")
	key.register(f)
	key.registerLogin(f)
	return cmd
}

// longestName is how many characters the name of an account may have.
const longestName = 100

// accountName is the name a person wrote for an account: one that can be shown as it
// is, and written again.
func accountName(text string) (string, error) {
	name := strings.TrimSpace(text)
	switch {
	case name == "":
		return "", wrong("give the account a name of your own", "the account's NAME is empty")
	case utf8.RuneCountInString(name) > longestName:
		return "", wrong(fmt.Sprintf("an account's name has at most %d characters", longestName), "the account's NAME is too long")
	case services.Clean(name) != name:
		return "", wrong("use letters, digits and signs that can be seen, on one line", "the account's NAME has characters that can't be shown")
	}
	return name, nil
}

// templateNamed finds a template by its ID or its name, as "ipfs-cluster".
func templateNamed(text string) (services.Template, bool) {
	for _, t := range services.Templates() {
		if t.ID == text || strings.EqualFold(strings.ReplaceAll(t.Name, " ", "-"), text) {
			return t, true
		}
	}
	return services.Template{}, false
}

// endpointOf fills in the address, from --url or the template.
func endpointOf(n *pinsync.NewAccount, url string) (services.Template, error) {
	var t services.Template
	if n.Template != "" {
		var ok bool
		if t, ok = templateNamed(n.Template); !ok {
			return t, wrong("see: pintrayctl templates", "no template is called %q", n.Template)
		}
		n.Template, n.Endpoint = t.ID, t.Endpoint
	}
	if url != "" {
		n.Endpoint = url
	}
	if n.Endpoint == "" {
		hint := "give its address with --url, or a kind of service with --template (see: pintrayctl templates)"
		if t.EndpointHint != "" {
			hint = "give your own one's address with --url, as " + t.EndpointHint
		}
		return t, wrong(hint, "the service's address is missing")
	}
	_, err := services.CleanEndpoint(n.Endpoint)
	return t, err
}

func (c *cli) connect(ctx context.Context, n pinsync.NewAccount, t services.Template, flags keyFlags) error {
	if err := checkLogin(t, flags); err != nil {
		return err
	}
	n.User = flags.user
	key, err := c.readKey(flags)
	if err != nil {
		return err
	}
	if key.isZero() && !t.KeyOptional && t.ID != "" {
		return wrong("give it with --token-file FILE, --token-file - or --token-env VARIABLE. "+t.KeyHow, "%s needs an access key", t.Name)
	}
	return c.ask(ctx, func(app *boot.App) error {
		if err := key.into(ctx, app.Engine, &n); err != nil {
			return err
		}
		if n.Source.Kind() == services.KeyInFile {
			what := "key"
			if n.User != "" {
				what = "password"
			}
			c.note("there is no keyring here: the %s stays in %s and is read from there each time", what, n.Source.Where())
		}
		others, err := loadAccounts(ctx, app.Reader)
		if err != nil {
			return err
		}
		a, err := app.Engine.Connect(ctx, n)
		if err != nil {
			return notConnected(n.Name, services.AsError(err))
		}
		c.noteSameAddress(others, a)
		if app.Owner {
			c.note("read what it keeps with: pintrayctl sync")
		}
		return c.printAccounts([]store.AccountState{{Account: a, Stale: true}})
	})
}

// noteSameAddress says that another account is at the same address: one and the
// same service would count as two copies.
func (c *cli) noteSameAddress(others *accounts, a services.Account) {
	for _, o := range others.list {
		switch {
		case o.Endpoint != a.Endpoint:
		case o.Key == a.Key && o.User == a.User:
			c.note("%s is the same service: everything it keeps now counts as two copies, and is one", o.Name)
		default:
			c.note("%s is at the same address: if both belong to one account there, what it keeps counts as two copies, and is one", o.Name)
		}
	}
}

// checkLogin refuses half a login, and one at a service that has none.
func checkLogin(t services.Template, f keyFlags) error {
	switch {
	case (f.user == "") != (f.passwordFile == ""):
		return wrong("give both --user NAME and --password-file FILE (- for stdin)", "a login needs a user and a password")
	case f.user != "" && t.ID != "" && !t.Login:
		return wrong("give its access key with --token-file. "+t.KeyHow, "%s takes no user and password", t.Name)
	case strings.Contains(f.user, ":"):
		return wrong("ask whoever runs the service for the name", "a user's name has no colon")
	}
	return nil
}

// notConnected is why an account was not taken: there is none to edit yet.
func notConnected(name string, e *services.Error) error {
	p := *explain(at(name, e))
	switch e.Code {
	case services.CodeAuth:
		if e.Reason == "password" {
			p.hint = "check both and say the same again; nothing was kept here"
			break
		}
		p.hint = "say the same again with a key that has pinning rights there: --token-file FILE; nothing was kept here"
	case services.CodeUnreachable, services.CodeTimeout:
		p.hint = "check the network and the address that was given, then say the same again; nothing was kept here"
	case services.CodeServer, services.CodeDecode, services.CodeLimited:
		p.hint = "say the same again later; nothing was kept here"
	}
	return &p
}

func (c *cli) accountsLs() *cobra.Command {
	return &cobra.Command{
		Use:   "ls",
		Short: "List the connected services and how they are doing",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.read(cmd.Context(), func(app *boot.App) error {
				list, err := app.Reader.Accounts(cmd.Context())
				if err != nil {
					return err
				}
				return c.printAccounts(list)
			})
		},
	}
}

// accountJSON is one line of `accounts ls --json`.
type accountJSON struct {
	Account    string           `json:"account"`
	URL        string           `json:"url"`
	Template   string           `json:"template"`
	User       string           `json:"user,omitempty"`
	Key        string           `json:"key"`
	Paused     bool             `json:"paused"`
	Pins       int64            `json:"pins"`
	Counts     map[string]int64 `json:"counts"`
	CheckedAt  stamp            `json:"checked_at"`
	Stale      bool             `json:"stale"`
	Incomplete bool             `json:"incomplete"`
	Error      services.Code    `json:"error"`
	ErrorText  string           `json:"error_text"`
	ErrorSince stamp            `json:"error_since"`
}

func (c *cli) printAccounts(list []store.AccountState) error {
	if !c.json {
		t := c.table("ACCOUNT", "PINS", "CHECKED", "STATE", "KEY", "ADDRESS")
		for _, a := range list {
			pins := strconv.FormatInt(a.Pins(), 10)
			if a.CheckedAt.IsZero() && a.Pins() == 0 {
				pins = "" // nobody asked yet
			}
			if err := t.row(a.Name, pins, when(a.CheckedAt), accountState(a), a.Key.Kind(), a.Endpoint); err != nil {
				return err
			}
		}
		return t.end()
	}
	for _, a := range list {
		j := accountJSON{
			Account: a.Name, URL: a.Endpoint, Template: a.Template, User: a.User, Key: string(a.Key), Paused: a.Paused,
			Pins: a.Pins(), Counts: make(map[string]int64), CheckedAt: stamp(a.CheckedAt), Stale: a.Stale, Incomplete: a.Incomplete,
		}
		for s, n := range a.Counts {
			j.Counts[s.String()] = n
		}
		if a.Err != nil {
			j.Error, j.ErrorText, j.ErrorSince = a.Err.Code, a.Err.Details, stamp(a.ErrSince)
		}
		if err := c.printJSON(j); err != nil {
			return err
		}
	}
	return nil
}

// accountState is how an account is doing, in a word or two.
func accountState(a store.AccountState) string {
	switch {
	case a.Paused:
		return "paused"
	case a.Err != nil:
		return string(a.Err.Code)
	case a.LimitedUntil.After(time.Now()):
		return "limited until " + a.LimitedUntil.Local().Format("15:04")
	case a.CheckedAt.IsZero():
		return "not read yet"
	case a.Missing > 0:
		return fmt.Sprintf("%d gone; accept?", a.Missing)
	case a.Incomplete:
		return "incomplete"
	case a.Stale:
		return "long ago"
	default:
		return "ok"
	}
}

// onAccount asks the engine for something on one account.
func (c *cli) onAccount(ctx context.Context, name string, do func(app *boot.App, a services.Account) error) error {
	return c.ask(ctx, func(app *boot.App) error {
		all, err := loadAccounts(ctx, app.Reader)
		if err != nil {
			return err
		}
		a, err := all.find(name)
		if err != nil {
			return err
		}
		return do(app, a)
	})
}
