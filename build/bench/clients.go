package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strconv"
	"sync"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/office"
)

// order is what the process of clients is told first.
type order struct {
	URL, Token string
	Sessions   int
}

// heard is an event that a client's consumer was offered. The moment is of the
// clock that all processes of the machine share.
type heard struct {
	Entry string
	Kind  engine.Kind
	Nano  int64
}

// extension of the nth client.
func extension(n int) string { return strconv.Itoa(1000 + n) }

// clients is the process of clients: it dials, keeps what comes, and writes
// that when it is asked, until its input ends.
func clients(ctx context.Context, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	var o order
	if !lines.Scan() {
		return lines.Err()
	}
	if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
		return err
	}
	var mu sync.Mutex
	all := []heard{}
	for i := range o.Sessions {
		c, err := link.Dial(ctx, link.Config{URL: o.URL, Token: o.Token, Session: office.Session{Extension: extension(i)}, Version: "bench"})
		if err != nil {
			return err
		}
		c.Deliver(func(d office.Delivery) bool {
			at := time.Now().UnixNano()
			if d.Event.EntryID == "" {
				return true // of the connection
			}
			mu.Lock()
			all = append(all, heard{d.Event.EntryID, d.Event.Kind, at})
			mu.Unlock()
			if d.Event.Class == engine.Record {
				_ = c.Settle(ctx, d.Ref, office.Verdict{Done: true}) // fails with the session
			}
			return true
		})
	}
	for lines.Scan() {
		mu.Lock()
		err := json.NewEncoder(out).Encode(all)
		mu.Unlock()
		if err != nil {
			return err
		}
	}
	return lines.Err() // the sockets end with the process
}
