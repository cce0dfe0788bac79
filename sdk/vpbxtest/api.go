package vpbxtest

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
	"mangoofficesdk/sdk/vpbxtest/internal/book"
	"mangoofficesdk/sdk/vpbxtest/internal/uploads"
)

// Request is one API request and its answer.
type Request struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	JSON   string          `json:"json"` // as sent; "" when there was none
	At     time.Time       `json:"at"`   // real time
	Status int             `json:"status"`
	Answer json.RawMessage `json:"answer,omitempty"`
	Faults []string        `json:"faults,omitempty"` // what was done to it on purpose
}

// answer is what the PBX itself adds to the answer of a method.
type answer struct {
	api.Answer
	known bool // the request carried our key
	count func(*Stats)
}

func refuse(code int) answer { return answer{Answer: api.Refuse(code)} }

// yii is the body of HTTP-level refusals (document §1.4.2 prints it for 429;
// for 401 it is inferred).
type yii struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Code    int    `json:"code"`
	Status  int    `json:"status"`
}

var (
	unauthorized = answer{Answer: api.Answer{Status: http.StatusUnauthorized, Body: yii{"Unauthorized", "Your request was made with invalid credentials.", 0, 401}},
		count: func(s *Stats) { s.Locked++ }}
	limited = answer{Answer: api.Answer{Status: http.StatusTooManyRequests, Body: yii{"Service Unavailable", "Rate limit exceeded.", 0, 429}},
		count: func(s *Stats) { s.Limited++ }}
	// limitedCentre is how the contact centre says it (document §1.4.3).
	limitedCentre = answer{Answer: api.Refuse(5008), count: func(s *Stats) { s.Limited++ }}

	failed = answer{Answer: api.Answer{Status: http.StatusInternalServerError, Body: yii{"Internal Server Error", "An internal server error occurred.", 0, 500}}}
)

// routes lists the methods of every area by path.
func (p *PBX) routes() api.Table {
	contacts := book.New(book.Config{Employs: p.dir.Employs, Notify: p.notify, Now: p.cfg.Now})
	files := uploads.New(uploads.Config{
		Employs: p.dir.Employs, Notify: p.notifyLater, Now: p.cfg.Now,
		After: func(d time.Duration, fn func(time.Time)) { p.after(d, func() { fn(p.tl.now) }) },
	})
	desk := p.newCentre()
	all := api.Table{}
	for _, area := range []api.Table{
		p.liveMethods(), p.archive.Table(), p.forwards.Table(), p.tracking.Table(), files.Table(),
		p.dir.Table(), p.restrictions.Table(), contacts.Table(), p.dialling.Table(), desk.Table(),
	} {
		maps.Copy(all, area)
	}
	return all
}

// Methods lists the paths of the API that are answered, sorted; one that ends
// with "/" stands for all below it.
func (p *PBX) Methods() []string {
	all := maps.Clone(p.table)
	maps.Copy(all, p.gets)
	return slices.Sorted(maps.Keys(all))
}

// route finds the method of a path.
func route(table api.Table, path string) (api.Method, bool) {
	if m, ok := table[path]; ok {
		return m, true
	}
	for i := len(path); i > 0; i = strings.LastIndexByte(path[:i], '/') {
		if m, ok := table[path[:i]+"/"]; ok {
			return m, true
		}
	}
	return nil, false
}

func (p *PBX) serveAPI(w http.ResponseWriter, r *http.Request) {
	// A trailing slash is printed for some methods and not for others.
	path := strings.TrimSuffix(r.URL.Path, "/")
	if !strings.HasPrefix(path, "/vpbx/") && !strings.HasPrefix(path, "/cc/") && !strings.HasPrefix(path, "/s2t/") {
		http.NotFound(w, r)
		return
	}
	q := Request{Method: r.Method, Path: path, At: time.Now()}
	m := p.faults.request(path)
	q.Faults = m.names
	if m.slow > 0 {
		select {
		case <-time.After(m.slow):
		case <-r.Context().Done(): // which is not noticed while the body is not read
		case <-p.grp.Context().Done():
			return
		}
	}
	var a answer
	if m.instead != nil {
		a = *m.instead
	} else {
		var env envelope
		env, a = p.decide(w, r, path)
		q.JSON = env.json
		a = p.weigh(a)
	}
	p.write(w, q, a, m)
}

