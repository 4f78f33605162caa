package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// Ctl runs the real pintrayctl on a data folder.
type Ctl struct {
	Data string
	Env  []string
}

// Answer is what one call did.
type Answer struct {
	Status   int
	Out, Err string
	Took     time.Duration
	PeakRSS  int64 // bytes, 0 where the system does not say
}

// Run runs one call, with in as its stdin. An error means that it could not be
// run at all; a call that failed has its status in the answer.
func (c Ctl) Run(ctx context.Context, in string, args ...string) (Answer, error) {
	path, err := Binary("pintrayctl")
	if err != nil {
		return Answer{}, err
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, path, append([]string{"--data", c.Data}, args...)...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Env, strings.NewReader(in), &out, &errs
	began := time.Now()
	peak, err := runMeasured(cmd)
	a := Answer{Out: out.String(), Err: errs.String(), Took: time.Since(began), PeakRSS: peak}
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		a.Status = cmd.ProcessState.ExitCode()
		err = nil
	}
	return a, err
}

// JSON runs a call with --json that has to succeed and decodes each line it
// prints into a T.
func JSON[T any](ctx context.Context, c Ctl, in string, args ...string) ([]T, error) {
	a, err := c.Run(ctx, in, append([]string{"--json"}, args...)...)
	if err != nil {
		return nil, err
	}
	if a.Status != 0 {
		return nil, fmt.Errorf("pintrayctl %s: status %d: %s", strings.Join(args, " "), a.Status, a.Err)
	}
	var list []T
	for line := range strings.Lines(a.Out) {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			return nil, fmt.Errorf("pintrayctl %s: %w: %s", strings.Join(args, " "), err, line)
		}
		list = append(list, v)
	}
	return list, nil
}

// Discard runs a call that has to succeed and throws away what it prints.
func (c Ctl) Discard(ctx context.Context, args ...string) (Answer, error) {
	path, err := Binary("pintrayctl")
	if err != nil {
		return Answer{}, err
	}
	var errs bytes.Buffer
	cmd := exec.CommandContext(ctx, path, append([]string{"--data", c.Data}, args...)...)
	cmd.Env, cmd.Stderr = c.Env, &errs
	began := time.Now()
	peak, err := runMeasured(cmd)
	if err != nil {
		return Answer{}, fmt.Errorf("pintrayctl %s: %w: %s", strings.Join(args, " "), err, errs.String())
	}
	return Answer{Took: time.Since(began), PeakRSS: peak}, nil
}

// Open starts the engine without a window and this computer opened to other
// programs, with the key in that file. It returns its address.
func (c Ctl) Open(keyFile string) (url string, p *Process, err error) {
	path, err := Binary("pintrayctl")
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(path, "--data", c.Data, "run", "--listen", "127.0.0.1:0", "--token-file", keyFile)
	cmd.Env = c.Env
	p, err = StartLines(cmd, 30*time.Second, func(line string) bool {
		url = line
		return true
	})
	return url, p, err
}
