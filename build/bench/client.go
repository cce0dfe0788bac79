package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/valyala/fasthttp"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/notify"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/vpbx"
	"mangoofficesdk/sdk/vpbx/guard"
)

// The answer of a PBX to a command, with the headers that it sends.
const answer = "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 26 Nov 2026 12:00:00 GMT\r\nContent-Type: application/json\r\n" +
	"Content-Length: 15\r\nConnection: keep-alive\r\n\r\n{\"result\":1000}"

// echo answers every request of its connections the same. It allocates nothing
// for a request, so that what is counted is the client's.
func echo(g *group.Group, ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		g.Go("connection", func(context.Context) {
			defer conn.Close()
			for br := bufio.NewReader(conn); ; {
				length := 0
				for {
					line, err := br.ReadSlice('\n')
					if err != nil {
						return
					}
					if len(line) <= 2 {
						break
					}
					const name = "content-length:"
					if len(line) > len(name) && strings.EqualFold(string(line[:len(name)]), name) {
						for _, c := range line[len(name):] {
							if c >= '0' && c <= '9' {
								length = length*10 + int(c-'0')
							}
						}
					}
				}
				if _, err := br.Discard(length); err != nil {
					return
				}
				if _, err := io.WriteString(conn, answer); err != nil {
					return
				}
			}
		})
	}
}

// side is one of those compared: what it does once, and what that took.
type side struct {
	name   string
	once   func(i int) error
	times  []time.Duration
	allocs float64
}

// compare runs the sides in turns, so that whatever disturbs one disturbs all;
// allocations are counted apart. The baseline comes first.
func compare(title, unit string, n int, sides []*side) error {
	const warm = 200
	for i := range n + warm {
		for _, s := range sides {
			from := time.Now()
			if err := s.once(i); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			if i >= warm {
				s.times = append(s.times, time.Since(from))
			}
		}
	}
	for _, s := range sides {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for i := range n {
			if err := s.once(n + warm + i); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		runtime.ReadMemStats(&after)
		s.allocs = float64(after.Mallocs-before.Mallocs) / float64(n)
	}
	fmt.Printf("\n%s, in turns, %d each\n", title, n)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\tp50\tp99\tratio p50\t%s/s\tallocations\t\n", unit)
	for _, s := range sides {
		fmt.Fprintf(w, "%s\t%v\t%v\t%.2f\t%.0f\t%.0f\t\n", s.name,
			quantile(s.times, 50).Round(100*time.Nanosecond), quantile(s.times, 99).Round(100*time.Nanosecond),
			ratio(s.times, sides[0].times, 50), 1/quantile(s.times, 50).Seconds(), s.allocs)
	}
	return w.Flush()
}

// requests compares a command of sdk/vpbx with the same signed POST of others.
func requests(ctx context.Context, n int) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	served := group.New(ctx, nil)
	served.Go("listener", func(context.Context) { echo(served, ln) })
	base := "http://" + ln.Addr().String() + "/vpbx/"
	key := sign.Credentials{Key: "9ipl5monmwkkyg3adfx2s6frz7b", Salt: sign.NewSalt("cv3z37sqp6kvsjs4i7vd3lf6r5rwztg2")}
	command := func(who string, i int) vpbx.HangupRequest {
		return vpbx.HangupRequest{CommandID: who + strconv.Itoa(i), CallID: "MToxMDA4NjI3Nzo1MDI6MTc5NTM0ODgwMDAwMDE="}
	}
	form := func(who string, i int) (string, error) {
		body, err := json.Marshal(command(who, i))
		return "vpbx_api_key=" + url.QueryEscape(key.Key) + "&sign=" + key.JSON(body) + "&json=" + url.QueryEscape(string(body)), err
	}
	ours, err := vpbx.New(vpbx.Config{Credentials: key, BaseURL: base, Guard: guard.Config{Unlimited: true}})
	if err != nil {
		return err
	}
	bare := &fasthttp.Client{}
	std := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	address := base + "commands/call/hangup"
	err = compare("A command to the PBX over loopback", "requests", n, []*side{
		{name: "bare fasthttp", once: func(i int) error { return viaFasthttp(bare, address, form, i) }},
		{name: "sdk/vpbx", once: func(i int) error { return ours.Hangup(ctx, command("v", i)) }},
		{name: "net/http", once: func(i int) error { return viaNetHTTP(ctx, std, address, form, i) }},
	})
	bare.CloseIdleConnections()
	std.CloseIdleConnections()
	err = errors.Join(err, ours.Close(), ln.Close())
	return errors.Join(err, served.Wait(ctx))
}

var errRefused = errors.New("not HTTP 200")

func viaFasthttp(c *fasthttp.Client, address string, form func(string, int) (string, error), i int) error {
	body, err := form("f", i)
	if err != nil {
		return err
	}
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(address)
	req.Header.SetMethod(fasthttp.MethodPost)
	req.Header.SetContentType("application/x-www-form-urlencoded")
	req.SetBodyString(body)
	if err := c.DoTimeout(req, resp, time.Minute); err != nil {
		return err
	}
	return accepted(resp.StatusCode(), resp.Body())
}

func viaNetHTTP(ctx context.Context, c *http.Client, address string, form func(string, int) (string, error), i int) error {
	body, err := form("n", i)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(resp.Body)
	return errors.Join(err, resp.Body.Close(), accepted(resp.StatusCode, raw))
}

// accepted reads the result, as every client must.
func accepted(status int, body []byte) error {
	var a struct{ Result int }
	if err := json.Unmarshal(body, &a); err != nil {
		return err
	}
	if status != http.StatusOK || a.Result != 1000 {
		return errRefused
	}
	return nil
}

// notification of a leg, as the document prints one.
const notification = `{"entry_id":"MTI1NTM2OTAyMDE=","call_id":"MToxMDA2ODI5Mzo3NjoxMzUwNjE4NjQ=","timestamp":1445258452,"seq":1,"call_state":"Appeared",` +
	`"location":"abonent","from":{"number":"79161234567","line_number":"74951234567"},"to":{"extension":"101","number":"sip:ivanov@example.mangosip.ru",` +
	`"acd_group":"300"},"dct":{"number":"","type":0},"sip_call_id":"a84b4c76e66710@example.com"}`

// decoding compares sdk/notify with encoding/json into a map.
func decoding(n int) error {
	raw := []byte(notification)
	// Clocks are coarse beside one notification: a hundred count as one.
	const many = 100
	each := func(f func() error) func(int) error {
		return func(int) error {
			for range many {
				if err := f(); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return compare("A hundred notifications decoded", "hundreds", n, []*side{
		{name: "encoding/json into a map", once: each(func() error { var m map[string]any; return json.Unmarshal(raw, &m) })},
		{name: "sdk/notify", once: each(func() error { return notify.Decode(notify.PathCall, raw).Err })},
	})
}
