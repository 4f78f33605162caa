package main

import (
	"flag"
	"io"
)

// flags are the words pintray was started with.
type flags struct {
	data   string
	demo   bool
	hidden bool
	try    bool
	args   []string // files, content IDs and links to add
}

const usage = `usage: pintray [--data DIR] [--demo] [--hidden] [--try] [FILE|CID|ipfs://..]...

  --data DIR  folder that holds everything Pintray remembers
  --demo      show made-up services, in a folder that is gone afterwards
  --hidden    start in the tray
  --try       show a made-up service until the first real one is connected
`

func parseFlags(args []string) (flags, error) {
	var f flags
	set := flag.NewFlagSet("pintray", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&f.data, "data", "", "")
	set.BoolVar(&f.demo, "demo", false, "")
	set.BoolVar(&f.hidden, "hidden", false, "")
	set.BoolVar(&f.try, "try", false, "")
	err := set.Parse(args)
	f.args = set.Args()
	return f, err
}
