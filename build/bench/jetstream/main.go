// Command jetstream measures the durable store against JetStream's file
// storage that syncs before it answers, in turns, in one process: records per
// second with 1, 64 and 256 callers, each of which waits for the disk. It is a
// module of its own, so that the project does not depend on a NATS server.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/journal/bolt"
)

const (
	turns   = 3 // of each store, alternating; the middle one counts
	perTurn = 2 * time.Second
	size    = 700 // bytes of an ordinary notification of a call
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "jetstream:", err)
		os.Exit(1)
	}
}

// appender stores one record and returns when it is on the disk.
type appender func(ctx context.Context, key string, raw []byte) error

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "mango-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	store, _, err := bolt.Open(bolt.Options{Dir: dir + "/bolt"})
	if err != nil {
		return err
	}
	defer store.Close()
	stream, stop, err := startStream(ctx, dir+"/jetstream")
	if err != nil {
		return err
	}
	defer stop()
	ours := func(ctx context.Context, key string, raw []byte) error {
		_, _, err := store.Append(ctx, key, raw)
		return err
	}
	theirs := func(ctx context.Context, key string, raw []byte) error {
		_, err := stream.Publish(ctx, "in.call", raw, jetstream.WithMsgID(key))
		return err
	}
	fmt.Println("| callers at once | sdk/journal/bolt, records/s | JetStream, sync always, records/s | ratio |")
	fmt.Println("|---|---|---|---|")
	var serial atomic.Int64
	for _, callers := range []int{1, 64, 256} {
		var a, b []float64
		for range turns {
			x, err := rate(ctx, ours, callers, &serial)
			if err != nil {
				return err
			}
			y, err := rate(ctx, theirs, callers, &serial)
			if err != nil {
				return err
			}
			a, b = append(a, x), append(b, y)
		}
		slices.Sort(a)
		slices.Sort(b)
		fmt.Printf("| %d | %.0f | %.0f | %.1f |\n", callers, a[turns/2], b[turns/2], a[turns/2]/b[turns/2])
	}
	return nil
}

// rate appends for a while and counts.
func rate(ctx context.Context, put appender, callers int, serial *atomic.Int64) (float64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	raw := bytes.Repeat([]byte("x"), size)
	started := time.Now()
	var done atomic.Int64
	grp := group.New(ctx, nil)
	for range callers {
		grp.Go("caller", func(ctx context.Context) {
			for time.Since(started) < perTurn && ctx.Err() == nil {
				if err := put(ctx, "call/"+strconv.FormatInt(serial.Add(1), 10), raw); err != nil {
					cancel(err)
					return
				}
				done.Add(1)
			}
		})
	}
	if err := grp.Wait(ctx); err != nil {
		return 0, errors.Join(err, context.Cause(ctx))
	}
	return float64(done.Load()) / time.Since(started).Seconds(), context.Cause(ctx)
}

// startStream runs a NATS server in this process and makes a stream on its
// disk. The connection goes through memory: the network is not what is measured.
func startStream(ctx context.Context, dir string) (jetstream.JetStream, func(), error) {
	srv, err := server.NewServer(&server.Options{
		JetStream: true, StoreDir: dir, SyncAlways: true, DontListen: true, NoSigs: true, NoLog: true,
	})
	if err != nil {
		return nil, nil, err
	}
	srv.Start()
	if !srv.ReadyForConnections(10 * time.Second) {
		return nil, nil, fmt.Errorf("the NATS server did not start")
	}
	conn, err := nats.Connect("", nats.InProcessServer(srv))
	if err != nil {
		return nil, nil, err
	}
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, nil, err
	}
	_, err = js.CreateStream(ctx, jetstream.StreamConfig{
		Name: "in", Subjects: []string{"in.>"}, Storage: jetstream.FileStorage, Duplicates: time.Minute,
	})
	return js, func() { conn.Close(); srv.Shutdown(); srv.WaitForShutdown() }, err
}
