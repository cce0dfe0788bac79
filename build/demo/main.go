// Command demo shows the main job without 1C and without a PBX: it starts the
// emulated PBX and the native host with the real library in it, plays eight
// calls, and prints what 1C would receive, with the time from the webhook to
// ExternalEvent. Then a hub serves the 1C of three employees. It ends with 1 when anything that should have come did not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
	"mangoofficesdk/test/rig"
)

// limit bounds the whole demo; at the default speed it takes about 35 s.
const limit = 100 * time.Second

func main() {
	speed := flag.Float64("speed", 10, "how much faster than real time the PBX lives; 0 = without waiting")
	plain := flag.Bool("plain", false, "no colours")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	p := napihost.Printer{W: os.Stdout, Color: !*plain && napihost.WantColor(os.Stdout)}
	if err := errors.Join(run(ctx, *speed, p), showCompany(ctx, *speed, p)); err != nil {
		fmt.Fprintf(os.Stderr, "demo: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, speed float64, p napihost.Printer) error {
	r, err := rig.Start(ctx, rig.Config{PBX: vpbxtest.Config{
		Speed: speed, Behaviour: vpbxtest.Behaviour{EmployeeAnswersAfter: 5, TalkFor: 20},
	}})
	if err != nil {
		return err
	}
	d := &demo{rig: r, out: p, group: group.New(ctx, nil)}
	err = d.play(ctx)
	d.group.Stop()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	stats, closeErr := r.Close(end)
	closeErr = errors.Join(closeErr, d.group.Wait(end))
	err = errors.Join(err, closeErr)
	if closeErr == nil {
		err = errors.Join(err, stats.Clean())
	}
	if err == nil {
		d.summary(stats)
	}
	return err
}

func (d *demo) play(ctx context.Context) error {
	d.title("Компонента", "")
	fmt.Fprintf(d.out.W, "классы %v, загружена за %v, очередь событий объекта %d\n", d.rig.Library.Classes,
		time.Duration(d.rig.Library.LoadNS).Round(100*time.Microsecond), d.rig.Object.Depth)
	if err := d.connect(ctx); err != nil {
		return err
	}
	for _, call := range slices.Concat(calls, officeCalls) {
		if err := d.call(ctx, call); err != nil {
			return fmt.Errorf("%s: %w", call.title, err)
		}
	}
	if err := d.nothingElse(ctx); err != nil {
		return err
	}
	return d.killed(ctx)
}

func (d *demo) title(head, note string) { title(d.out, head, note) }

func title(p napihost.Printer, head, note string) {
	fmt.Fprintf(p.W, "\n%s %s\n", p.Paint(napihost.Bold, "━━ "+head), p.Paint(napihost.Dim, note))
}

func (d *demo) connect(ctx context.Context) error {
	d.title("Подключить", `{"mode":"direct","extension":"101", …}`)
	events, err := d.rig.Connect(ctx, nil)
	for _, e := range events {
		d.show(ctx, e)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out.W, "приёмник уведомлений слушает http://%s\n", d.rig.Listen)
	return nil
}
