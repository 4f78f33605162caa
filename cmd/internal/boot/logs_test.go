package boot

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/services/token"
)

func TestLog_ShowsNoKey(t *testing.T) {
	const (
		jwt  = "eyJhbGciOiJIUzI1NiJ9.bWFkZSB1cA.c2lnbmVkLWJ5LW5vYm9keQ"
		live = `live"key\of:nobody+/=`
	)
	keys := token.New(token.Config{})
	if _, err := keys.Hold(services.NewSecret(live)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log, file := newLog(t.TempDir(), &out, keys.Scrub)
	defer file.Close()
	header := http.Header{"Authorization": {"Bearer opaque-one"}}
	log.Info("plain "+live, "key", live, "error", errors.New("said "+live))
	log.Info("url", "url", "https://x.example/?t="+url.QueryEscape(live)+"&u="+url.PathEscape(live))
	log.Info("header", "header", header, slog.Group("g", "authorization", "Bearer opaque-two"))
	log.Info("Authorization: Basic b3BhcXVlLXRocmVl")
	log.Info("got bearer opaque-four back", "body", `{"authorization":"Bearer opaque-five","n":1}`)
	log.With("token", jwt).WithGroup("deep").Info("jwt "+jwt, "secret", services.NewSecret("opaque-six"))
	text := out.String()
	for _, bad := range []string{live, `live\"key`, "live%22key", "opaque", "b3BhcXV", "eyJ", "c2lnbmVk", "nobody"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is in the log:\n%s", bad, text)
		}
	}
	for _, good := range []string{"plain", "msg=url", "x.example", "got bearer", `\"n\":1`} {
		if !strings.Contains(text, good) {
			t.Errorf("%q is not in the log:\n%s", good, text)
		}
	}
}

func TestLog_StaysSmallAndItsOwners(t *testing.T) {
	dir := t.TempDir()
	log, file := newLog(dir, nil, func(line string) string { return line })
	line := strings.Repeat("a long line of a log ", 5000)
	for range 350 { // 36 MB
		log.Info(line)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	logs, err := filepath.Glob(filepath.Join(dir, "pintray*.log"))
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for _, l := range logs {
		info, err := os.Stat(l)
		if err != nil {
			continue // rotated away meanwhile
		}
		size += info.Size()
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", l, info.Mode())
		}
	}
	if size == 0 || size > 30<<20 {
		t.Errorf("%d files of %d bytes in all", len(logs), size)
	}
}
