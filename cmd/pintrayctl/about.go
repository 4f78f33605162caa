package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/pintray/pintray/cmd/internal/boot"
	"github.com/pintray/pintray/services"
)

// commit is what this program was built from, with a + where the tree had
// changes; "" where the build does not say.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var revision, changed string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	if revision == "" {
		return ""
	}
	return revision + changed
}

func (c *cli) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			if c.json {
				return c.printJSON(struct {
					Version string `json:"version"`
					Commit  string `json:"commit"`
					Go      string `json:"go"`
				}{boot.Version, commit(), runtime.Version()})
			}
			from := ""
			if rev := commit(); rev != "" {
				from = " (" + rev + ")"
			}
			_, err := fmt.Fprintf(c.out, "pintrayctl %s%s, %s, %s/%s\n", boot.Version, from, runtime.Version(), runtime.GOOS, runtime.GOARCH)
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
