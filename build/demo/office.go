package main

import (
	"context"
	"fmt"
	"slices"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/rig"
)

const (
	stranger  = "74957654321" // nobody is responsible for this number
	colleague = "102"
	trackLine = "74951112233" // the emulated site shows it to one visitor
	menuSec   = 60            // s the caller waits in the menu, if nobody takes him out
	// A busy machine needs its time to answer.
	officeOn   = `{"distribute":true,"ivr_popup":true,"route_deadline_ms":3000}`
	officeOff  = `{"distribute":false,"ivr_popup":false,"calltracking":true}`
	ownClients = `[{"number":"8 (916) 123-45-67","extension":"101"}]`
)

// officeCalls show what the office does with a call before anybody answers it.
var officeCalls = []call{
	{
		title: "Распределение", note: "УстановитьОтветственных: за " + client + " отвечает 101; звонок уходит из меню к нему",
		start: steps(bsl("УстановитьНастройки", officeOn), bsl("УстановитьОтветственных", ownClients, true), inMenu(client)),
		want: []expectation{
			on("SettingsChanged", anything), on("IncomingCall", fromClient), on("CallAnswered", fromClient),
			on("CallEnded", fromClient), on("CallSummary", status("accepted_ok")),
		},
	},
	{
		title: "Звонок в меню", note: "ответственного нет: ЗапросМаршрута → «оставить» → ЗвонокВIVR → НаправитьЗвонок на себя",
		start: inMenu(stranger),
		want: []expectation{
			{event: "RouteRequest", check: from(stranger), then: func(ctx context.Context, d *demo, e rig.Data) error {
				return bsl("ОтветитьНаЗапросМаршрута", e.RequestID, "")(ctx, d)
			}},
			{event: "IvrCall", check: from(stranger), then: func(ctx context.Context, d *demo, e rig.Data) error {
				return bsl("НаправитьЗвонок", e.CallID, own, "Клиент")(ctx, d)
			}},
			on("CommandResult", commandDone("RouteCall")),
			on("IvrCallEnd", func(e rig.Data) error { return equal("reason", "routed", e.Why) }),
			on("IncomingCall", from(stranger)), on("CallAnswered", from(stranger)), on("CallEnded", from(stranger)),
			on("CallSummary", status("accepted_ok")),
		},
	},
	{
		title: "Слепой перевод", note: "101 отвечает и передаёт клиента " + colleague,
		start: script(
			vpbxtest.Step{Do: vpbxtest.VerbInbound, From: client},
			vpbxtest.Step{Do: vpbxtest.VerbRing, To: []string{own}, Sec: 5},
			vpbxtest.Step{Do: vpbxtest.VerbAnswer},
			vpbxtest.Step{Do: vpbxtest.VerbHold, Sec: 5},
			vpbxtest.Step{Do: vpbxtest.VerbBlind, To: []string{colleague}, Sec: 3},
			vpbxtest.Step{Do: vpbxtest.VerbLeave, Sec: 4},
			vpbxtest.Step{Do: vpbxtest.VerbAnswer},
			vpbxtest.Step{Do: vpbxtest.VerbTalk, Sec: 20},
			vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Client},
		),
		want: []expectation{
			on("IncomingCall", fromClient), on("CallAnswered", fromClient), on("CallHeld", fromClient),
			on("CallTransferred", func(e rig.Data) error {
				return equal("kind", "blind", e.Kind, "callee.extension", colleague, e.Callee.Extension)
			}),
			on("CallEnded", fromClient),
			on("CallSummary", func(e rig.Data) error {
				if !slices.ContainsFunc(e.Legs, func(l rig.Leg) bool { return l.Callee.Extension == colleague && l.Transfer == "blind" }) {
					return fmt.Errorf("legs %+v, want one at %s that came of a blind transfer", e.Legs, colleague)
				}
				return status("accepted_ok")(e)
			}),
		},
	},
	{
		title: "Коллтрекинг", note: "клиент звонит на номер, показанный ему на сайте: кто он, известно в карточке и в итоге",
		start: steps(bsl("УстановитьНастройки", officeOff), script(
			vpbxtest.Step{Do: vpbxtest.VerbInbound, From: client, Line: trackLine},
			vpbxtest.Step{Do: vpbxtest.VerbIVR, Sec: 10},
			vpbxtest.Step{Do: vpbxtest.VerbRing, To: []string{own}, Sec: 5},
			vpbxtest.Step{Do: vpbxtest.VerbAnswer},
			vpbxtest.Step{Do: vpbxtest.VerbTalk, Sec: 20},
			vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Client},
		)),
		want: []expectation{
			on("SettingsChanged", anything), on("IncomingCall", tracked), on("CallAnswered", fromClient), on("CallEnded", fromClient),
			on("CallSummary", tracked),
		},
	},
}

// killed shows that what the PBX got a 200 for outlives the process: 1C is too
// busy to take the end of a call, is killed, and finds it when it is back.
func (d *demo) killed(ctx context.Context) error {
	d.title("1С убита посреди работы", "очередь 1С полна, звонок закончился, процесс убит; после запуска итог на месте")
	if err := d.rig.Object.Refuse(ctx, 1<<30); err != nil {
		return err
	}
	entry, err := d.rig.PBX.Play(ctx, vpbxtest.Inbound(client, "").Ring(own, 5).Answer().Talk(20).HangUp("caller"))
	if err != nil {
		return err
	}
	if err := d.rig.Restart(ctx); err != nil {
		return err
	}
	fmt.Fprintln(d.out.W, "процесс 1С убит и запущен снова")
	if err := d.connect(ctx); err != nil {
		return err
	}
	return d.collect(ctx, []expectation{on("CallSummary", func(e rig.Data) error {
		return equal("entry_id", entry, e.EntryID)
	})})
}

// bsl calls a method of the library that must succeed.
func bsl(method string, args ...any) func(context.Context, *demo) error {
	return func(ctx context.Context, d *demo) error {
		r, err := d.rig.Object.Call(ctx, method, append(args, "")...)
		if err != nil {
			return err
		}
		if failure := r.Args[len(args)].Text(); failure != "" {
			return fmt.Errorf("%s: %s", method, failure)
		}
		fmt.Fprintf(d.out.W, "%s%v\n", method, args)
		return nil
	}
}

// steps does one thing after the other.
func steps(all ...func(context.Context, *demo) error) func(context.Context, *demo) error {
	return func(ctx context.Context, d *demo) error {
		for _, do := range all {
			if err := do(ctx, d); err != nil {
				return err
			}
		}
		return nil
	}
}

// inMenu lets a client call and wait in the menu.
func inMenu(number string) func(context.Context, *demo) error {
	return script(
		vpbxtest.Step{Do: vpbxtest.VerbInbound, From: number},
		vpbxtest.Step{Do: vpbxtest.VerbIVR, Sec: menuSec},
		vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Client},
	)
}

func anything(rig.Data) error { return nil }

func from(number string) func(rig.Data) error {
	return func(e rig.Data) error { return equal("caller.number", number, e.Caller.Number) }
}

// tracked: the visitor of the emulated site is known.
func tracked(e rig.Data) error {
	for _, t := range e.Calltracking {
		if t.Key == "client_id" && t.Value != "" {
			return fromClient(e)
		}
	}
	return fmt.Errorf("calltracking %+v, want a client_id", e.Calltracking)
}
