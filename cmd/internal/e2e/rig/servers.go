package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Token is the made-up key every server of the rig takes.
const Token = "made-up-key-of-the-tests"

// Server is a pinning server somebody else wrote.
type Server struct {
	*Process
	URL    string
	Blocks []string // CIDs it has: a pin of one of those becomes pinned
	read   string   // where Read asks; of Helia only
}

// Helia starts the Helia pinning server.
func Helia() (*Server, error) {
	return startServer("--import", "./oldnode.mjs", "helia.mjs")
}

// Mock starts mock-ipfs-pinning-service.
func Mock() (*Server, error) { return startServer("mock.mjs") }

func startServer(args ...string) (*Server, error) {
	if err := Need("node", "npm"); err != nil {
		return nil, err
	}
	dir, err := install("servers")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("node", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TOKEN="+Token, "BLOCKS=32")
	s := &Server{}
	s.Process, err = StartLines(cmd, 60*time.Second, func(line string) bool {
		if cid, ok := strings.CutPrefix(line, "block "); ok {
			s.Blocks = append(s.Blocks, cid)
		}
		if port, ok := strings.CutPrefix(line, "reading "); ok {
			s.read = "http://127.0.0.1:" + port
		}
		port, ok := strings.CutPrefix(line, "listening ")
		s.URL = "http://127.0.0.1:" + port
		return ok
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Read is a file the server has, by its CID, or what is in a folder, by name.
// It fetches nothing: what has not come is an error.
func (s *Server) Read(ctx context.Context, cid string) (file []byte, folder map[string]string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.read+"/"+cid, nil)
	if err != nil {
		return nil, nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	file, err = io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("read %s: %s: %s", cid, resp.Status, file)
	}
	if err != nil || resp.Header.Get("Content-Type") != "application/json" {
		return file, nil, err
	}
	var links []struct{ Name, CID string }
	if err := json.Unmarshal(file, &links); err != nil {
		return nil, nil, err
	}
	folder = make(map[string]string, len(links))
	for _, l := range links {
		folder[l.Name] = l.CID
	}
	return nil, folder, nil
}

// Pin is a pin as a server lists it.
type Pin struct {
	RequestID string
	CID       string
	Name      string
	Status    string
}

// Add pins a CID at the server, past our own client.
func (s *Server) Add(ctx context.Context, cid, name string) error {
	body, err := json.Marshal(map[string]string{"cid": cid, "name": name})
	if err != nil {
		return err
	}
	_, err = call(ctx, http.MethodPost, s.URL+"/pins", bytes.NewReader(body), bearer)
	return err
}

// Pins asks the server itself, past our own client, for all it has.
func (s *Server) Pins(ctx context.Context) ([]Pin, error) { return pinsAt(ctx, s.URL, bearer) }

// bearer lets a request in at the servers of startServer.
func bearer(r *http.Request) { r.Header.Set("Authorization", "Bearer "+Token) }

func pinsAt(ctx context.Context, url string, letIn func(*http.Request)) ([]Pin, error) {
	body, err := call(ctx, http.MethodGet, url+"/pins?limit=1000&status=queued,pinning,pinned,failed", nil, letIn)
	if err != nil {
		return nil, err
	}
	var page struct {
		Results []struct {
			RequestID string `json:"requestid"`
			Status    string `json:"status"`
			Pin       struct {
				CID  string `json:"cid"`
				Name string `json:"name"`
			} `json:"pin"`
		} `json:"results"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, fmt.Errorf("the server's own list: %w: %s", err, body)
	}
	pins := make([]Pin, 0, len(page.Results))
	for _, r := range page.Results {
		pins = append(pins, Pin{RequestID: r.RequestID, CID: r.Pin.CID, Name: r.Pin.Name, Status: r.Status})
	}
	return pins, nil
}

func call(ctx context.Context, method, url string, body io.Reader, letIn func(*http.Request)) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	letIn(req)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s: %s", method, req.URL.Path, resp.Status, text)
	}
	return text, err
}
