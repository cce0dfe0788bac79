package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbx"
	"mangoofficesdk/sdk/vpbx/guard"
	"mangoofficesdk/sdk/vpbxtest"
)

const monthDays = 30

func monthCredentials() sign.Credentials {
	return sign.Credentials{Key: "month", Salt: sign.NewSalt("salt-of-bench")}
}

// month loads the calls of a month from the emulator's statistics, limits
// lifted, by a process of its own.
func month(ctx context.Context, dir string, counts ...int) error {
	fmt.Println("\nA month loaded from statistics of both kinds (the emulator's, limits lifted), merged, on the disk")
	for _, n := range counts {
		m, took, err := monthOf(ctx, filepath.Join(dir, fmt.Sprint("month", n)), n)
		if err != nil {
			return fmt.Errorf("a month of %d calls: %w", n, err)
		}
		fmt.Printf("%8d calls: played in %.0f s, loaded in %.1f s, %.1f of the processor, %.0f µs a call, peak memory %.1f MiB\n",
			n, took.Seconds(), m.Seconds, m.Worked, m.Worked/float64(n)*1e6, float64(m.Peak)/(1<<20))
	}
	return nil
}

func monthOf(ctx context.Context, dir string, n int) (m made, took time.Duration, err error) {
	began := time.Now()
	pbx, err := vpbxtest.New(vpbxtest.Config{
		Credentials: monthCredentials(), Stepped: true, Epoch: pastBegins, NoRateLimits: true, NoQuota: true, KeepCalls: n + 1,
		Post: func(context.Context, string, url.Values) (int, error) { return 200, nil },
	})
	if err != nil {
		return m, 0, err
	}
	defer pbx.Close() //nolint:errcheck // nothing is wanted of it any more
	if err := pbx.Start(); err != nil {
		return m, 0, err
	}
	call := vpbxtest.Inbound("79161234567", "").IVR(8).Ring("101", 5).Answer().Talk(2).HangUp("caller")
	for range n {
		if _, err := pbx.Begin(ctx, call); err != nil {
			return m, 0, err
		}
		if err := pbx.Step(ctx, monthDays*24*time.Hour/time.Duration(n)); err != nil {
			return m, 0, err
		}
	}
	took = time.Since(began)
	g := group.New(ctx, nil)
	g.Go("clock", func(ctx context.Context) { // a report takes two seconds of the PBX's clock
		for group.Sleep(ctx, 5*time.Millisecond) {
			_ = pbx.Step(ctx, 3*time.Second) // fails at the end
		}
	})
	defer func() {
		g.Stop()
		_ = g.Wait(context.Background()) // no deadline: no error
	}()
	self, err := os.Executable()
	if err != nil {
		return m, took, err
	}
	cmd := exec.CommandContext(ctx, self, "month", dir, pbx.URL()) //nolint:gosec // ourselves
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return m, took, err
	}
	if err := json.Unmarshal(out, &m); err != nil {
		return m, took, err
	}
	if m.Calls != int64(n) {
		err = fmt.Errorf("%d calls are stored", m.Calls)
	}
	return m, took, err
}

// monthMain is the process that loads a month.
func monthMain(ctx context.Context, dir, pbx string, to io.Writer) error {
	client, err := vpbx.New(vpbx.Config{
		Credentials: monthCredentials(), BaseURL: pbx + "/vpbx/", Guard: guard.Config{Unlimited: true}, Look: 5 * time.Millisecond,
	})
	if err != nil {
		return err
	}
	s := history.Open(history.Config{Dir: dir, Now: time.Now})
	state := engine.New(engine.Defaults())
	l := history.Loader{
		Client: client, Store: s, Now: func() time.Time { return pastBegins.AddDate(1, 0, 0) },
		Describe: func(_ context.Context, past []engine.Past) (events []engine.Event, err error) {
			for _, p := range past {
				events = append(events, state.Describe(p))
			}
			return events, nil
		},
	}
	m, err := measured(ctx, func() error {
		return l.Load(ctx, "month", pastBegins, pastBegins.AddDate(0, 0, monthDays+1), func(int, int) {})
	})
	m.Calls = s.Status().Calls
	return errors.Join(err, s.Close(ctx), client.Close(), json.NewEncoder(to).Encode(m))
}
