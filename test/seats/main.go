// Command seats attaches sessions to a hub, as 1C does, and takes their events:
// what a picture, or a person, needs to see a busy hub.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/office"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "seats:", err)
		os.Exit(1)
	}
}

// run ends with standard input.
func run() (err error) {
	url := flag.String("url", "ws://127.0.0.1:8088/link", "address of the hub")
	token := flag.String("token", "", "a token with every right")
	flag.Parse()
	ctx := context.Background()
	var users []engine.User
	var first *link.Client
	for i, arg := range flag.Args() { // 101:Иванов Иван
		ext, name, _ := strings.Cut(arg, ":")
		id := fmt.Sprintf("user-%d", i+1)
		users = append(users, engine.User{UserID: id, Name: name, Extension: ext})
		c, err := link.Dial(ctx, link.Config{
			URL: *url, Token: *token, Version: "1.0.0.1",
			Session: office.Session{Extension: ext, UserID: id, UserName: name, ClientGUID: fmt.Sprintf("guid-%d", i+1), Role: "desk"},
		})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.Close(ctx)) }()
		c.Deliver(func(d office.Delivery) bool {
			if d.Ref.Seq != 0 {
				_ = c.Settle(ctx, d.Ref, office.Verdict{Done: true}) // the hub has it then or gives it again
			}
			return true
		})
		if first == nil {
			first = c
		}
		for c.View().State != office.Registered { // in the order of the arguments
			if !group.Sleep(ctx, 10*time.Millisecond) {
				return ctx.Err()
			}
		}
	}
	if first != nil {
		raw, err := json.Marshal(map[string]any{"users": users})
		if err != nil {
			return err
		}
		if _, err := first.Call(ctx, "SetUsers", raw); err != nil {
			return err
		}
	}
	fmt.Println("seated")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
