package main

import (
	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
)

func (c *cli) accountsEdit() *cobra.Command {
	var name, url string
	var newKey keyFlags
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
			if name == "" && url == "" && newKey == (keyFlags{}) && !pause && !resume {
				return wrong("see: pintrayctl accounts edit --help", "nothing to change was given")
			}
			if name != "" {
				var err error
				if name, err = accountName(name); err != nil {
					return err
				}
			}
			key, err := c.readKey(newKey)
			if err != nil {
				return err
			}
			return c.onAccount(ctx, args[0], func(app *boot.App, a services.Account) error {
				if !key.isZero() && key.secret.Password() != (a.User != "") {
					return wrong("give --password-file where it logs in as a user, else --token-file", "%s has %s", a.Name, loginWord(a))
				}
				if name != "" {
					a.Name = name
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
				reason, err := app.Engine.KeyringState(ctx)
				if err != nil {
					return err
				}
				if reason == "no-keyring" {
					return &problem{
						code: services.CodeKeyring, text: "there is no keyring here to keep it in",
						hint: "where it is read from a file or a variable, change it there: that is read each time",
					}
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
	f.Var((*filled)(&newKey.file), "token-file", "a new access key, from a file or - for stdin, into the keyring")
	f.Var((*filled)(&newKey.passwordFile), "password-file", "a new password, from a file or - for stdin, into the keyring")
	f.BoolVar(&pause, "pause", false, "neither check it nor send anything to it")
	f.BoolVar(&resume, "resume", false, "go on with it")
	return cmd
}

// loginWord is how an account shows who it is.
func loginWord(a services.Account) string {
	if a.User != "" {
		return "a user and a password, and no access key"
	}
	return "an access key, and no user and password"
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
