package history_test

import (
	"testing"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/text"
)

// R60: a call without a recording says why, in both languages.
func TestWhyThereIsNoRecording(t *testing.T) {
	t.Parallel()
	ended := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	talk := func(change func(*history.Call)) history.Call {
		c := history.Call{EntryID: "e", CallSummaryBody: engine.CallSummaryBody{
			Started: ended.Add(-time.Minute), TalkStarted: ended.Add(-50 * time.Second), Ended: ended, Status: engine.AcceptedOK,
		}}
		if change != nil {
			change(&c)
		}
		return c
	}
	const later = time.Hour
	for name, row := range map[string]struct {
		call  history.Call
		after time.Duration
		want  text.Code
	}{
		"not answered":          {talk(func(c *history.Call) { c.TalkStarted = time.Time{} }), later, text.RecordingNoTalk},
		"recording is off":      {talk(nil), later, text.RecordingOff},
		"just over":             {talk(nil), time.Minute, text.RecordingPreparing},
		"told by statistics":    {talk(func(c *history.Call) { c.Recovered = true }), 10 * time.Minute, text.RecordingPreparing},
		"of statistics, later":  {talk(func(c *history.Call) { c.Recovered = true }), later, text.RecordingOff},
		"too short":             {talk(func(c *history.Call) { c.Unrecorded = 4002 }), time.Second, text.RecordingTooShort},
		"without the service":   {talk(func(c *history.Call) { c.Unrecorded = 2230 }), time.Second, text.RecordingService},
		"went by mail":          {talk(func(c *history.Call) { c.Unrecorded = history.MailedOnly }), later, text.RecordingMailed},
		"the call is not known": {history.Call{EntryID: "e", Unrecorded: 4002}, later, text.RecordingAbsent},
	} {
		got := row.call.NoRecording(ended.Add(row.after))
		if got != row.want {
			t.Errorf("%s: NoRecording() = %s, want %s", name, got, row.want)
		}
		if m := text.Lookup(got); m.Text(text.RU) == "" || m.Text(text.EN) == "" || m.Text(text.RU) == m.Text(text.EN) {
			t.Errorf("%s: the texts of %s are %q and %q, want both languages", name, got, m.Text(text.RU), m.Text(text.EN))
		}
	}
	c := talk(nil)
	if got := c.LostRecording(ended.Add(time.Minute)); got != text.RecordingPreparing {
		t.Errorf("LostRecording() after a minute = %s, want recording_preparing", got)
	}
	if got := c.LostRecording(ended.Add(later)); got != text.RecordingGone {
		t.Errorf("LostRecording() after an hour = %s, want recording_gone", got)
	}
}
