package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"mangoofficesdk/sdk/vpbxtest"
)

// console prints what goes out and comes in, a line each.
type console struct {
	mu     sync.Mutex
	w      io.Writer
	colour bool
}

func newConsole(w io.Writer, colour bool) *console { return &console{w: w, colour: colour} }

// ANSI colours.
const (
	grey  = "\x1b[90m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	blue  = "\x1b[36m"
	plain = "\x1b[0m"
)

func (c *console) paint(colour, text string) string {
	if !c.colour {
		return text
	}
	return colour + text + plain
}

func (c *console) line(at time.Time, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// A console that went away is no reason to stop.
	_, _ = fmt.Fprintf(c.w, "%s %s\n", c.paint(grey, at.Format("15:04:05.000")), text)
}

func (c *console) say(format string, args ...any) {
	c.line(time.Now(), c.paint(grey, "·  "+fmt.Sprintf(format, args...)))
}

func (c *console) activity(a vpbxtest.Activity) {
	switch {
	case a.Delivery != nil:
		c.delivery(*a.Delivery)
	case a.Request != nil:
		c.request(*a.Request)
	}
}

// delivery: → path, what happened in the call, how the listener answered.
func (c *console) delivery(d vpbxtest.Delivery) {
	outcome, colour := strconv.Itoa(d.Status), green
	switch {
	case d.Dropped:
		outcome, colour = "lost", red
	case d.Err != "":
		outcome, colour = d.Err, red
	case !d.OK():
		colour = red
	default:
		outcome += fmt.Sprintf(" in %.1f ms", float64(d.Latency.Microseconds())/1000)
	}
	fault := ""
	if len(d.Faults) > 0 {
		fault = " (" + strings.Join(d.Faults, ", ") + ")"
	}
	c.line(d.Sent, fmt.Sprintf("%s %-20s %s%s  %s", c.paint(blue, "→"), d.Path, describe(d.Path, d.JSON), fault, c.paint(colour, outcome)))
}

// request: ← path, its JSON, the answer.
func (c *console) request(q vpbxtest.Request) {
	colour := green
	if q.Status != 200 || !strings.Contains(string(q.Answer), "1000") && strings.Contains(string(q.Answer), `"result"`) {
		colour = red
	}
	answer := string(q.Answer)
	if len([]rune(answer)) > longest {
		answer = string([]rune(answer)[:longest]) + "…"
	}
	fault := ""
	if len(q.Faults) > 0 {
		fault = " (" + strings.Join(q.Faults, ", ") + ")"
	}
	c.line(q.At, fmt.Sprintf("%s %-20s %s  %s%s", c.paint(blue, "←"), q.Path, printable(q.JSON), c.paint(colour, strconv.Itoa(q.Status)+" "+answer), fault))
}

// longest is how much of an answer is shown.
const longest = 160

// printable keeps what a stranger sent from driving the terminal.
func printable(s string) string {
	if len([]rune(s)) > longest {
		s = string([]rune(s)[:longest]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '�'
		}
		return r
	}, s)
}

// told is what the console picks out of a notification.
type told struct {
	EntryID   string `json:"entry_id"`
	CallID    string `json:"call_id"`
	Seq       any    `json:"seq"`
	State     string `json:"call_state"`
	Location  string `json:"location"`
	From      who    `json:"from"`
	To        who    `json:"to"`
	Reason    any    `json:"disconnect_reason"`
	Direction any    `json:"call_direction"`
	Talk      any    `json:"talk_time"`
	CommandID string `json:"command_id"`
	Result    any    `json:"result"`
	Digits    string `json:"dtmf"`
}

type who struct {
	Extension string `json:"extension"`
	Number    string `json:"number"`
}

func (w who) String() string {
	switch {
	case w.Extension != "":
		return w.Extension
	case w.Number != "":
		return w.Number
	}
	return "?"
}

// describe tells a notification in a few words, and which leg or call it is of.
func describe(path string, raw json.RawMessage) string {
	var t told
	if json.Unmarshal(raw, &t) == nil {
		switch path {
		case "/events/call":
			return brief(path, raw) + "  " + t.CallID
		case "/events/summary":
			return brief(path, raw) + "  " + t.EntryID
		}
	}
	return brief(path, raw)
}

// brief tells it without; what it does not know is shown as it is.
func brief(path string, raw json.RawMessage) string {
	var t told
	if json.Unmarshal(raw, &t) != nil {
		return printable(string(raw))
	}
	switch {
	case path == "/events/call":
		text := fmt.Sprintf("%-12s %-7s %s → %s  #%v", t.State, t.Location, t.From, t.To, t.Seq)
		if t.Reason != nil {
			text += fmt.Sprintf(" reason %v", t.Reason)
		}
		return text
	case path == "/events/summary":
		direction := map[string]string{"0": "internal", "1": "incoming", "2": "outgoing"}[fmt.Sprint(t.Direction)]
		talked := "talked"
		if fmt.Sprint(t.Talk) == "0" {
			talked = "no talk"
		}
		return fmt.Sprintf("%-12s %s → %s  %s, reason %v", direction, t.From, t.To, talked, t.Reason)
	case path == "/events/dtmf":
		return fmt.Sprintf("%s typed %s", t.Location, t.Digits)
	case strings.HasPrefix(path, "/result/"):
		return fmt.Sprintf("%s: %v", t.CommandID, t.Result)
	}
	return printable(string(raw))
}