// tooMany is the answer to more requests than the limits allow.
func tooMany(path string) answer {
	if strings.HasPrefix(path, "/cc/") {
		return limitedCentre
	}
	return limited
}

// page is what a proxy on the way would answer.
var page = []byte("<html><head><title>Service unavailable</title></head><body>Please try again later.</body></html>\n")

// decide checks a request in the order in which a wrong one is told apart, and
// runs its method.
func (p *PBX) decide(w http.ResponseWriter, r *http.Request, path string) (envelope, answer) {
	if r.Method == http.MethodGet {
		// No envelope: what such a link carries is its own business.
		if run, ok := route(p.gets, path); ok {
			if p.guard.over(path) {
				return envelope{}, limited
			}
			escaped := strings.TrimSuffix(r.URL.EscapedPath(), "/")
			return envelope{}, answer{Answer: run(api.Query{Path: escaped, Header: r.Header})}
		}
	}
	if r.Method != http.MethodPost {
		return envelope{}, refuse(codeNotPOST)
	}
	env, err := readEnvelope(w, r)
	switch {
	case errors.Is(err, errTooBig):
		return env, answer{Answer: api.Empty(http.StatusRequestEntityTooLarge)}
	case err != nil:
		return env, refuse(codeWrongParam)
	case !env.hasKey || env.key == "":
		return env, refuse(codeMissing)
	case env.key != p.cfg.Credentials.Key, p.guard.locks():
		return env, unauthorized
	case p.guard.over(path):
		return env, tooMany(path)
	}
	if code := env.code(p.cfg.Credentials.VerifyJSON); code != 0 {
		return env, answer{Answer: api.Refuse(code), known: true}
	}
	run, ok := route(p.table, path)
	if !ok {
		return env, answer{Answer: api.Refuse(codeUnsupported), known: true, count: func(s *Stats) { s.Unimplemented++ }}
	}
	return env, answer{Answer: run(api.Query{JSON: []byte(env.json), Path: path, Files: env.files, Header: r.Header}), known: true}
}

// weigh holds a wrong request against the product.
func (p *PBX) weigh(a answer) answer {
	if a.Code < 3000 || a.Code > 3999 {
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

const jsonType = "application/json; charset=UTF-8"

// body is what goes over the wire.
func (p *PBX) body(a api.Answer) (body []byte, contentType string) {
	switch raw, plain := a.Body.([]byte); {
	case plain:
		return raw, cmp.Or(a.Type, jsonType)
	case a.Body != nil:
		return marshal(a.Body), jsonType
	case a.Code == 0:
		return nil, jsonType
	case a.Code != codeDone && p.cfg.Style.Old420:
		return marshal(map[string]number{"code": p.num(int64(a.Code))}), jsonType
	case a.Fields != nil:
		return marshal(map[string]any{"result": p.num(int64(a.Code)), "fields": a.Fields}), jsonType
	}
	return marshal(map[string]number{"result": p.num(int64(a.Code))}), jsonType
}

func (p *PBX) write(w http.ResponseWriter, q Request, a answer, m mishap) {
	q.Status = a.Status
	body, contentType := p.body(a.Answer)
	if m.garble {
		body, contentType = page, "text/html; charset=UTF-8"
		q.Status = http.StatusOK
	}
	if q.Answer = body; contentType != jsonType {
		q.Answer = marshal(string(body))
	}
	if a.Code != 0 && a.Code != codeDone && p.cfg.Style.Old420 && !m.garble {
		q.Status = status420
	}
	if q.Status == 0 {
		q.Status = http.StatusOK
	}
	if a.count == nil {
		a.count = func(*Stats) {}
	}
	p.rec.requested(q, a.count)
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Uuid", rand.Text())
	if skew := p.faults.skew(); skew != 0 {
		w.Header().Set("Date", p.cfg.Now().Add(skew).UTC().Format(http.TimeFormat))
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(q.Status)
	if m.cut {
		// Less than announced, then the connection breaks.
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	if _, err := w.Write(body); err != nil {
		p.cfg.Log.Debug().Err(err).Str("path", q.Path).Msg("the answer was not read")
	}
}
