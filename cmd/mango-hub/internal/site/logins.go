package site

import (
	"crypto/rand"
	"errors"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"mangoofficesdk/cmd/mango-hub/internal/front"
)

const (
	cookieName = "mango_hub"
	// loginLife is a working day.
	loginLife = 12 * time.Hour
	maxLogins = 1000
	// An address may be wrong freeTries times, then it waits, twice as long
	// each time.
	freeTries  = 5
	firstPause = 5 * time.Second
	maxPause   = 15 * time.Minute
	// All addresses together: a flood of wrong tokens from everywhere.
	maxWrongAddresses = 10000
)

var errToken = errors.New("site: no such token, or without the right")

// tooSoon tells how long an address has to wait.
type tooSoon struct{ wait time.Duration }

func (e *tooSoon) Error() string { return "site: too many wrong tokens" }

func (e *tooSoon) seconds() string { return strconv.Itoa(int(math.Ceil(e.wait.Seconds()))) }

// logins are the browsers that showed a token, and the addresses that showed
// wrong ones.
type logins struct {
	cfg Config

	mu    sync.Mutex
	byID  map[string]loggedIn
	wrong map[netip.Addr]wrong
}

type loggedIn struct {
	token string
	until time.Time
}

type wrong struct {
	tries int
	until time.Time // no further try before
}

func (l *logins) init(cfg Config) {
	l.cfg, l.byID, l.wrong = cfg, map[string]loggedIn{}, map[netip.Addr]wrong{}
}

// token checks a token that somebody at from shows.
func (l *logins) token(from netip.Addr, token string) error {
	from = front.Subscriber(from)
	now := l.cfg.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.wrong[from]
	if now.Before(w.until) {
		return &tooSoon{w.until.Sub(now)}
	}
	if token != "" {
		if _, ok := l.cfg.Lookup(token); ok {
			delete(l.wrong, from)
			return nil
		}
	}
	if len(l.wrong) >= maxWrongAddresses {
		clear(l.wrong)
	}
	if w.tries++; w.tries >= freeTries {
		w.until = now.Add(min(firstPause<<min(w.tries-freeTries, 10), maxPause))
	}
	l.wrong[from] = w
	return errToken
}

// open begins a login.
func (l *logins) open(token string, secure bool) *http.Cookie {
	now := l.cfg.Now()
	id := rand.Text()
	l.mu.Lock()
	defer l.mu.Unlock()
	for old, x := range l.byID {
		if !now.Before(x.until) {
			delete(l.byID, old)
		}
	}
	if len(l.byID) >= maxLogins {
		clear(l.byID) // nobody has a thousand administrators
	}
	l.byID[id] = loggedIn{token, now.Add(loginLife)}
	return cookie(id, int(loginLife.Seconds()), secure)
}

func cookie(value string, age int, secure bool) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode,
	}
}

// who is logged in, if r comes with a login whose token still is one: revoking it
// ends the login.
func (l *logins) who(r *http.Request) (Who, bool) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return Who{}, false
	}
	l.mu.Lock()
	x, ok := l.byID[c.Value]
	l.mu.Unlock()
	if !ok || !l.cfg.Now().Before(x.until) {
		return Who{}, false
	}
	return l.cfg.Lookup(x.token)
}

// end ends the login that r comes with.
func (l *logins) end(r *http.Request, secure bool) *http.Cookie {
	if c, err := r.Cookie(cookieName); err == nil {
		l.mu.Lock()
		delete(l.byID, c.Value)
		l.mu.Unlock()
	}
	return cookie("", -1, secure)
}
