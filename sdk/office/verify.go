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
	// usersEvery is how often config/users/request may be asked (§1.4.2).
	usersEvery = 2 * time.Second
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
	if !group.Sleep(ctx, tooEarly(o.cfg.Now(), o.cfg.UsersRead)) {
		return
	}
	for ctx.Err() == nil {
		employees, err := o.client.Users(ctx, vpbx.UsersRequest{})
		o.usersRead.Store(new(o.cfg.Now()))
		if ctx.Err() != nil {
			return
		}
		o.ops.Purge()
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

// tooEarly is how long the employees must not be asked for after they were at
// last. A clock that was set back does not make it longer.
func tooEarly(now, last time.Time) time.Duration {
	return min(max(0, usersEvery-now.Sub(last)), usersEvery)
}

// UsersRead is when the office last asked for the employees: what the next one
// of this key should get as Config.UsersRead. Config's own when it never did.
func (o *Office) UsersRead() time.Time {
	if at := o.usersRead.Load(); at != nil {
		return *at
	}
	return o.cfg.UsersRead
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
		e, ok := errors.AsType[*vpbx.Error](err)
		if ok && e.Sent {
			wait = max(wait, usersEvery, e.RetryAfter)
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
	known := make([]Employee, 0, len(employees))
	extensions := map[string]bool{}
	for _, e := range employees {
		known = append(known, employee(e))
		if e.Telephony.Extension == "" {
			continue
		}
		last := known[len(known)-1]
		extensions[last.Extension] = true
		list = append(list, engine.Employee{Extension: last.Extension, Name: last.Name, UserID: last.UserID})
	}
	o.employees.Store(&known)
	o.extensions.Store(&extensions)
	o.stats.employees.Store(int64(len(employees)))
	_ = o.do(o.grp.Context(), func(l *loop) { l.step(engine.Employees{List: list}) }) // fails when stopping
}

// setState changes the state of the connection and tells every session.
func (o *Office) setState(s State, why *text.Error) {
	_ = o.do(o.grp.Context(), func(l *loop) { l.setState(s, why) }) // fails when stopping
}
