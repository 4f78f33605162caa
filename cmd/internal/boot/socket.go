package boot

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

// socketFile is where the owner of a data folder is reached: the socket itself,
// or, where the folder's path is too long for one, a file that says where it is.
const socketFile = "pintray.sock"

// maxSocketPath is what every system takes: macOS 103 bytes, Linux 107.
const maxSocketPath = 100

// listen opens the socket of dir. Only the holder of the folder's lock may call
// it: what is left there of an earlier owner is removed. close removes it.
func listen(dir string) (l net.Listener, closeSocket func() error, err error) {
	at := filepath.Join(dir, socketFile)
	if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if len(at) <= maxSocketPath {
		if l, err := listenAt(at); err == nil {
			return l, l.Close, nil
		}
	}
	private, err := os.MkdirTemp(runtimeDir(), "pintray-") // 0700, and a name nobody can guess
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(private, "s")
	l, err = listenAt(path)
	if err == nil {
		err = os.WriteFile(at, []byte(path), 0o600)
	}
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(private))
	}
	return l, func() error { return errors.Join(l.Close(), os.Remove(at), os.RemoveAll(private)) }, nil
}

func listenAt(path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// runtimeDir is a short folder for sockets, "" (the one for temporary files)
// where the session has none.
func runtimeDir() string {
	if info, err := os.Stat(xdg.RuntimeDir); err == nil && info.IsDir() && len(xdg.RuntimeDir) < maxSocketPath/2 {
		return xdg.RuntimeDir
	}
	return ""
}

// dial reaches the owner of dir, who must be the same user as we are: a key may
// be handed over.
func dial(ctx context.Context, dir string) (*net.UnixConn, error) {
	path := filepath.Join(dir, socketFile)
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().IsRegular() {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		path = strings.TrimSpace(string(text))
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	peer := conn.(*net.UnixConn)
	if err := sameUser(peer); err != nil {
		return nil, errors.Join(err, peer.Close())
	}
	return peer, nil
}
