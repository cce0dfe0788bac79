package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
	"mangoofficesdk/test/rig"
)

// eventWithin bounds the wait for each event, in real time: rings and talks
// are played faster, but not slower than this.
const eventWithin = 20 * time.Second

// demo is one run.
type demo struct {
	rig       *rig.Rig
	out       napihost.Printer
	group     *group.Group // plays calls while their events are printed
	latencies []time.Duration
	events    int
}

// call is a call to show and the events that 1C must receive for it.
type call struct {
	title, note string
	// start begins the call. It may last as long as the call does.
	start func(ctx context.Context, d *demo) error
	want  []expectation
}

// expectation is an event by its English name, and what must hold of it.
type expectation struct {
	event string
	check func(rig.Data) error
	// then is what BSL does when the event came; nil = nothing.
	then func(ctx context.Context, d *demo, e rig.Data) error
}

const (
	client = "79161234567"
	own    = "101"
)

// on expects an event.
func on(event string, check func(rig.Data) error) expectation {
	return expectation{event: event, check: check}
}

var calls = []call{
	{
		title: "Входящий звонок", note: "клиент " + client + " → голосовое меню → сотрудник 101 отвечает → разговор",
		start: script(
			vpbxtest.Step{Do: vpbxtest.VerbInbound, From: client},
			vpbxtest.Step{Do: vpbxtest.VerbIVR, Sec: 8},
			vpbxtest.Step{Do: vpbxtest.VerbRing, To: []string{own}, Sec: 6},
			vpbxtest.Step{Do: vpbxtest.VerbAnswer},
			vpbxtest.Step{Do: vpbxtest.VerbTalk, Sec: 30},
			vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Client},
		),
		want: []expectation{
			on("IncomingCall", fromClient), on("CallAnswered", fromClient), on("CallEnded", fromClient),
			on("CallSummary", status("accepted_ok", "accepted_bad")),
		},
	},
	{
		title: "Пропущенный звонок", note: "101 не берёт трубку, клиент уходит",
		start: script(
			vpbxtest.Step{Do: vpbxtest.VerbInbound, From: client},
			vpbxtest.Step{Do: vpbxtest.VerbIVR, Sec: 3},
			vpbxtest.Step{Do: vpbxtest.VerbRing, To: []string{own}, Sec: 20},
			vpbxtest.Step{Do: vpbxtest.VerbTimeout},
		),
		want: []expectation{
			on("IncomingCall", fromClient), on("CallEnded", fromClient), on("CallSummary", status("missed")),
		},
	},
	{
		title: "Звонок из 1С", note: `ИнициироватьЗвонок("8 (916) 123-45-67")`,
		start: clickToCall,
		want: []expectation{
			on("CommandResult", commandDone("StartCall")), on("OutgoingCall", toClient), on("CallAnswered", toClient),
			on("CallEnded", toClient), on("CallSummary", status("reached_ok", "reached_bad")),
		},
	},
}

// script plays a scenario of the PBX.
func script(steps ...vpbxtest.Step) func(context.Context, *demo) error {
	return func(ctx context.Context, d *demo) error {
		_, err := d.rig.PBX.Play(ctx, vpbxtest.Scenario{Name: "demo", Steps: steps})
		return err
	}
}

// clickToCall calls the method in the library, as BSL would.
func clickToCall(ctx context.Context, d *demo) error {
	r, err := d.rig.Object.Call(ctx, "ИнициироватьЗвонок", "8 (916) 123-45-67", "", "")
	if err != nil {
		return err
	}
	if r.Text() == "" {
		return fmt.Errorf("ИнициироватьЗвонок: %s", r.Args[2].Text())
	}
	fmt.Fprintf(d.out.W, "command_id %s (вызов занял %v)\n", r.Text(), time.Duration(r.NS).Round(time.Microsecond))
	return nil
}

func fromClient(e rig.Data) error {
	return equal("caller.number", client, e.Caller.Number, "callee.extension", own, e.Callee.Extension, "direction", "in", e.Direction)
}

func toClient(e rig.Data) error {
	return equal("callee.number", client, e.Callee.Number, "caller.extension", own, e.Caller.Extension, "direction", "out", e.Direction)
}

