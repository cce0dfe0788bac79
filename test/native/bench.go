//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// figures are what the host measures of one library. Times per call in
// nanoseconds, medians of five rounds taken in turns with the reference.
type figures struct {
	NopNs     float64 `json:"nop_ns"`
	EchoNs    float64 `json:"echo15_ns"`
	FindNs    float64 `json:"find_method_ns"`
	ParamsNs  float64 `json:"get_n_params_ns"`
	EventNs   float64 `json:"event_ns"`
	LoadMs    float64 `json:"load_ms"`
	FirstMs   float64 `json:"first_call_ms"`
	Threads   int     `json:"threads"`
	RSSKiB    int64   `json:"rss_kib"`
	SizeBytes int64   `json:"size_bytes"`
}

// result of one target.
type result struct {
	Target    string  `json:"target"`
	Emulated  string  `json:"emulated,omitempty"` // what stands between: absolute times mean little
	Library   figures `json:"library"`
	Reference figures `json:"reference"`
	Error     string  `json:"error,omitempty"`
}

func runBench(ctx context.Context, opt options, chosen []target, jsonOut string) error {
	var results []result
	for _, t := range chosen {
		r, err := t.measure(ctx, opt)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		results = append(results, r)
		printFigures(r)
	}
	if jsonOut == "" {
		return nil
	}
	text, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(jsonOut, append(text, '\n'), 0o644)
}

func (t target) measure(ctx context.Context, opt options) (result, error) {
	r := result{Target: t.name}
	b, err := t.open(ctx, opt)
	if err != nil {
		return r, err
	}
	defer b.close()
	switch {
	case b.windows():
		r.Emulated = "wine"
	case len(b.runner) > 0:
		r.Emulated = b.runner[0]
	}
	s := suite{source: filepath.Join("probe", b.library)}
	if _, err := b.prepare(opt, s); err != nil {
		return r, err
	}
	args := []string{b.place(filepath.Join(odd, b.library)), "--bench", "--ref", b.place("ref" + b.ext())}
	var answer string
	if err := b.start(ctx, "win10", args, func(line string) { answer = line }); err != nil {
		return r, fmt.Errorf("%w: %s", err, answer)
	}
	if err := json.Unmarshal([]byte(answer), &r); err != nil {
		return r, fmt.Errorf("%w in %q", err, answer)
	}
	for f, path := range map[*figures]string{
		&r.Library:   filepath.Join(opt.dist, s.source),
		&r.Reference: filepath.Join(b.dir, "ref"+b.ext()),
	} {
		st, err := os.Stat(path)
		if err != nil {
			return r, err
		}
		f.SizeBytes = st.Size()
	}
	return r, nil
}

func printFigures(r result) {
	under := ""
	if r.Emulated != "" {
		under = " under " + r.Emulated
	}
	fmt.Printf("\n%s%s: the probe against the same component in plain C, one process, in turns\n", r.Target, under)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tGo\tC\tratio\t")
	line := func(what, unit string, a, b float64) {
		ratio := "-"
		if b > 0.05 {
			ratio = fmt.Sprintf("%.2f", a/b)
		}
		fmt.Fprintf(w, "%s, %s\t%.1f\t%.1f\t%s\t\n", what, unit, a, b, ratio)
	}
	line("empty method", "ns", r.Library.NopNs, r.Reference.NopNs)
	line("15 characters both ways", "ns", r.Library.EchoNs, r.Reference.EchoNs)
	line("FindMethod", "ns", r.Library.FindNs, r.Reference.FindNs)
	line("GetNParams", "ns", r.Library.ParamsNs, r.Reference.ParamsNs)
	line("ExternalEvent", "ns", r.Library.EventNs, r.Reference.EventNs)
	line("load and attach", "ms", r.Library.LoadMs, r.Reference.LoadMs)
	line("first object and call", "ms", r.Library.FirstMs, r.Reference.FirstMs)
	line("threads added", "", float64(r.Library.Threads), float64(r.Reference.Threads))
	line("memory added", "KiB", float64(r.Library.RSSKiB), float64(r.Reference.RSSKiB))
	line("size", "KiB", float64(r.Library.SizeBytes)/1024, float64(r.Reference.SizeBytes)/1024)
	_ = w.Flush()
}
