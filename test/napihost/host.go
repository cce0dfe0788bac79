package napihost

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"mangoofficesdk/sdk/group"
)

// Config says which program to run.
type Config struct {
	// Command is the program and what stands before its own arguments, e.g.
	// {"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", "dist/napi-host-linux-arm64"}.
	Command []string
	Env     []string  // added to this process's environment
	Stderr  io.Writer // the program's standard error; os.Stderr when nil
	// OnEvent, when set, is given every event the moment its line is read,
	// before Next returns it. It runs on the reading goroutine.
	OnEvent func(Event)
}

// Host is a running napi-host. Its methods may be called concurrently; the
// program carries out one request at a time, as 1C's main thread does.
type Host struct {
	cmd     *exec.Cmd
	onEvent func(Event)
	group   *group.Group
	ended   chan struct{} // closed when the program is gone
	exit    error         // why it ended; valid once ended is closed

	write  sync.Mutex
	stdin  io.WriteCloser
	nextID int64 // guarded by write

	mu      sync.Mutex
	pending map[int64]chan Answer
	events  []Event
	arrived chan struct{} // replaced whenever an event arrives
}

// ErrEnded is returned when napi-host is gone, whatever the reason.
var ErrEnded = errors.New("napihost: the host program has ended")

// killGrace bounds the wait for a program that was asked to end.
const killGrace = 10 * time.Second

// Start runs the program. It lives until Quit or Kill; ctx is checked once.
func Start(ctx context.Context, cfg Config) (*Host, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(cfg.Command) == 0 {
		return nil, errors.New("napihost: no command")
	}
	cmd := exec.Command(cfg.Command[0], cfg.Command[1:]...) //nolint:noctx // outlives ctx by design
	cmd.SysProcAttr = ownGroup()
	cmd.Env = append(os.Environ(), cfg.Env...)
	cmd.Stderr = cfg.Stderr
	if cmd.Stderr == nil {
		cmd.Stderr = os.Stderr
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("napihost: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("napihost: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("napihost: %w", err)
	}
	h := &Host{
		cmd: cmd, stdin: stdin, onEvent: cfg.OnEvent,
		group: group.New(context.Background(), nil), ended: make(chan struct{}),
		pending: map[int64]chan Answer{}, arrived: make(chan struct{}),
	}
	h.group.Go("napihost-read", func(context.Context) { h.read(stdout) })
	return h, nil
}

// PID is the program's process id.
func (h *Host) PID() int { return h.cmd.Process.Pid }

// line is what stands in one line of the program's output.
type line struct {
	Answer
	Event *Event `json:"event"`
}

func (h *Host) read(stdout io.Reader) {
	r := bufio.NewReaderSize(stdout, 1<<20)
	var bad error
	for {
		raw, err := r.ReadBytes('\n')
		if err != nil {
			break
		}
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			bad = fmt.Errorf("%w: unreadable line %.200q: %w", ErrEnded, raw, err)
			break
		}
		h.dispatch(l)
	}
	if bad != nil {
		_ = h.cmd.Process.Kill()
	}
	err := h.cmd.Wait()
	switch {
	case bad != nil:
		err = bad
	case err != nil:
		err = fmt.Errorf("%w: %w", ErrEnded, err)
	default:
		err = ErrEnded
	}
	h.mu.Lock()
	h.exit = err
	h.mu.Unlock()
	close(h.ended)
}

func (h *Host) dispatch(l line) {
	if l.Event != nil {
		if h.onEvent != nil {
			h.onEvent(*l.Event)
		}
		h.mu.Lock()
		h.events = append(h.events, *l.Event)
		close(h.arrived)
		h.arrived = make(chan struct{})
		h.mu.Unlock()
		return
	}
	h.mu.Lock()
	id := l.ID
	if id == 0 && len(h.pending) > 0 {
		// The program could not read the request, so it does not know whose
		// it was; answers come in the order of requests.
		id = slices.Min(slices.Collect(maps.Keys(h.pending)))
	}
	answer := h.pending[id]
	delete(h.pending, id)
	h.mu.Unlock()
	if answer != nil {
		answer <- l.Answer // has room for one
	}
}

