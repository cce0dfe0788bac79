package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/admin"
	"mangoofficesdk/cmd/mango-hub/internal/status"
)

// parkedCommand lists what 1C was shown so often in vain that it rests.
func parkedCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	cfg, err := load(c, f, args, 0)
	if err != nil {
		return err
	}
	var list []status.Parked
	if err := admin.Dial(cfg.Socket()).Ask(ctx, "GET", "/parked", nil, &list); err != nil {
		return err
	}
	if len(list) == 0 {
		c.say("Отложенных событий нет.", "No event is parked.")
		return nil
	}
	why := ""
	for _, p := range list {
		w := p.EN
		if c.russian() {
			w = p.RU
		}
		fmt.Fprintf(c.out, "%s  %-16s %s  %s\n", p.Time.Local().Format(time.DateTime), p.Kind, p.EntryID, p.ID)
		if w.Text != why {
			why = w.Text
			fmt.Fprintf(c.out, "  %s\n    → %s\n", w.Text, w.Remedy)
		}
	}
	c.say("\nВыдать снова: mango-hub replay -parked, одно: mango-hub replay -id ID", "\nTo send them again: mango-hub replay -parked, one: mango-hub replay -id ID")
	return nil
}
