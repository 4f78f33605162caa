package main

import (
	"flag"
	"io"
	"net/url"
	"os"
	"path/filepath"
)

// flags are the words pintray was started with.
type flags struct {
	data   string
	demo   bool
	hidden bool
	args   []string // files, content IDs and links to add
}

const usage = `usage: pintray [--data DIR] [--demo] [--hidden] [FILE|CID|ipfs://..]...

  --data DIR  folder that holds everything Pintray remembers
  --demo      show made-up services, in a folder that is gone afterwards
  --hidden    start in the tray
`

func parseFlags(args []string) (flags, error) {
	var f flags
	set := flag.NewFlagSet("pintray", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&f.data, "data", "", "")
	set.BoolVar(&f.demo, "demo", false, "")
	set.BoolVar(&f.hidden, "hidden", false, "")
	err := set.Parse(args)
	f.args = named(set.Args())
	return f, err
}

// named gives what was given by a path its whole address: another process that
// is asked to take it stands in another folder. What names no file stays.
func named(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = a
		if _, err := os.Lstat(a); err != nil {
			continue
		}
		if path, err := filepath.Abs(a); err == nil {
			out[i] = (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
		}
	}
	return out
}
