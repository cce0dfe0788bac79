package vpbx_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// failFirst answers n times with status, then with success.
func failFirst(n int32, status int) http.HandlerFunc {
	var seen atomic.Int32
	return func(w http.ResponseWriter, _ *http.Request) {
		if seen.Add(1) <= n {
			w.WriteHeader(status)
			return
		}
		fmt.Fprint(w, `{"result":1000,"users":[]}`)
	}
}

// A read that the PBX was too busy for is repeated, twice at the most; a
// command never is.
func TestReadsAreRepeated(t *testing.T) {
	t.Parallel()
	read := func(c *vpbx.Client) error { _, err := c.Users(t.Context(), vpbx.UsersRequest{}); return err }
	command := func(c *vpbx.Client) error { return c.Hangup(t.Context(), fresh()) }
	for name, row := range map[string]struct {
		do     func(*vpbx.Client) error
		answer http.HandlerFunc
		sent   int
		code   text.Code // "" = success
	}{
		"read, busy twice":    {read, failFirst(2, http.StatusServiceUnavailable), 3, ""},
		"read, broken once":   {read, failFirst(1, http.StatusBadGateway), 2, ""},
		"read, always busy":   {read, failFirst(9, http.StatusTooManyRequests), 3, text.RateLimited},
		"read, refused":       {read, say(200, "application/json", `{"result":3104}`), 1, text.PBXError},
		"read, no such path":  {read, failFirst(9, http.StatusNotFound), 1, text.BadAnswer},
		"command, busy once":  {command, failFirst(1, http.StatusServiceUnavailable), 1, text.RateLimited},
		"command, cut off":    {command, failFirst(1, http.StatusBadGateway), 1, text.BadAnswer},
		"command, wrong once": {command, say(200, "application/json", `{"result":3310}`), 1, text.PBXError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, nil, row.answer)
			err := row.do(p.client(t, nil))
			if coded := text.From(err); (coded == nil) != (row.code == "") || coded != nil && coded.Code != row.code {
				t.Errorf("error = %v, want %q", err, row.code)
			}
			if n := len(p.requests()); n != row.sent {
				t.Errorf("%d requests were sent, want %d", n, row.sent)
			}
		})
	}
}

// TestCommandIDGoesOutOnce: a command is idempotent by its id here, as nobody
// says that it is at the PBX.
func TestCommandIDGoesOutOnce(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	c := p.client(t, nil)
	if err := c.Hangup(t.Context(), hangup); err != nil {
		t.Fatalf("Hangup: %v", err)
	}
	for range 2 {
		err := c.Hangup(t.Context(), hangup)
		if got := text.From(err); got == nil || got.Code != text.CommandRepeated || got.Field != "command_id" {
			t.Errorf("Hangup with the same id: %v, want command_repeated [command_id]", err)
		}
	}
	if n := len(p.requests()); n != 1 {
		t.Errorf("%d requests were sent, want 1", n)
	}
}

// TestDoubt: an object that the PBX said it has not, is not asked for again
// while the next wrong request would close the API; others are.
func TestDoubt(t *testing.T) {
	t.Parallel()
	p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Form.Get("json"), `"999"`) {
			fmt.Fprint(w, `{"result":3330}`)
			return
		}
		fmt.Fprint(w, `{"result":1000}`)
	})
	c := p.client(t, nil)
	call := func(ext string) error {
		return c.Callback(t.Context(), vpbx.CallbackRequest{
			CommandID: fresh().CommandID, From: vpbx.Caller{Extension: ext}, ToNumber: "79161234567",
		})
	}
	if err := call("101"); err != nil {
		t.Fatalf("Callback of 101: %v", err)
	}
	c.Vouch("extension:102")
	if err := call("999"); !errors.Is(err, text.New(text.PBXError)) {
		t.Fatalf("Callback of 999: %v, want pbx_error", err)
	}
	for ext, want := range map[string]error{"101": nil, "102": nil, "103": text.New(text.APIPaused), "999": text.New(text.APIPaused)} {
		if err := call(ext); !errors.Is(err, want) {
			t.Errorf("Callback of %s within the window: %v, want %v", ext, err, want)
		}
	}
	if s := c.Guard(); s.WindowUntil.IsZero() || s.Counters.Wrong != 1 {
		t.Errorf("Guard() = %+v, want an open window and one wrong request", s)
	}
}

// TestDoubtOfCalls: callers who hang up calls that the PBX does not know get it
// to say so once (3310), not twice, while calls that it told of can be ended.
func TestDoubtOfCalls(t *testing.T) {
	t.Parallel()
	p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Form.Get("json"), `"gone`) {
			fmt.Fprint(w, `{"result":3310}`)
			return
		}
		fmt.Fprint(w, `{"result":1000}`)
	})
	c := p.client(t, nil)
	c.Vouch("call:live", "extension:101", "dial:101", "dial:102")
	transfer := func(call string) error {
		return c.Transfer(t.Context(), vpbx.TransferRequest{
			CommandID: fresh().CommandID, CallID: call, Method: vpbx.TransferBlind, ToNumber: "102", Initiator: "101",
		})
	}
	if err := transfer("gone"); !errors.Is(err, text.New(text.PBXError)) {
		t.Fatalf("Transfer of an unknown call: %v, want pbx_error", err)
	}
	for i := range 3 {
		err := c.Hangup(t.Context(), vpbx.HangupRequest{CommandID: fresh().CommandID, CallID: fmt.Sprintf("gone%d", i)})
		if !errors.Is(err, text.New(text.APIPaused)) {
			t.Errorf("Hangup of another unknown call: %v, want api_paused", err)
		}
	}
	if err := c.Hangup(t.Context(), vpbx.HangupRequest{CommandID: fresh().CommandID, CallID: "live"}); err != nil {
		t.Errorf("Hangup of a call that was vouched for: %v", err)
	}
	// Not the employees of the transfer are to blame, but its call.
	if err := transfer("live"); err != nil {
		t.Errorf("Transfer of a call that was vouched for: %v", err)
	}
	if n := c.Guard().Counters.Wrong; n != 1 {
		t.Errorf("the PBX saw %d wrong requests, want 1", n)
	}
}

