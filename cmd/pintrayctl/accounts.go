package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

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
		Use:   "add NAME --url URL|--template ID [--token-file F|-] [--token-env VAR]",
		Short: "Connect a service",
		Long: `Connect a service under a name of your own. The access key is read from a file
or from stdin and goes into the system's keyring; with --token-env only the name
of the variable is remembered, and with --token-file where there is no keyring
only the path of the file. A key is never given on the command line.`,
		Example: `  pintrayctl accounts add mine --template pinata --token-file -  < key.txt
  pintrayctl accounts add box --url http://127.0.0.1:9097 --token-env BOX_KEY`,
		Args: wantArgs(1, 1, "the account's NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n := pinsync.NewAccount{Name: strings.TrimSpace(args[0]), Template: template, NoCheck: noCheck}
			if n.Name == "" {
				return wrong("give the account a name of your own", "the account's NAME is empty")
			}
			t, err := endpointOf(&n, url, template)
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
	return cmd
}

// endpointOf fills in the address, from --url or the template.
func endpointOf(n *pinsync.NewAccount, url, template string) (services.Template, error) {
	var t services.Template
	if template != "" {
		var ok bool
		if t, ok = services.TemplateByID(template); !ok {
			return t, wrong("see: pintrayctl templates", "no template is called %q", template)
		}
		n.Endpoint = t.Endpoint
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
			c.note("there is no keyring here: the key stays in %s and is read from there each time", n.Source.Where())
		}
		a, err := app.Engine.Connect(ctx, n)
		if err != nil {
			return notConnected(n.Name, services.AsError(err))
		}
		return c.printAccounts([]store.AccountState{{Account: a, Stale: true}})
	})
}

// notConnected is why an account was not taken: there is none to edit yet.
func notConnected(name string, e *services.Error) error {
	p := *explain(at(name, e))
	switch e.Code {
	case services.CodeAuth:
		p.hint = "say the same again with a key that has pinning rights there: --token-file FILE; nothing was kept here"
	case services.CodeUnreachable, services.CodeTimeout:
		p.hint = "check the network and the address that was given, then say the same again; nothing was kept here"
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
			Account: a.Name, URL: a.Endpoint, Template: a.Template, Key: string(a.Key), Paused: a.Paused,
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
		return "not checked"
	case a.Incomplete:
		return "incomplete"
	case a.Stale:
		return "long ago"
	default:
		return "ok"
	}
}

func (c *cli) accountsCheck() *cobra.Command {
	return &cobra.Command{
		Use:               "check NAME",
		Short:             "Ask a service whether it answers and takes the key",
		Args:              wantArgs(1, 1, "the account's NAME"),
		ValidArgsFunction: c.completeAccounts,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return c.onAccount(ctx, args[0], func(app *boot.App, a services.Account) error {
				if a.Local() {
					return c.checkHere(ctx, app, a)
				}
				found, err := app.Engine.CheckAccount(ctx, a.ID)
				if err == nil && found.Err != nil {
					err = found.Err
				}
				if err != nil {
					return at(a.Name, services.AsError(err))
				}
				if c.json {
					return c.printJSON(struct {
						Account   string `json:"account"`
						Pins      int64  `json:"pins"`
						LatencyMS int64  `json:"latency_ms"`
					}{a.Name, found.Pins, found.Latency.Milliseconds()})
				}
				pins := "it doesn't say how many pins it has"
				if found.Pins >= 0 {
					pins = fmt.Sprintf("%d pins", found.Pins)
				}
				_, err = fmt.Fprintf(c.out, "%s answers and takes the key: %s, %d ms\n", services.Clean(a.Name), pins, found.Latency.Milliseconds())
				return err
			})
		},
	}
}

// checkHere says how this computer is doing.
func (c *cli) checkHere(ctx context.Context, app *boot.App, a services.Account) error {
	found, err := app.Engine.CheckAccount(ctx, a.ID)
	if err != nil {
		return err
	}
	space, err := app.Engine.Space(ctx)
	if err != nil {
		return err
	}
	if c.json {
		return c.printJSON(struct {
			Account   string `json:"account"`
			Pins      int64  `json:"pins"`
			LatencyMS int64  `json:"latency_ms"`
			Used      int64  `json:"used"`
			Free      int64  `json:"free"`
			Floor     int64  `json:"floor"`
		}{a.Name, found.Pins, found.Latency.Milliseconds(), space.Used, space.Free, space.Floor})
	}
	free := "nobody knows how much is free"
	if space.Free >= 0 {
		free = bytesText(space.Free) + " are free, of which " + bytesText(space.Floor) + " stay so"
	}
	_, err = fmt.Fprintf(c.out, "%s keeps %d pins; %s of it was fetched, %s\n",
		services.Clean(a.Name), found.Pins, bytesText(space.Used), free)
	return err
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

func (c *cli) accountsEdit() *cobra.Command {
	var name, url, tokenFile string
	var pause, resume bool
	cmd := &cobra.Command{
		Use:               "edit NAME",
		Short:             "Change an account's name, address or key, or pause it",
		Args:              wantArgs(1, 1, "the account's NAME"),
		ValidArgsFunction: c.completeAccounts,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if pause && resume {
				return wrong("choose one of them", "both --pause and --resume were given")
			}
			if name == "" && url == "" && tokenFile == "" && !pause && !resume {
				return wrong("see: pintrayctl accounts edit --help", "nothing to change was given")
			}
			key, err := c.readKey(keyFlags{file: tokenFile})
			if err != nil {
				return err
			}
			return c.onAccount(ctx, args[0], func(app *boot.App, a services.Account) error {
				if name != "" {
					a.Name = strings.TrimSpace(name)
				}
				if url != "" {
					if a.Endpoint, err = services.CleanEndpoint(url); err != nil {
						return err
					}
				}
				a.Paused = pause || a.Paused && !resume
				if name != "" || url != "" || pause || resume {
					if err := app.Engine.EditAccount(ctx, a); err != nil {
						return at(a.Name, services.AsError(err))
					}
				}
				if key.isZero() {
					return nil
				}
				if reason, err := app.Engine.KeyringState(ctx); err != nil || reason == "no-keyring" {
					return &services.Error{Code: services.CodeKeyring, Op: "key", Reason: "no-keyring", Err: err}
				}
				if err := app.Engine.NewKey(ctx, a.ID, key.secret); err != nil {
					return at(a.Name, services.AsError(err))
				}
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "a new name")
	f.StringVar(&url, "url", "", "a new address")
	f.StringVar(&tokenFile, "token-file", "", "a new access key, from a file or - for stdin, into the keyring")
	f.BoolVar(&pause, "pause", false, "neither check it nor send anything to it")
	f.BoolVar(&resume, "resume", false, "go on with it")
	return cmd
}

func (c *cli) accountsRm() *cobra.Command {
	return &cobra.Command{
		Use:   "rm NAME",
		Short: "Forget a service on this computer; nothing is deleted there",
		Long: `Forget a service: its key, what is known of its pins, and what was still to be
sent to it. Nothing is deleted at the service itself.`,
		Args:              wantArgs(1, 1, "the account's NAME"),
		ValidArgsFunction: c.completeAccounts,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return c.onAccount(ctx, args[0], func(app *boot.App, a services.Account) error {
				if err := app.Engine.ForgetAccount(ctx, a.ID); err != nil {
					return at(a.Name, services.AsError(err))
				}
				c.note("%s is forgotten here; nothing was deleted there", a.Name)
				return nil
			})
		},
	}
}
