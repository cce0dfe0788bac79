package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/config"
	"mangoofficesdk/sdk/hub/token"
)

// verb takes the word before the flags off.
func verb(args []string) (word string, rest []string) {
	if len(args) > 0 && (args[0] == "-" || !strings.HasPrefix(args[0], "-")) {
		return args[0], args[1:]
	}
	return "", args
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// tokensCommand changes the file of tokens; a hub that runs sees it within
// seconds.
func tokensCommand(_ context.Context, c console, f *flag.FlagSet, args []string) error {
	what, args := verb(args)
	id, args := verb(args)
	rights := f.String("rights", "", c.pick("add: права: `supervisor`, admin или оба", "add: rights: `supervisor`, admin or both"))
	extensions := f.String("extensions", "", c.pick("add: внутренние `номера`, под которыми можно подключиться; пусто = любой", "add: `extensions` to connect as; empty = any"))
	user := f.String("user", "", c.pick("add: `код` пользователя 1С", "add: `id` of the 1C user"))
	note := f.String("note", "", c.pick("add: `пометка` для списка", "add: a `note` for the list"))
	path := fileFlag(c, f)
	if err := parse(f, args, 0); err != nil {
		return err
	}
	cfg, err := config.Load(*path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Store.DataDir, 0o700); err != nil { // the service was not there yet
		return err
	}
	set, err := token.Open(cfg.Tokens())
	if err != nil {
		return err
	}
	switch what {
	case "add":
		secret, g, err := set.Add(token.Grant{User: *user, Extensions: words(*extensions), Rights: words(*rights), Note: *note})
		if err != nil {
			return err
		}
		if err := handOver(cfg); err != nil {
			return err
		}
		c.say("Токен %s. Он показан один раз, сохраните его:", "Token %s. It is shown once, keep it:", g.ID)
		fmt.Fprintln(c.out, secret)
		return nil
	case "list":
		for _, g := range set.List() {
			fmt.Fprintf(c.out, "%-10s %s  %-18s %-24s %s%s\n", g.ID, g.Created.Local().Format(time.DateOnly), strings.Join(g.Rights, ","),
				strings.Join(g.Extensions, ","), g.Note, revoked(c, g))
		}
		return nil
	case "revoke":
		if err := set.Revoke(id); err != nil {
			return err
		}
		return handOver(cfg)
	}
	f.Usage()
	return errUsage
}

// handOver lets the service read the tokens, and change them.
func handOver(cfg config.Config) error {
	return errors.Join(follow(cfg.Tokens(), cfg.Store.DataDir), follow(token.LockFile(cfg.Tokens()), cfg.Store.DataDir))
}

func revoked(c console, g token.Grant) string {
	if g.Revoked.IsZero() {
		return ""
	}
	return "  " + c.pick("отозван ", "revoked ") + g.Revoked.Local().Format(time.DateOnly)
}
