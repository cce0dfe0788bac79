package vpbxtest

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Request is one API request and its answer.
type Request struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	JSON   string          `json:"json"` // as sent; "" when there was none
	At     time.Time       `json:"at"`   // real time
	Status int             `json:"status"`
	Answer json.RawMessage `json:"answer,omitempty"`
	Fault  string          `json:"fault,omitempty"` // what was done to the answer on purpose
}

// answer is what a method gives: data, or a code other than 1000.
type answer struct {
	status int // 0 = 200
	code   int // result; 0 = none is printed
	body   any
	known  bool // the request carried our key
	count  func(*Stats)
}

func refuse(code int) answer { return answer{code: code} }

// yii is the body of HTTP-level refusals (document §1.4.2 prints it for 429;
// for 401 it is inferred).
type yii struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Code    int    `json:"code"`
	Status  int    `json:"status"`
}

var (
	unauthorized = answer{status: http.StatusUnauthorized, body: yii{"Unauthorized", "Your request was made with invalid credentials.", 0, 401},
		count: func(s *Stats) { s.Locked++ }}
	limited = answer{status: http.StatusTooManyRequests, body: yii{"Service Unavailable", "Rate limit exceeded.", 0, 429},
		count: func(s *Stats) { s.Limited++ }}
	failed = answer{status: http.StatusInternalServerError, body: yii{"Internal Server Error", "An internal server error occurred.", 0, 500}}
)

// method is an API method: json is a valid JSON object.
type method func(p *PBX, json []byte) answer

var methods = map[string]method{
	"/vpbx/commands/callback":    (*PBX).apiCallback,
	"/vpbx/commands/call/hangup": (*PBX).apiHangup,
	"/vpbx/commands/route":       (*PBX).apiRoute,
	"/vpbx/config/users/request": (*PBX).apiUsers,
	"/vpbx/account/balance":      (*PBX).apiBalance,
}

func (p *PBX) serveAPI(w http.ResponseWriter, r *http.Request) {
	// A trailing slash is printed for some methods and not for others.
	path := strings.TrimSuffix(r.URL.Path, "/")
	if !strings.HasPrefix(path, "/vpbx/") && !strings.HasPrefix(path, "/cc/") && !strings.HasPrefix(path, "/s2t/") {
		http.NotFound(w, r)
		return
	}
	q := Request{Method: r.Method, Path: path, At: time.Now()}
	slow, fail, cut := p.apiFaults.roll()
	if slow > 0 {
		select {
		case <-time.After(slow):
		case <-r.Context().Done():
		}
	}
	a := failed
	if fail {
		q.Fault = "HTTP 500"
	} else {
		var env envelope
		env, a = p.decide(w, r, path)
		q.JSON = env.json
		a = p.weigh(a)
	}
	p.write(w, q, a, cut)
}

// decide checks a request in the order in which a wrong one is told apart, and
// runs its method.
func (p *PBX) decide(w http.ResponseWriter, r *http.Request, path string) (envelope, answer) {
	if r.Method != http.MethodPost {
		return envelope{}, refuse(codeNotPOST)
	}
	env, err := readEnvelope(w, r)
	switch {
	case errors.Is(err, errTooBig):
		return env, answer{status: http.StatusRequestEntityTooLarge}
	case err != nil:
		return env, refuse(codeWrongParam)
	case !env.hasKey || env.key == "":
		return env, refuse(codeMissing)
	case env.key != p.cfg.Credentials.Key, p.guard.locks():
		return env, unauthorized
	case p.guard.over(path):
		return env, limited
	}
	if code := env.code(p.cfg.Credentials.VerifyJSON); code != 0 {
		return env, answer{code: code, known: true}
	}
	run, ok := methods[path]
	if !ok {
		return env, answer{code: codeUnsupported, known: true, count: func(s *Stats) { s.Unimplemented++ }}
	}
	a := run(p, []byte(env.json))
	a.known = true
	return env, a
}

// weigh holds a wrong request against the product.
func (p *PBX) weigh(a answer) answer {
	if a.code < 3000 || a.code > 3999 {
		return a
	}
	if a.known && p.guard.wrong() {
		return unauthorized
	}
	a.count = func(s *Stats) { s.Wrong++ }
	return a
}

// status420 is "Method Failure", how PBXs of 2017 said that data were wrong.
const status420 = 420

func (p *PBX) write(w http.ResponseWriter, q Request, a answer, cut bool) {
	q.Status = a.status
	switch {
	case a.body != nil:
		q.Answer = marshal(a.body)
	case a.code != 0 && a.code != codeDone && p.cfg.Style.Old420:
		q.Status, q.Answer = status420, marshal(map[string]number{"code": p.num(int64(a.code))})
	case a.code != 0:
		q.Answer = marshal(map[string]number{"result": p.num(int64(a.code))})
	}
	if q.Status == 0 {
		q.Status = http.StatusOK
	}
	if cut {
		q.Fault = "truncated"
	}
	if a.count == nil {
		a.count = func(*Stats) {}
	}
	p.rec.requested(q, a.count)
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("X-Uuid", rand.Text())
	w.Header().Set("Content-Length", strconv.Itoa(len(q.Answer)))
	w.WriteHeader(q.Status)
	if cut {
		// Less than announced, then the connection breaks.
		_, _ = w.Write(q.Answer[:len(q.Answer)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	if _, err := w.Write(q.Answer); err != nil {
		p.cfg.Log.Debug().Err(err).Str("path", q.Path).Msg("the answer was not read")
	}
}
