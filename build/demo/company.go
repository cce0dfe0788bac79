package main

import (
	"context"
	"errors"
	"fmt"

	"mangoofficesdk/sdk/vpbxtest"
	"mangoofficesdk/test/napihost"
	"mangoofficesdk/test/rig"
)

// company is a hub and the 1C of three employees.
type company struct {
	hub   *rig.Hub
	desks []*rig.Desk
	out   napihost.Printer
}

// showCompany shows a whole company at one hub: who is told of a call, and what
// a process of 1C that was killed finds when it is back.
func showCompany(ctx context.Context, speed float64, p napihost.Printer) (err error) {
	title(p, "Хаб и три сотрудника", "mango-hub, эмулятор АТС и три процесса 1С: 101, 102, 103")
	c := &company{out: p}
	c.hub, err = rig.StartHub(ctx, rig.HubConfig{PBX: vpbxtest.Config{Speed: speed}})
	if err != nil {
		return err
	}
	defer func() {
		for _, d := range c.desks {
			d.Kill()
		}
		err = errors.Join(err, c.hub.Close())
	}()
	for _, extension := range []string{"101", "102", "103"} {
		d, err := c.hub.Desk(ctx, extension)
		c.desks = append(c.desks, d)
		if err != nil {
			return err
		}
		if err := c.expect(ctx, d, "ConnectionState", func(e rig.Data) bool { return e.State == 3 }); err != nil {
			return err
		}
	}
	for _, show := range []func(context.Context) error{c.ringsAtOne, c.menuAtTheFirst, c.killedAtWork} {
		if err := show(ctx); err != nil {
			return err
		}
	}
	return nil
}

// expect waits for an event at a desk and prints it.
func (c *company) expect(ctx context.Context, d *rig.Desk, event string, check func(rig.Data) bool) error {
	e, err := d.Await(ctx, func(e rig.Data) bool { return e.Event == event && check(e) })
	if err != nil {
		return fmt.Errorf("at %s: no %s: %w", d.Extension, event, err)
	}
	fmt.Fprintf(c.out.W, "  %s %s %s\n", c.out.Paint(napihost.Bold, d.Extension+" ◀"), e.Name, c.out.Paint(napihost.Dim, e.Caller.Number))
	return nil
}

// alone checks that nobody but d heard of a call, its summary apart: that one
// goes to whoever saves it.
func (c *company) alone(d *rig.Desk, entry string) error {
	for _, other := range c.desks {
		for _, e := range other.Seen() {
			if other != d && e.EntryID == entry && e.Event != "CallSummary" {
				return fmt.Errorf("%s heard %s of a call of %s", other.Extension, e.Event, d.Extension)
			}
		}
	}
	return nil
}

func (c *company) ringsAtOne(ctx context.Context) error {
	title(c.out, "Звонок сотруднику 102", "окно только у него")
	entry, err := c.hub.PBX.Play(ctx, vpbxtest.Inbound(client, "").Ring("102", 5).Answer().Talk(30).HangUp("caller"))
	if err != nil {
		return err
	}
	for _, event := range []string{"IncomingCall", "CallAnswered", "CallEnded"} {
		if err := c.expect(ctx, c.desks[1], event, ofCall(entry)); err != nil {
			return err
		}
	}
	return c.alone(c.desks[1], entry)
}

func (c *company) menuAtTheFirst(ctx context.Context) error {
	title(c.out, "Звонок в меню", "о нём узнаёт первый в сессии, 101, и переводит на 103")
	res, err := c.desks[0].Object.Call(ctx, "УстановитьНастройки", `{"ivr_popup":true}`, "")
	if err != nil || !res.Bool() {
		return fmt.Errorf("УстановитьНастройки: %v %w", res.Args, err)
	}
	entry, err := c.hub.PBX.Begin(ctx, vpbxtest.Scenario{Name: "menu", Steps: []vpbxtest.Step{
		{Do: vpbxtest.VerbInbound, From: stranger}, {Do: vpbxtest.VerbIVR, Sec: menuSec}, {Do: vpbxtest.VerbHangup, By: vpbxtest.Client},
	}})
	if err != nil {
		return err
	}
	call := ""
	if err := c.expect(ctx, c.desks[0], "IvrCall", func(e rig.Data) bool { call = e.CallID; return e.EntryID == entry }); err != nil {
		return err
	}
	if _, err := c.desks[0].Object.Call(ctx, "НаправитьЗвонок", call, "103", "", ""); err != nil {
		return err
	}
	if err := c.expect(ctx, c.desks[0], "IvrCallEnd", ofCall(entry)); err != nil {
		return err
	}
	return c.expect(ctx, c.desks[2], "IncomingCall", ofCall(entry))
}

func (c *company) killedAtWork(ctx context.Context) error {
	title(c.out, "1С сотрудника 102 убита посреди разговора", "после запуска она знает, что звонок идёт, и слышит его конец")
	entry, err := c.hub.PBX.Begin(ctx, vpbxtest.Scenario{Name: "killed", Steps: []vpbxtest.Step{
		{Do: vpbxtest.VerbInbound, From: client}, {Do: vpbxtest.VerbRing, To: []string{"102"}, Sec: 600},
	}})
	if err != nil {
		return err
	}
	d := c.desks[1]
	if err := c.expect(ctx, d, "IncomingCall", ofCall(entry)); err != nil {
		return err
	}
	if err := c.hub.PBX.Act(ctx, entry, vpbxtest.Step{Do: vpbxtest.VerbAnswer}); err != nil {
		return err
	}
	if err := c.expect(ctx, d, "CallAnswered", ofCall(entry)); err != nil {
		return err
	}
	d.Kill()
	if err := d.Start(ctx); err != nil {
		return err
	}
	fmt.Fprintln(c.out.W, "  процесс 1С убит и запущен снова")
	if err := c.expect(ctx, d, "IncomingCall", ofCall(entry)); err != nil {
		return err
	}
	if err := c.hub.PBX.Act(ctx, entry, vpbxtest.Step{Do: vpbxtest.VerbHangup, By: vpbxtest.Client}); err != nil {
		return err
	}
	return c.expect(ctx, d, "CallEnded", ofCall(entry))
}

func ofCall(entry string) func(rig.Data) bool {
	return func(e rig.Data) bool { return e.EntryID == entry }
}
