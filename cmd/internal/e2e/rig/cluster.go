package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ClusterUser and ClusterPassword are whom a Cluster lets in; both made up.
const (
	ClusterUser     = "made-up-user"
	ClusterPassword = "made-up-password"
)

// Cluster is a real IPFS Cluster of one peer beside a real Kubo, both reached on
// loopback only and alone in the world.
type Cluster struct {
	URL string // of its Pinning Service API

	kubo, peer *Process
	api        string // of Kubo
}

// StartCluster starts both, with all they write in dir. Where ipfs or
// ipfs-cluster-service is not on the path, the error wraps ErrMissing.
func StartCluster(dir string) (c *Cluster, err error) {
	if err := Need("ipfs", "ipfs-cluster-service"); err != nil {
		return nil, err
	}
	if err := Home(dir); err != nil {
		return nil, err
	}
	c = &Cluster{}
	defer func() {
		if err != nil {
			c.Stop()
		}
	}()
	if err := c.startKubo(dir); err != nil {
		return nil, err
	}
	return c, c.startPeer(dir)
}

// startKubo starts a node that knows nobody and looks for nobody.
func (c *Cluster) startKubo(dir string) error {
	env := Env(dir, "IPFS_PATH="+filepath.Join(dir, "ipfs"))
	for _, args := range [][]string{
		{"init", "--profile=test,autoconf-off"},
		{"config", "Routing.Type", "none"},
		{"config", "--json", "Addresses.Gateway", "[]"},
	} {
		cmd := exec.Command("ipfs", args...)
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("ipfs %s: %w: %s", strings.Join(args, " "), err, out)
		}
	}
	cmd := exec.Command("ipfs", "daemon")
	cmd.Env = env
	var err error
	c.kubo, err = StartLines(cmd, time.Minute, func(line string) bool {
		if port, ok := strings.CutPrefix(line, "RPC API server listening on /ip4/127.0.0.1/tcp/"); ok {
			c.api = "127.0.0.1:" + strings.TrimSpace(port)
		}
		return line == "Daemon is ready"
	})
	return err
}

// startPeer starts the cluster's only peer.
func (c *Cluster) startPeer(dir string) error {
	at := filepath.Join(dir, "cluster")
	cmd := exec.Command("ipfs-cluster-service", "--config", at, "init", "--consensus", "crdt")
	cmd.Env = Env(dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ipfs-cluster-service init: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	node, api := multiaddr(c.api), fmt.Sprintf("/ip4/127.0.0.1/tcp/%d", port)
	err = editJSON(filepath.Join(at, "service.json"), map[string]any{
		"cluster/listen_multiaddress":                    []string{"/ip4/127.0.0.1/tcp/0"},
		"cluster/mdns_interval":                          "0s",
		"cluster/monitor_ping_interval":                  "2s",
		"cluster/pin_recover_interval":                   "10s",
		"ipfs_connector/ipfshttp/node_multiaddress":      node,
		"api/pinsvcapi/http_listen_multiaddress":         api,
		"api/pinsvcapi/basic_auth_credentials":           map[string]string{ClusterUser: ClusterPassword},
		"api/restapi/http_listen_multiaddress":           "/ip4/127.0.0.1/tcp/0",
		"api/ipfsproxy/listen_multiaddress":              "/ip4/127.0.0.1/tcp/0",
		"api/ipfsproxy/node_multiaddress":                node,
		"informer/disk/metric_ttl":                       "5s",
		"pin_tracker/stateless/priority_pin_max_age":     "24h0m0s",
		"pin_tracker/stateless/concurrent_pins":          4,
		"pin_tracker/stateless/priority_pin_max_retries": 5,
	})
	if err != nil {
		return err
	}
	cmd = exec.Command("ipfs-cluster-service", "--config", at, "daemon")
	cmd.Env = Env(dir)
	if c.peer, err = Start(cmd); err != nil {
		return err
	}
	c.URL = fmt.Sprintf("http://127.0.0.1:%d", port)
	return Eventually(time.Minute, func() error {
		_, err := c.Pins(context.Background())
		if err != nil {
			return fmt.Errorf("%w: %s", err, c.peer.Said())
		}
		return nil
	})
}

// KuboURL is where its Kubo takes commands; it asks for no key.
func (c *Cluster) KuboURL() string { return "http://" + c.api }

// Stop ends both.
func (c *Cluster) Stop() {
	for _, p := range []*Process{c.peer, c.kubo} {
		if p != nil {
			p.Stop()
		}
	}
}

// Said is the last of what both wrote.
func (c *Cluster) Said() string { return c.peer.Said() + c.kubo.Said() }

// Pins asks the cluster itself, past our own client, for all it has.
func (c *Cluster) Pins(ctx context.Context) ([]Pin, error) {
	return pinsAt(ctx, c.URL, func(r *http.Request) { r.SetBasicAuth(ClusterUser, ClusterPassword) })
}

// Read is as Server.Read: of the blocks its Kubo has, and no others.
func (c *Cluster) Read(ctx context.Context, cid string) (file []byte, folder map[string]string, err error) {
	body, err := c.ask(ctx, "ls", cid)
	if err != nil {
		return nil, nil, err
	}
	var listed struct {
		Objects []struct{ Links []struct{ Name, Hash string } }
	}
	if err := json.Unmarshal(body, &listed); err != nil {
		return nil, nil, fmt.Errorf("ls %s: %w: %s", cid, err, body)
	}
	folder = map[string]string{}
	for _, o := range listed.Objects {
		for _, l := range o.Links {
			if l.Name != "" { // a file's parts have none
				folder[l.Name] = l.Hash
			}
		}
	}
	if len(folder) > 0 {
		return nil, folder, nil
	}
	file, err = c.ask(ctx, "cat", cid)
	return file, nil, err
}

func (c *Cluster) ask(ctx context.Context, what, cid string) ([]byte, error) {
	u := c.KuboURL() + "/api/v0/" + what + "?" + url.Values{"arg": {cid}, "offline": {"true"}}.Encode()
	return call(ctx, http.MethodPost, u, nil, func(*http.Request) {})
}

func multiaddr(hostPort string) string {
	host, port, _ := net.SplitHostPort(hostPort)
	return "/ip4/" + host + "/tcp/" + port
}

// freePort is a port of loopback nobody has at the moment.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// editJSON sets values of a JSON file, each by the names on the way to it.
func editJSON(path string, values map[string]any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	for way, value := range values {
		names, in := strings.Split(way, "/"), all
		for _, n := range names[:len(names)-1] {
			next, ok := in[n].(map[string]any)
			if !ok {
				next = map[string]any{}
				in[n] = next
			}
			in = next
		}
		in[names[len(names)-1]] = value
	}
	text, err = json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, bytes.TrimSpace(text), 0o600)
}