// Do sends one request and waits for its answer. params holds the request's
// other keys. The error tells only that no answer came; Answer.Err tells what
// the answer says.
func (h *Host) Do(ctx context.Context, op string, params map[string]any) (Answer, error) {
	id, answer, err := h.send(op, params)
	if err != nil {
		return Answer{}, fmt.Errorf("napihost: %s: %w", op, err)
	}
	defer h.forget(id)
	select {
	case a := <-answer:
		return a, nil
	case <-h.ended:
		// The answer to quit may stand before the end.
		select {
		case a := <-answer:
			return a, nil
		default:
		}
		return Answer{}, fmt.Errorf("napihost: %s: %w", op, h.exit)
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("napihost: %s: %w", op, ctx.Err())
	}
}

// send writes a request. Numbers are given and lines written under one lock,
// so that requests reach the program in the order of their numbers.
func (h *Host) send(op string, params map[string]any) (int64, <-chan Answer, error) {
	h.write.Lock()
	defer h.write.Unlock()
	h.nextID++
	id := h.nextID
	req := map[string]any{"id": id, "op": op}
	maps.Copy(req, params)
	raw, err := json.Marshal(req)
	if err != nil {
		return 0, nil, err
	}
	answer := make(chan Answer, 1)
	h.mu.Lock()
	h.pending[id] = answer
	h.mu.Unlock()
	if _, err := h.stdin.Write(append(raw, '\n')); err != nil {
		h.forget(id)
		return 0, nil, errors.Join(ErrEnded, err)
	}
	return id, answer, nil
}

func (h *Host) forget(id int64) {
	h.mu.Lock()
	delete(h.pending, id)
	h.mu.Unlock()
}

// Next returns the oldest event not yet returned, waiting for one if needed.
func (h *Host) Next(ctx context.Context) (Event, error) {
	return h.Await(ctx, func(Event) bool { return true })
}

// Await returns the oldest event that match accepts and that was not returned
// before, waiting for it if needed. Events it passes over stay for others.
func (h *Host) Await(ctx context.Context, match func(Event) bool) (Event, error) {
	for {
		h.mu.Lock()
		for i := range h.events {
			if match(h.events[i]) {
				e := h.events[i]
				h.events = append(h.events[:i:i], h.events[i+1:]...)
				h.mu.Unlock()
				return e, nil
			}
		}
		arrived := h.arrived
		h.mu.Unlock()
		select {
		case <-arrived:
			// Another waiter may have taken one meanwhile: look at all again.
		case <-h.ended:
			return Event{}, fmt.Errorf("napihost: waiting for an event: %w", h.exit)
		case <-ctx.Done():
			return Event{}, fmt.Errorf("napihost: waiting for an event: %w", ctx.Err())
		}
	}
}

// Pending returns copies of the events that nobody took yet.
func (h *Host) Pending() []Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Event(nil), h.events...)
}

// Quit ends all objects and the program, and returns what was left over.
func (h *Host) Quit(ctx context.Context) (Stats, error) {
	var s Stats
	a, err := h.Do(ctx, "quit", nil)
	if err == nil {
		err = a.into(&s)
	}
	select {
	case <-h.ended:
		err = errors.Join(err, h.group.Wait(ctx))
	case <-ctx.Done():
		err = errors.Join(err, ctx.Err())
	}
	return s, err
}

// Kill ends the program at once and waits until it is gone. It may be called
// after Quit, and many times.
func (h *Host) Kill() {
	select {
	case <-h.ended:
		return
	default:
	}
	_ = h.cmd.Process.Kill()
	ctx, cancel := context.WithTimeout(context.Background(), killGrace)
	defer cancel()
	_ = h.group.Wait(ctx)
}
