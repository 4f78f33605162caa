// Package recorded is pinning services made of recorded answers: a file holds
// what a service answers, byte for byte, and Listen serves it over TCP. Tests
// of the client and of the whole program read the same files.
//
// A file is text:
//
//	# what it is and where it is from, until the first service
//	= NAME                          a service; what it answers follows
//	> GET /pins cid !before         a request ...
//	HTTP/1.1 200 OK                 ... and its answer, up to the next > or =
//	Content-Type: application/json
//
//	{"count":0,"results":[]}
//
// The answer of the first line that fits a request is written as it stands (the
// head's lines ended by CR LF, the last newline of the body left out), then the
// connection is closed: its end is the body's. An empty answer closes it
// without a byte. A request line has, after the method and the path, each of
// which may be * and the path end in one:
//
//	word  !word  word=value   the query has the parameter, has it not, has it so
//	body~text  !body~text     the body has the text, or not
//	@state                    the service is in that state ("start" to begin with)
//	->state                   it goes into that state
//	wait:2s                   the answer begins later
//
// In a body $meta, $cid and $name stand for what the last POST held, $pairs for its
// meta without the braces, $now for when it came, $port for the port that is
// listened on. A service may list pins, one a line, before its first request
// line:
//
//	~ {"requestid":"r1","status":"pinned","created":"2024-05-06T07:08:09Z", ...}
//
// Then $pins in a body stands for those of them that fit the request's limit,
// before, after, status and cid, in the order of the file, and $count for how
// many fit without the limit. The request line says how it errs:
//
//	cap:10              no page is longer than that, whatever the limit
//	ignores:before      a filter that is ignored (before, after, status, cid, limit)
//	late:status         status is filtered after the limit
//	inclusive           before and after are so
//	seconds             they are cut to whole seconds
//	count:page          $count is the page's length; plus-one: one more; all: of every pin
package recorded

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Service is what one service answers.
type Service struct {
	Name  string
	rules []rule
	pins  []pin
}

// pin is a line of a list; what it is filtered by was read from it.
type pin struct {
	raw     string
	Status  string    `json:"status"`
	Created time.Time `json:"created"`
	Pin     struct {
		CID string `json:"cid"`
	} `json:"pin"`
}

// rule is a request and its answer.
type rule struct {
	method, path string
	words        []string
	in, next     string // states, "": any, the same
	wait         time.Duration
	answer       []byte
}

// Read reads a file's services, in its order.
func Read(path string) ([]*Service, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []*Service
	for n, line := range strings.SplitAfter(string(text), "\n") {
		if len(all) == 0 && !strings.HasPrefix(line, "= ") {
			continue
		}
		if err := read(&all, line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n+1, err)
		}
	}
	for _, s := range all {
		for i := range s.rules {
			s.rules[i].answer = wire(s.rules[i].answer)
		}
	}
	return all, nil
}

// Find is the service of that name in a file.
func Find(path, name string) (*Service, error) {
	all, err := Read(path)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(s *Service) bool { return s.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("%s has no service %q", path, name)
	}
	return all[i], nil
}

// read takes one line into the last of the services.
func read(all *[]*Service, line string) error {
	kind, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	if kind == "=" {
		*all = append(*all, &Service{Name: rest})
		return nil
	}
	s := (*all)[len(*all)-1]
	switch {
	case kind == "~":
		p := pin{raw: rest}
		if err := json.Unmarshal([]byte(rest), &p); err != nil {
			return err
		}
		s.pins = append(s.pins, p)
	case kind == ">":
		r, err := readRule(strings.Fields(rest))
		if err != nil {
			return err
		}
		s.rules = append(s.rules, r)
	case len(s.rules) > 0:
		r := &s.rules[len(s.rules)-1]
		r.answer = append(r.answer, line...)
	case strings.TrimSpace(line) != "":
		return fmt.Errorf("no request before %q", line)
	}
	return nil
}

func readRule(words []string) (rule, error) {
	if len(words) < 2 {
		return rule{}, fmt.Errorf("a request has a method and a path: %q", words)
	}
	r := rule{method: words[0], path: words[1]}
	for _, w := range words[2:] {
		state, in := strings.CutPrefix(w, "@")
		next, goes := strings.CutPrefix(w, "->")
		wait, waits := strings.CutPrefix(w, "wait:")
		switch {
		case in:
			r.in = state
		case goes:
			r.next = next
		case waits:
			var err error
			if r.wait, err = time.ParseDuration(wait); err != nil {
				return rule{}, err
			}
		default:
			r.words = append(r.words, w)
		}
	}
	return r, nil
}

// wire makes what goes out of what stands in the file.
func wire(answer []byte) []byte {
	answer = bytes.TrimSuffix(answer, []byte("\n"))
	head, body, _ := bytes.Cut(answer, []byte("\n\n"))
	head = bytes.TrimSpace(head)
	if len(head) == 0 {
		return nil
	}
	head = bytes.ReplaceAll(head, []byte("\n"), []byte("\r\n"))
	return slices.Concat(head, []byte("\r\n\r\n"), body)
}

// First is the answer to the first request of the service, as bytes.
func (s *Service) First() []byte { return s.rules[0].answer }

// number is what follows prefix in one of the words, 0 without.
func number(words []string, prefix string) int {
	for _, w := range words {
		if text, ok := strings.CutPrefix(w, prefix); ok {
			n, _ := strconv.Atoi(text) // a word that is no number bounds nothing
			return n
		}
	}
	return 0
}
