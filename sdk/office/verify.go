package office

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// Times of the known-good read.
const (
	retryMin = 500 * time.Millisecond
	retryMax = 30 * time.Second
	// refreshEvery renews the employees and notices a key that was withdrawn.
	refreshEvery = 15 * time.Minute
	// pauseTime is longer than the two minutes for which the PBX closes the
	// API after wrong requests, ours or another integration's (§1.4.1): a
	// request within them might be counted again.
	pauseTime = 130 * time.Second
	// wrongRequest is the class of results that count against that quota (§18).
	wrongRequest = 3
)

// verify reads the employees, which a good key always may: it tells whether
// the key is right, and fills the cache. It goes on for the life of the office.
func (o *Office) verify(ctx context.Context) {
	retry := &backoff.ExponentialBackOff{
		InitialInterval: retryMin, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: retryMax,
	}
	retry.Reset()
	for ctx.Err() == nil {
		employees, err := o.client.Users(ctx, vpbx.UsersRequest{})
		if ctx.Err() != nil {
			return
		}
		wait := refreshEvery
		if err == nil {
			retry.Reset()
			o.know(employees)
			o.setState(Registered, nil)
		} else {
			wait = o.verifyFailed(err, retry)
		}
		if !group.Sleep(ctx, wait) {
			return
		}
	}
}

// verifyFailed sets the state and says when to ask again.
func (o *Office) verifyFailed(err error, retry *backoff.ExponentialBackOff) time.Duration {
	why := text.From(err)
	o.stats.fail(why.Code)
	o.cfg.Log.Warn().Err(err).Str("code", string(why.Code)).Msg("the PBX was not verified")
	wait := min(retry.NextBackOff(), retryMax)
	switch why.Code {
	case text.KeyRefused:
		o.setState(Refused, why)
		return pauseTime
	case text.APIPaused:
		wait = pauseTime
	default:
		// The PBX was reached or not, the key is neither proven nor refused.
		// config/users/request may be asked once in two seconds (§1.4.2).
		e, ok := errors.AsType[*vpbx.Error](err)
		if ok && e.Sent {
			wait = max(wait, 2*time.Second, e.RetryAfter)
		}
		if ok && e.Result/1000 == wrongRequest {
			wait = pauseTime // the next one would close the API for everybody
		}
	}
	o.setState(Connected, why)
	return wait
}

func (o *Office) know(employees []vpbx.Employee) {
	list := make([]engine.Employee, 0, len(employees))
	claims := make([]string, 0, len(employees))
	for _, e := range employees {
		if e.Telephony.Extension != "" {
			list = append(list, engine.Employee{Extension: e.Telephony.Extension, Name: e.General.Name})
			claims = append(claims, "extension:"+e.Telephony.Extension, "dial:"+e.Telephony.Extension)
		}
	}
	o.client.Vouch(claims...) // commands on their behalf are not doubtful
	o.stats.employees.Store(int64(len(employees)))
	_ = o.do(o.grp.Context(), func(l *loop) { l.step(engine.Employees{List: list}) }) // fails when stopping
}

// setState changes the state of the connection and tells every session.
func (o *Office) setState(s State, why *text.Error) {
	_ = o.do(o.grp.Context(), func(l *loop) { l.setState(s, why) }) // fails when stopping
}
