package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/cmd/mango-hub/internal/admin"
	"mangoofficesdk/cmd/mango-hub/internal/check"
	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/cmd/mango-hub/internal/service"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/engine"
)

var errCheck = errors.New("the connection is not proven")

// checkCommand lets the running hub check; without one it is a hub itself for
// as long as the check takes.
func checkCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	cfg, err := load(c, f, args, 0)
	if err != nil {
		return err
	}
	good, steps := true, 0
	show := func(s check.Step) {
		steps++
		good = good && s.OK
		mark := "OK  "
		if !s.OK {
			mark = c.pick("НЕТ ", "NO  ")
		}
		fmt.Fprintln(c.out, mark, c.pick(s.RU, s.EN))
		if fix := c.pick(s.FixRU, s.FixEN); fix != "" {
			fmt.Fprintln(c.out, "     →", fix)
		}
	}
	c.say("OK   Настройки прочитаны", "OK   The configuration is read")
	err = byRunning(ctx, cfg, show)
	if errors.Is(err, admin.ErrNotRunning) && !cfg.Cluster.On() { // another hub may be asking the PBX
		c.say("     Хаб не запущен: проверка слушает %s сама", "     No hub runs: the check listens on %s itself", cfg.HTTP.Listen)
		err = byItself(ctx, c, cfg, show)
	}
	switch {
	case err != nil:
		return err
	case !good || steps == 0:
		return errCheck
	}
	c.say("\nВсё в порядке.", "\nAll is well.")
	return nil
}

func byRunning(ctx context.Context, cfg config.Config, show func(check.Step)) error {
	answer, err := admin.Dial(cfg.Socket()).Do(ctx, "POST", "/check", nil)
	if err != nil {
		return err
	}
	defer answer.Close()
	for dec := json.NewDecoder(answer); ; {
		var s check.Step
		if err := dec.Decode(&s); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		show(s)
	}
}

func byItself(ctx context.Context, c console, cfg config.Config, show func(check.Step)) error {
	hub, err := service.Open(ctx, cfg, service.Options{Version: programVersion(), Env: c.env, Log: zerolog.Nop(), Passing: true})
	if err != nil {
		return err
	}
	hub.Check(ctx, show)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	return hub.Shutdown(end)
}

func statusCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	raw := f.Bool("json", false, c.pick("всё, как JSON", "everything, as JSON"))
	cfg, err := load(c, f, args, 0)
	if err != nil {
		return err
	}
	var s status.Status
	if err := admin.Dial(cfg.Socket()).Ask(ctx, "GET", "/status", nil, &s); err != nil {
		return err
	}
	if *raw {
		enc := json.NewEncoder(c.out)
		enc.SetIndent("", "  ")
		return enc.Encode(s)
	}
	if p := s.Place; p != nil && !p.Leads {
		c.say("Хаб %s ждёт; ведёт: %s %s; кластер NATS доступен: %t", "The hub %s waits; the leader: %s %s; the NATS cluster is reachable: %t",
			p.Name, cmp.Or(p.Leader, "—"), p.Address, p.Reachable)
		return nil
	} else if p != nil {
		c.say("Хаб %s ведёт", "The hub %s leads", p.Name)
	}
	state := c.pick("подключена", "connected")
	if !s.Registered {
		state = c.pick("НЕ подключена", "NOT connected")
	}
	c.say("АТС %s; звонков %d, сеансов 1С %d, событий ждут %d, отложено %d; работает %v, версия %s",
		"The PBX is %s; %d calls, %d sessions of 1C, %d events wait, %d parked; up for %v, version %s",
		state, len(s.Calls), len(s.Sessions), s.Journal.Waiting, s.Journal.Parked, s.Now.Sub(s.Started).Round(time.Second), s.Version)
	notes := append(append([]status.Note{}, s.Refusals...), s.Errors...)
	if s.Why != nil {
		notes = append([]status.Note{*s.Why}, notes...)
	}
	for _, n := range notes {
		w := n.EN
		if c.russian() {
			w = n.RU
		}
		fmt.Fprintf(c.out, "  %s", w.Text)
		if n.Count > 1 {
			fmt.Fprintf(c.out, " ×%d", n.Count)
		}
		fmt.Fprintf(c.out, "\n    → %s\n", w.Remedy)
	}
	return nil
}

func usersCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	what, args := verb(args)
	file, args := verb(args)
	cfg, err := load(c, f, args, 0)
	if err != nil {
		return err
	}
	hub := admin.Dial(cfg.Socket())
	switch what {
	case "list", "export":
		var list []engine.User
		if err := hub.Ask(ctx, "GET", "/users", nil, &list); err != nil {
			return err
		}
		if what == "export" {
			enc := json.NewEncoder(c.out)
			enc.SetIndent("", "  ")
			return enc.Encode(list)
		}
		for _, u := range list {
			fmt.Fprintf(c.out, "%-8s %-40s %s\n", u.Extension, u.Name, u.UserID)
		}
		return nil
	case "import":
		raw, err := readFile(c, file)
		if err != nil {
			return err
		}
		list, err := engine.ParseUsers(raw)
		if err != nil {
			return err
		}
		if err := hub.Ask(ctx, "PUT", "/users", list, &struct{}{}); err != nil {
			return err
		}
		c.say("Пользователей: %d", "Users: %d", len(list))
		return nil
	}
	f.Usage()
	return errUsage
}

// readFile reads a file, or, for "" and "-", standard input.
func readFile(c console, path string) ([]byte, error) {
	if path == "" || path == "-" {
		return io.ReadAll(c.in)
	}
	return os.ReadFile(path)
}

// whichFlags picks events.
func whichFlags(c console, f *flag.FlagSet) func() (admin.Which, error) {
	var q admin.Which
	f.StringVar(&q.ID, "id", "", c.pick("одно событие (`id`)", "one event (`id`)"))
	f.StringVar(&q.EntryID, "entry", "", c.pick("события одного звонка (`entry_id`)", "events of one call (`entry_id`)"))
	f.BoolVar(&q.Parked, "parked", false, c.pick("только отложенные", "only parked ones"))
	from := f.String("from", "", c.pick("с `времени`: 2026-11-26, 2026-11-26T15:04, RFC 3339", "since a `time`: 2026-11-26, 2026-11-26T15:04, RFC 3339"))
	to := f.String("to", "", c.pick("до `времени`", "before a `time`"))
	return func() (admin.Which, error) {
		var errs [2]error
		q.From, errs[0] = moment("-from", *from)
		q.To, errs[1] = moment("-to", *to)
		return q, errors.Join(errs[:]...)
	}
}

func moment(name, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s: %q is no time", name, s)
}

func replayCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	which := whichFlags(c, f)
	cfg, err := load(c, f, args, 0)
	if err != nil {
		return err
	}
	q, err := which()
	if err != nil {
		return err
	}
	if q == (admin.Which{}) {
		f.Usage() // everything of 30 days is nobody's wish
		return errUsage
	}
	var done struct{ Offered int }
	if err := admin.Dial(cfg.Socket()).Ask(ctx, "POST", "/replay", q, &done); err != nil {
		return err
	}
	c.say("Выдаются ещё раз: %d", "Offered once more: %d", done.Offered)
	return nil
}

func exportCommand(ctx context.Context, c console, f *flag.FlagSet, args []string) error {
	which := whichFlags(c, f)
	calls := f.Bool("calls", false, c.pick("звонки из истории, а не события журнала", "the calls of the history instead of the journal's events"))
	csv := f.Bool("csv", false, c.pick("звонки таблицей CSV, а не строками JSON", "calls as a table in CSV instead of JSON lines"))
	cfg, err := load(c, f, args, 0)
	if err != nil {
		return err
	}
	q, err := which()
	if err != nil {
		return err
	}
	var wanted any = q
	path := "/export"
	switch {
	case *calls && (q.EntryID != "" || q.Parked), *csv && !*calls:
		f.Usage()
		return errUsage
	case *calls:
		wanted, path = admin.WhichCalls{From: q.From, To: q.To, CSV: *csv}, "/export/calls"
	}
	raw, err := json.Marshal(wanted)
	if err != nil {
		return err
	}
	answer, err := admin.Dial(cfg.Socket()).Do(ctx, "POST", path, strings.NewReader(string(raw)))
	if err != nil {
		return err
	}
	defer answer.Close()
	_, err = io.Copy(c.out, answer)
	return err
}
