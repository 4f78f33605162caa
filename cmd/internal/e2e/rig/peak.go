package rig

import (
	"os/exec"
	"sync"
	"time"
)

// peakEvery is how often a process is asked for its memory while it runs. What it
// had at most is what it says, so only the last moment before its end is missed.
const peakEvery = 5 * time.Millisecond

// runMeasured runs a command and says how much memory it had at most, in bytes, 0
// where the system does not say.
func runMeasured(cmd *exec.Cmd) (peak int64, err error) {
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(peakEvery)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				return
			case <-tick.C:
				peak = max(peak, PeakRSS(cmd.Process.Pid))
			}
		}
	})
	err = cmd.Wait()
	close(ended)
	watching.Wait()
	return peak, err
}
