package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/services"
)

// version is set by the linker in a release (-X main.version=1.2.3).
var version string

// build is what is known of this program: its version and the commit it was
// made from, with a + where the tree had changes.
func build() (release, commit string) {
	release = version
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release, ""
	}
	if release == "" {
		release = info.Main.Version
	}
	changed := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	if commit != "" {
		commit += changed
	}
	if release == "" {
		release = "(devel)"
	}
	return release, commit
}

func (c *cli) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			release, commit := build()
			if c.json {
				return c.printJSON(struct {
					Version string `json:"version"`
					Commit  string `json:"commit"`
					Go      string `json:"go"`
				}{release, commit, runtime.Version()})
			}
			_, err := fmt.Fprintf(c.out, "pintrayctl %s %s %s %s/%s\n", release, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

func (c *cli) templatesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "templates",
		Short: "List the kinds of services, what they cost, and where their key is found",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			for i, t := range services.Templates() {
				if c.json {
					if err := c.printJSON(t); err != nil {
						return err
					}
					continue
				}
				if i > 0 {
					fmt.Fprintln(c.out)
				}
				c.printTemplate(t)
			}
			return nil
		},
	}
}

func (c *cli) printTemplate(t services.Template) {
	address := t.Endpoint
	if address == "" {
		address = "your own, as " + t.EndpointHint
	}
	fmt.Fprintf(c.out, "%s  %s\n", t.ID, t.Name)
	for _, line := range [][2]string{
		{"address", address}, {"cost", t.Cost}, {t.KeyWord, t.KeyHow}, {"key page", t.KeyPage}, {"note", t.Note},
	} {
		if line[1] != "" {
			fmt.Fprintf(c.out, "  %-12s %s\n", line[0], line[1])
		}
	}
}
