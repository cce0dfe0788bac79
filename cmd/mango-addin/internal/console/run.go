package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/test/napihost"
)

var placeholders = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*\}`)

// command carries out a word of the console.
func (c *Console) command(ctx context.Context, word, args string) error {
	switch word {
	case "справка":
		c.help()
		return nil
	case "методы":
		c.methods()
		return nil
	case "события":
		c.events()
		return nil
	case "свойства":
		return c.properties(ctx)
	case "описание":
		return c.describe(args)
	case "ждать":
		return c.wait(ctx, args)
	case "пауза":
		return pause(ctx, args)
	case "проверить":
		return c.expect(args)
	case "содержит":
		return c.contains(args)
	case "поле":
		return c.field(args)
	case "отказать":
		n, err := strconv.Atoi(args)
		if err != nil {
			return err
		}
		return c.current.Refuse(ctx, n)
	case "занять":
		return c.host.Hold(ctx, slices.Contains([]string{"да", "yes", "on", "истина", "true", ""}, strings.ToLower(args)))
	case "создать":
		if args == "" {
			args = c.cfg.Class
		}
		return c.create(ctx, args)
	case "объект":
		return c.choose(ctx, args)
	case "завершить":
		return c.destroy(ctx)
	case "статистика":
		return c.stats(ctx)
	}
	return errQuit
}

func (c *Console) properties(ctx context.Context) error {
	for _, p := range c.about.Properties {
		access := "чтение"
		if p.Writable {
			access = "чтение и запись"
		}
		value := napihost.Value{}
		if p.Readable {
			var err error
			if value, err = c.current.Get(ctx, p.Index); err != nil {
				return err
			}
		}
		c.printf("  %s / %s = %s  %s\n", c.cfg.Out.Paint(napihost.Bold, p.NameRU), p.Name, value.BSL(),
			c.cfg.Out.Paint(napihost.Dim, access))
	}
	return nil
}

// wait waits for an event by either of its names; the English one stands in
// the data.
func (c *Console) wait(ctx context.Context, args string) error {
	name, limit, _ := strings.Cut(args, " ")
	timeout := waitFor
	if limit = strings.TrimSpace(limit); limit != "" {
		var err error
		if timeout, err = time.ParseDuration(limit); err != nil {
			return err
		}
	}
	if len(c.cfg.Events) > 0 && !slices.ContainsFunc(c.cfg.Events, func(e EventDoc) bool {
		return strings.EqualFold(name, e.Name) || strings.EqualFold(name, e.NameRU)
	}) {
		return fmt.Errorf("события %q нет; какие есть: события", name)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	e, err := c.host.Await(ctx, func(e napihost.Event) bool {
		var head struct {
			Event string `json:"event"`
		}
		_ = json.Unmarshal([]byte(e.Data), &head)
		return strings.EqualFold(e.Message, name) || strings.EqualFold(head.Event, name)
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("событие %s не пришло за %v", name, timeout)
	}
	if err != nil {
		return fmt.Errorf("ждать %s: %w", name, err)
	}
	c.last, c.did.awaited = e.Data, e
	return nil
}

func pause(ctx context.Context, args string) error {
	d, err := time.ParseDuration(args)
	if err != nil {
		return err
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Console) choose(ctx context.Context, args string) error {
	id, err := strconv.Atoi(args)
	if err != nil {
		return err
	}
	o, ok := c.objects[id]
	if !ok {
		return fmt.Errorf("объекта %d нет", id)
	}
	about, err := o.Describe(ctx)
	if err != nil {
		return err
	}
	c.current, c.about = o, about
	return nil
}

func (c *Console) destroy(ctx context.Context) error {
	if err := c.current.Done(ctx); err != nil {
		return err
	}
	if err := c.current.Destroy(ctx); err != nil {
		return err
	}
	delete(c.objects, c.current.ID)
	for _, o := range c.objects {
		c.current = o
	}
	return nil
}

func (c *Console) stats(ctx context.Context) error {
	s, err := c.host.Stats(ctx)
	if err != nil {
		return err
	}
	c.printf("%s/%s: блоков памяти у компоненты %d (выдано %d), нарушений %d %v\n", s.OS, s.Arch, s.Allocations, s.Allocated, s.ViolationsCount, s.Violations)
	for _, o := range s.Objects {
		c.printf("  объект %d: очередь %d, ждёт %d, принято %d, отказано %d, потеряно %d\n", o.Object, o.Depth, o.Waiting, o.Taken, o.Refused, o.Dropped)
	}
	return nil
}