// TestPostedRefusal: a 3xxx that is posted later is one of those that count, for
// a command of ours and once.
func TestPostedRefusal(t *testing.T) {
	t.Parallel()
	p := start(t, nil, ok)
	c := p.client(t, nil)
	c.Vouch("call:live")
	end := func(call string) (string, error) {
		id := fresh().CommandID
		return id, c.Hangup(t.Context(), vpbx.HangupRequest{CommandID: id, CallID: call})
	}
	id, err := end("live")
	if err != nil {
		t.Fatalf("Hangup: %v", err)
	}
	for _, row := range []struct {
		id     string
		result int
		want   uint64
	}{{id, 1000, 0}, {id, 4101, 0}, {"stranger", 3310, 0}, {id, 3310, 1}, {id, 3310, 1}} {
		c.Posted(row.id, row.result)
		if s := c.Guard(); s.Counters.Wrong != row.want || s.WindowUntil.IsZero() != (row.want == 0) {
			t.Errorf("after Posted(%s, %d): %+v, want %d wrong and a window accordingly", row.id, row.result, s, row.want)
		}
	}
	if _, err := end("live"); !errors.Is(err, text.New(text.APIPaused)) {
		t.Errorf("Hangup of the call that the PBX does not know: %v, want api_paused", err)
	}
	if _, err := end(hangup.CallID); err != nil {
		t.Errorf("Hangup of a call without doubt: %v", err)
	}
}

// TestListsProve: what a list of the PBX names is without doubt, also in the
// window that a wrong request opened.
func TestListsProve(t *testing.T) {
	t.Parallel()
	p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/users/request"):
			fmt.Fprint(w, `{"users":[{"general":{"user_id":1},"telephony":{"extension":"101"}},{"general":{},"telephony":{}}]}`)
		case strings.Contains(r.Form.Get("json"), `"999"`):
			fmt.Fprint(w, `{"result":3330}`)
		default:
			fmt.Fprint(w, `{"result":1000}`)
		}
	})
	c := p.client(t, nil)
	call := func(ext string) error {
		return c.Callback(t.Context(), vpbx.CallbackRequest{
			CommandID: fresh().CommandID, From: vpbx.Caller{Extension: ext}, ToNumber: "79161234567",
		})
	}
	if _, err := c.Users(t.Context(), vpbx.UsersRequest{}); err != nil {
		t.Fatalf("Users: %v", err)
	}
	if err := call("999"); !errors.Is(err, text.New(text.PBXError)) {
		t.Fatalf("Callback of 999: %v, want pbx_error", err)
	}
	for ext, want := range map[string]error{"101": nil, "102": text.New(text.APIPaused)} {
		if err := call(ext); !errors.Is(err, want) {
			t.Errorf("Callback of %s within the window: %v, want %v", ext, err, want)
		}
	}
}

// Of a batch, the element that the PBX has not is to blame, and no other.
func TestDoubtOfABatch(t *testing.T) {
	t.Parallel()
	wrong := true
	p := start(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		if wrong {
			fmt.Fprint(w, `{"result":[1000,3300],"data":[{"group_id":"1","group_name":"a"}]}`)
			return
		}
		fmt.Fprint(w, `{"result":[1000],"data":[{"group_id":"1","group_name":"a"}]}`)
	})
	c := p.client(t, nil)
	update := func(ids ...string) error {
		var r vpbx.UpdateContactGroupsRequest
		for _, id := range ids {
			r.Data = append(r.Data, vpbx.ContactGroupName{GroupID: id, GroupName: "a"})
		}
		_, err := c.UpdateContactGroups(t.Context(), r)
		return err
	}
	wrong = false
	if err := errors.Join(update("1"), update("2")); err != nil {
		t.Fatalf("UpdateContactGroups of 1 and of 2: %v", err)
	}
	wrong = true
	if err := update("1", "2"); !errors.Is(err, text.New(text.PBXError)) {
		t.Fatalf("UpdateContactGroups of 1 and 2: %v, want pbx_error", err)
	}
	wrong = false
	for id, want := range map[string]error{"1": nil, "2": text.New(text.APIPaused)} {
		if err := update(id); !errors.Is(err, want) {
			t.Errorf("UpdateContactGroups of %s within the window: %v, want %v", id, err, want)
		}
	}
}

// A wrong answer is logged as it came, without what would let a reader sign.
func TestWrongAnswersAreLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<html>oops %s %s`, r.Form.Get("sign"), r.Form.Get("vpbx_api_key"))
	})
	c := p.client(t, func(cfg *vpbx.Config) { cfg.Log = zerolog.New(&log) })
	if err := c.Hangup(t.Context(), fresh()); !errors.Is(err, text.New(text.BadAnswer)) {
		t.Fatalf("Hangup: %v, want bad_answer", err)
	}
	form := p.requests()[0].Form
	for _, secret := range []string{form.Get("sign"), credentials.Key, "very-secret-salt"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log tells %q: %s", secret, log.String())
		}
	}
	if !strings.Contains(log.String(), "oops *** ***") {
		t.Errorf("the log has no answer: %s", log.String())
	}
}
