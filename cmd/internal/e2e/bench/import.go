package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/pintray/pintray/cmd/internal/e2e/rig"
)

// importing: the content ID of a large file and of many small ones, and their
// references written to blocks.db, beside openssl and Kubo on the same files.
func (b *bench) importing(ctx context.Context) error {
	dir := filepath.Join(b.home, "import")
	defer func() { _ = os.RemoveAll(dir) }()
	size, files := int64(1<<30), 10_000
	if b.pins < 100_000 {
		size, files = size/10, files/10
	}
	large, small := filepath.Join(dir, "large"), filepath.Join(dir, "small")
	names, err := madeFiles(large, size, small, files)
	if err != nil {
		return err
	}
	kubo := newKubo(ctx, b.home)
	for _, job := range []struct {
		what, path    string
		digest        []string // what openssl is given
		hash, nocopy  float64  // at most that much of Kubo's time
		againstDigest float64  // and of openssl's, 0: no target
		notes         string
	}{
		{fmt.Sprintf("%d MiB", size>>20), large, []string{large}, 0.7, 0.5, 1.1, "from notes, 1 GiB: ipfs 1.17 s, --nocopy 1.87 s"},
		{fmt.Sprintf("%d small files", files), small, names, 0.4, 0.08, 0, "from notes, 10000: ipfs 0.63 s, --nocopy 9.1 s"},
	} {
		t, peak, err := b.importTimes(ctx, kubo, job.path, job.digest)
		if err != nil {
			return err
		}
		// No program that reads all of it is much faster than the plainest one.
		bound := "only read and hashed, by two: " + round(t.plain)
		reference := fmt.Sprintf("openssl dgst -sha256: %s; %s; ipfs: %s", said(t.digest), bound, said(t.kuboHash))
		b.figure("pintrayctl cid of "+job.what, t.cid, least(part(t.digest, job.againstDigest), part(t.kuboHash, job.hash)), reference)
		b.memory("  peak memory", peak.cid, 64e6, "")
		reference = fmt.Sprintf("%s; ipfs add --nocopy: %s; %s", bound, said(t.kuboNocopy), job.notes)
		b.figure("import without copy of "+job.what, t.kept, part(t.kuboNocopy, job.nocopy), reference)
		b.memory("  peak memory", peak.kept, 64e6, "")
	}
	return nil
}

// imported are the medians of one path, 0 for what was not run.
type imported struct{ digest, plain, cid, kept, kuboHash, kuboNocopy time.Duration }

// peaks are the most memory that computing a CID and importing had.
type peaks struct{ cid, kept int64 }

// importTimes measures them in turns, so that what else the machine does falls
// on all of them.
func (b *bench) importTimes(ctx context.Context, kubo *kubo, path string, digest []string) (imported, peaks, error) {
	var peak peaks
	steps := []func() (time.Duration, error){
		func() (time.Duration, error) {
			return timed(exec.CommandContext(ctx, "openssl", append([]string{"dgst", "-sha256"}, digest...)...))
		},
		func() (time.Duration, error) {
			took, _, err := childTime(ctx, plainArg, path)
			return took, err
		},
		func() (time.Duration, error) {
			a, err := b.ctl("none").Discard(ctx, "cid", path)
			peak.cid = max(peak.cid, a.PeakRSS)
			return a.Took, err
		},
		func() (time.Duration, error) {
			took, rss, err := childTime(ctx, keptArg, path)
			peak.kept = max(peak.kept, rss)
			return took, err
		},
		func() (time.Duration, error) { return kubo.add(ctx, "--only-hash", path) },
		func() (time.Duration, error) { return kubo.add(ctx, "--nocopy", path) },
	}
	times := make([][]time.Duration, len(steps))
	for round := range 4 {
		for i, step := range steps {
			took, err := step()
			if err != nil {
				return imported{}, peak, err
			}
			if round > 0 { // the first warms up
				times[i] = append(times[i], took)
			}
		}
	}
	m := func(i int) time.Duration { return percentile(times[i], 50) }
	return imported{m(0), m(1), m(2), m(3), m(4), m(5)}, peak, nil
}

// madeFiles writes a file of random bytes, and many small ones in folders of a
// hundred; it names the small ones.
func madeFiles(large string, size int64, small string, files int) ([]string, error) {
	random := rand.NewChaCha8([32]byte{1})
	buf := make([]byte, 1<<20)
	if err := os.MkdirAll(small, 0o700); err != nil {
		return nil, err
	}
	f, err := os.Create(large)
	if err != nil {
		return nil, err
	}
	for at := int64(0); at < size && err == nil; at += int64(len(buf)) {
		_, _ = random.Read(buf)
		_, err = f.Write(buf)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	names := make([]string, files)
	for i := range names {
		n := 1<<10 + random.Uint64()%(7<<10)
		_, _ = random.Read(buf[:n])
		names[i] = filepath.Join(small, fmt.Sprintf("%03d", i/100), fmt.Sprintf("%05d.bin", i))
		err := os.WriteFile(names[i], buf[:n], 0o600)
		if errors.Is(err, fs.ErrNotExist) {
			err = errors.Join(os.Mkdir(filepath.Dir(names[i]), 0o700), os.WriteFile(names[i], buf[:n], 0o600))
		}
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// kubo is an ipfs with a repository of its own, nil where there is none.
type kubo struct{ env []string }

func newKubo(ctx context.Context, home string) *kubo {
	if rig.Need("ipfs") != nil {
		fmt.Println("not run: ipfs (it is not on PATH)")
		return nil
	}
	k := &kubo{env: rig.Env(home, "IPFS_PATH="+filepath.Join(home, "ipfs"))}
	for _, args := range [][]string{{"init"}, {"config", "--json", "Experimental.FilestoreEnabled", "true"}} {
		cmd := exec.CommandContext(ctx, "ipfs", args...)
		cmd.Env = k.env
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Printf("not run: ipfs %s: %v: %s\n", args[0], err, out)
			return nil
		}
	}
	return k
}

func (k *kubo) add(ctx context.Context, how, path string) (time.Duration, error) {
	if k == nil {
		return 0, nil
	}
	cmd := exec.CommandContext(ctx, "ipfs", "add", "-Q", "-r", "--cid-version=1", "--pin=false", how, path)
	cmd.Env = k.env
	return timed(cmd)
}

// timed runs a command that has to succeed.
func timed(cmd *exec.Cmd) (time.Duration, error) {
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w: %.500s", cmd.Path, err, out)
	}
	return time.Since(began), nil
}

func said(d time.Duration) string {
	if d == 0 {
		return "not run"
	}
	return round(d)
}

// part is a share of a measured time, 0 where it was not measured.
func part(d time.Duration, share float64) time.Duration { return time.Duration(float64(d) * share) }

// least is the smaller of two targets that are not 0.
func least(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
