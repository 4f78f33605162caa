package handover_test

import (
	"context"
	"testing"

	"github.com/pintray/pintray/sync/handover"
)

// BenchmarkGive gives 256 MiB to another host in this process.
func BenchmarkGive(b *testing.B) {
	f := newFiles()
	contents := random(1024, 256<<10)
	all := f.put(b, 1, contents...)
	g := start(b, handover.Config{Blocks: f, Listen: true})
	job := handover.Job{Account: 7, Source: 1, Size: sum(contents), Endpoint: home}
	origins := offer(b, g, job)
	b.SetBytes(job.Size)
	for b.Loop() {
		s := newService(b)
		if err := s.dial(origins); err != nil {
			b.Fatal(err)
		}
		n := 0
		for range s.Get(context.Background(), all) {
			n++
		}
		if n != len(all) {
			b.Fatalf("got %d of %d blocks", n, len(all))
		}
	}
}
