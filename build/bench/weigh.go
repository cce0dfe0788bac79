package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"mangoofficesdk/test/napihost"
	"mangoofficesdk/test/rig"
)

// weigh shows what the shipped library adds to a process: after loading it,
// and connected in mode direct.
func weigh(ctx context.Context) error {
	found, err := napihost.Find()
	if err != nil {
		return err
	}
	bare, err := napihost.Start(ctx, napihost.Config{Command: found.Host})
	if err != nil {
		return err
	}
	defer bare.Kill()
	before, err := weightOf(bare.PID())
	if err != nil {
		return err
	}
	r, err := rig.Start(ctx, rig.Config{Artefacts: found})
	if err != nil {
		return err
	}
	defer func() { _, _ = r.Close(context.Background()) }()
	loaded, err := weightOf(r.Host.PID())
	if err != nil {
		return err
	}
	if _, err := r.Connect(ctx, nil); err != nil {
		return err
	}
	connected, err := weightOf(r.Host.PID())
	if err != nil {
		return err
	}
	size, err := os.Stat(found.Library)
	if err != nil {
		return err
	}
	fmt.Printf("\nwhat the library adds to a process (loading takes %v, the file has %.2f MB)\n",
		time.Duration(r.Library.LoadNS).Round(10*time.Microsecond), float64(size.Size())/1e6)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tthreads\tresident memory\t")
	for _, row := range []struct {
		what string
		at   weight
	}{{"loaded, one object", loaded}, {"connected in mode direct", connected}} {
		fmt.Fprintf(w, "%s\t+%d\t+%.1f MiB\t\n", row.what, row.at.threads-before.threads, float64(row.at.kib-before.kib)/1024)
	}
	return w.Flush()
}

// weight of a process, as the kernel tells it.
type weight struct{ threads, kib int }

func weightOf(pid int) (w weight, err error) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return w, err
	}
	for line := range strings.Lines(string(raw)) {
		name, value, _ := strings.Cut(line, ":")
		number, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		switch name {
		case "Threads":
			w.threads, err = strconv.Atoi(number)
		case "VmRSS":
			w.kib, err = strconv.Atoi(number)
		}
		if err != nil {
			return w, fmt.Errorf("weigh: %q: %w", line, err)
		}
	}
	return w, nil
}
