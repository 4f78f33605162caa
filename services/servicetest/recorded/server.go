package recorded

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Request is one request as it came.
type Request struct {
	Method string
	Target string // path and query, as they were escaped
	Header http.Header
	Body   string
	At     time.Time
}

// Path is the target without its query.
func (r Request) Path() string {
	path, _, _ := strings.Cut(r.Target, "?")
	return path
}

// Query is the target's query; what cannot be read is left out.
func (r Request) Query() url.Values {
	_, query, _ := strings.Cut(r.Target, "?")
	v, _ := url.ParseQuery(query)
	return v
}

// Server is a Service that listens.
type Server struct {
	URL     string // http://127.0.0.1:PORT
	service *Service
	listen  net.Listener
	end     chan struct{}
	running sync.WaitGroup

	mu       sync.Mutex
	state    string
	last     Request // the last POST
	requests []Request
	unknown  []string
	others   int
}

// Listen serves s on loopback until Close, from its first state on.
func (s *Service) Listen() (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &Server{URL: "http://" + l.Addr().String(), service: s, listen: l, end: make(chan struct{}), state: "start"}
	server.running.Go(server.accept)
	return server, nil
}

// Close stops listening and ends what is being answered.
func (s *Server) Close() {
	close(s.end)
	_ = s.listen.Close() // it is only read from
	s.running.Wait()
}

// Requests is what was asked so far, in the order it came.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Unknown is the requests no line of the file fits, which were answered by 501.
func (s *Server) Unknown() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.unknown)
}

// Others is how many connections were made that spoke no HTTP.
func (s *Server) Others() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.others
}

// State is the state the service is in.
func (s *Server) State() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Set brings the service into a state, as somebody else's doing.
func (s *Server) Set(state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = state
}

func (s *Server) accept() {
	for {
		conn, err := s.listen.Accept()
		if err != nil {
			return
		}
		s.running.Go(func() { s.serve(conn) })
	}
}

// serve answers the one request of a connection.
func (s *Server) serve(conn net.Conn) {
	over := make(chan struct{})
	defer close(over)
	s.running.Go(func() {
		select {
		case <-s.end:
		case <-over:
		}
		_ = conn.Close() // whoever is in the middle of it ends by that
	})
	in, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.others++
		return
	}
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return
	}
	r := Request{Method: in.Method, Target: in.RequestURI, Header: in.Header, Body: string(body), At: time.Now()}
	answer, wait := s.answer(r)
	select {
	case <-s.end:
		return
	case <-time.After(wait):
	}
	_, _ = conn.Write(answer) // that nobody is there any more is the test's matter
}

// answer notes a request and finds what it is answered with, and when.
func (s *Server) answer(r Request) ([]byte, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	if r.Method == http.MethodPost {
		s.last = r
	}
	for _, rule := range s.service.rules {
		if !rule.fits(r) || rule.in != "" && rule.in != s.state {
			continue
		}
		if rule.next != "" {
			s.state = rule.next
		}
		return s.fill(rule, r), rule.wait
	}
	s.unknown = append(s.unknown, r.Method+" "+r.Target)
	return []byte("HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain\r\n\r\nthe test has no answer to this"), 0
}

func (r rule) fits(q Request) bool {
	path, prefix := strings.CutSuffix(r.path, "*")
	switch {
	case r.method != "*" && r.method != q.Method:
		return false
	case prefix && !strings.HasPrefix(q.Path(), path), !prefix && path != q.Path():
		return false
	}
	query := q.Query()
	for _, w := range r.words {
		if errs(w) {
			continue
		}
		word, not := strings.CutPrefix(w, "!")
		name, value, hasValue := strings.Cut(word, "=")
		text, inBody := strings.CutPrefix(word, "body~")
		fits := query.Has(name) && (!hasValue || query.Get(name) == value)
		if inBody {
			fits = strings.Contains(q.Body, text)
		}
		if fits == not {
			return false
		}
	}
	return true
}

// errs reports whether a word says how lists err.
func errs(w string) bool {
	kind, _, _ := strings.Cut(w, ":")
	return slices.Contains([]string{"cap", "ignores", "late", "inclusive", "seconds", "count"}, kind)
}

// fill puts what is known only now into an answer.
func (s *Server) fill(r rule, q Request) []byte {
	if !bytes.ContainsRune(r.answer, '$') {
		return r.answer
	}
	var sent struct {
		CID  string          `json:"cid"`
		Name string          `json:"name"`
		Meta json.RawMessage `json:"meta"`
	}
	_ = json.Unmarshal([]byte(s.last.Body), &sent) // before the first POST there is none
	if len(sent.Meta) == 0 {
		sent.Meta = json.RawMessage("{}")
	}
	at := s.last.At
	if at.IsZero() {
		at = time.Now()
	}
	_, port, _ := net.SplitHostPort(s.listen.Addr().String())
	pins, count := s.service.page(r.words, q.Query())
	return []byte(strings.NewReplacer(
		"$now", at.UTC().Format(time.RFC3339Nano), "$meta", string(sent.Meta), "$pairs", strings.Trim(string(sent.Meta), "{}"), "$cid", sent.CID,
		"$name", sent.Name, "$pins", pins, "$count", count, "$port", port,
	).Replace(string(r.answer)))
}