func commandDone(name string) func(rig.Data) error {
	return func(e rig.Data) error {
		if e.Result != 1000 || e.Command != name || e.CommandID == "" {
			return fmt.Errorf("command %q, result %d, want %s and 1000", e.Command, e.Result, name)
		}
		return nil
	}
}

func status(want ...string) func(rig.Data) error {
	return func(e rig.Data) error {
		if !slices.Contains(want, e.Status) {
			return fmt.Errorf("status %q, want %s", e.Status, strings.Join(want, " or "))
		}
		return nil
	}
}

// equal compares triples of name, wanted and got.
func equal(triples ...string) error {
	var errs []error
	for t := range slices.Chunk(triples, 3) {
		if t[1] != t[2] {
			errs = append(errs, fmt.Errorf("%s is %q, want %q", t[0], t[2], t[1]))
		}
	}
	return errors.Join(errs...)
}

// call plays a call and prints its events as they arrive.
func (d *demo) call(ctx context.Context, c call) error {
	d.title(c.title, c.note)
	started := make(chan error, 1)
	d.group.Go("call", func(context.Context) { started <- c.start(ctx, d) })
	if err := d.collect(ctx, c.want); err != nil {
		return err
	}
	return <-started
}

// collect prints events until all that must come have come.
func (d *demo) collect(ctx context.Context, want []expectation) error {
	missing := slices.Clone(want)
	for len(missing) > 0 {
		wait, cancel := context.WithTimeout(ctx, eventWithin)
		e, err := d.rig.Host.Next(wait)
		cancel()
		if err != nil {
			return fmt.Errorf("no event %s: %w", names(missing), err)
		}
		data := rig.Decode(e)
		d.show(ctx, e)
		i := slices.IndexFunc(missing, func(w expectation) bool { return w.event == data.Event })
		if i < 0 {
			return fmt.Errorf("unexpected event %s", e.Message)
		}
		if err := missing[i].check(data); err != nil {
			return fmt.Errorf("%s: %w", e.Message, err)
		}
		if then := missing[i].then; then != nil {
			if err := then(ctx, d, data); err != nil {
				return err
			}
		}
		missing = slices.Delete(missing, i, i+1)
	}
	return nil
}

func names(want []expectation) string {
	list := make([]string, len(want))
	for i, w := range want {
		list[i] = w.event
	}
	return strings.Join(list, ", ")
}

// show prints an event with its way from the webhook.
func (d *demo) show(ctx context.Context, e napihost.Event) {
	note := e.At().Format("15:04:05.000")
	if took, ok := d.rig.Latency(ctx, e); ok {
		note += "   webhook → ExternalEvent " + took.Round(10*time.Microsecond).String()
		d.latencies = append(d.latencies, took)
	}
	d.events++
	d.out.Event(e, note)
}

// nothingElse makes sure that no event was left over or came twice.
func (d *demo) nothingElse(ctx context.Context) error {
	if err := d.rig.PBX.Settle(ctx); err != nil {
		return err
	}
	if left := d.rig.Host.Pending(); len(left) > 0 {
		return fmt.Errorf("%d events more than expected, the first is %s", len(left), left[0].Message)
	}
	return nil
}

func (d *demo) summary(stats napihost.Stats) {
	d.title("Итог", "")
	slices.Sort(d.latencies)
	n := len(d.latencies)
	pbx := d.rig.PBX.Stats()
	fmt.Fprintf(d.out.W, "звонков %d, уведомлений ВАТС %d (принято %d, отказано %d), запросов к API %d, событий в 1С %d\n",
		pbx.Calls, pbx.Posted+pbx.Refused, pbx.Posted, pbx.Refused, pbx.Requests, d.events)
	if n > 0 {
		fmt.Fprintf(d.out.W, "webhook → ExternalEvent: p50 %v, p99 %v, наибольшее %v (по %d событиям)\n",
			quantile(d.latencies, 0.5), quantile(d.latencies, 0.99), d.latencies[n-1].Round(10*time.Microsecond), n)
	}
	fmt.Fprintf(d.out.W, "память платформы: выдано блоков %d, не возвращено %d; нарушений протокола %d\n",
		stats.Allocated, stats.Allocations, stats.ViolationsCount)
}

// quantile of a sorted list: the smallest value that q of the list do not
// exceed.
func quantile(sorted []time.Duration, q float64) time.Duration {
	i := int(q*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(i, 0), len(sorted)-1)].Round(10 * time.Microsecond)
}
