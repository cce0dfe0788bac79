// Package check proves a connection, step by step, in words: key and salt by a
// signed read, the public address by the result of a command that the PBX posts
// to it. It spends one request that the PBX may call wrong.
package check

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

// Step is what was found out.
type Step struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	RU     string `json:"ru"` // what was done and found
	EN     string `json:"en"`
	FixRU  string `json:"fix_ru,omitempty"`
	FixEN  string `json:"fix_en,omitempty"`
	Detail string `json:"detail,omitempty"` // in English
}

// Config of Run.
type Config struct {
	Client  *vpbx.Client
	API     string        // its address
	Webhook string        // the address that was entered on the account page
	Wait    time.Duration // for the result; 0 = DefaultWait
	Results *Results
}

// DefaultWait is how long the result of the command is waited for: it comes
// within a second when it comes.
const DefaultWait = 20 * time.Second

// maxSkew is how far clocks may be apart: links to recordings live for minutes.
const maxSkew = time.Minute

// Run makes the steps, and stops at one without which the next makes no sense.
func Run(ctx context.Context, cfg Config, say func(Step)) {
	if cfg.Wait <= 0 {
		cfg.Wait = DefaultWait
	}
	if !tell(say, probe(ctx, cfg)) || !tell(say, signed(ctx, cfg)) {
		return
	}
	tell(say, clock(cfg))
	tell(say, posted(ctx, cfg))
}

func tell(say func(Step), s Step) bool {
	say(s)
	return s.OK
}

// failed makes a step of an error: its words are the table's.
func failed(s Step, err error) Step {
	e := text.From(err)
	ru, en := e.Rendered(text.RU), e.Rendered(text.EN)
	s.RU, s.EN, s.FixRU, s.FixEN = s.RU+": "+ru.Text, s.EN+": "+en.Text, ru.Remedy, en.Remedy
	s.Detail = err.Error()
	return s
}

func probe(ctx context.Context, cfg Config) Step {
	s := Step{Name: "tls", RU: "Соединение с API по TLS 1.2", EN: "Connection to the API by TLS 1.2"}
	if strings.HasPrefix(cfg.API, "http://") {
		s.RU, s.EN = "Соединение с API без TLS (эмулятор)", "Connection to the API without TLS (an emulator)"
	}
	started := time.Now()
	if err := cfg.Client.Probe(ctx); err != nil {
		return failed(s, err)
	}
	took := time.Since(started).Round(100 * time.Microsecond)
	s.OK, s.RU, s.EN = true, fmt.Sprintf("%s: есть, за %v", s.RU, took), fmt.Sprintf("%s: made in %v", s.EN, took)
	return s
}

func signed(ctx context.Context, cfg Config) Step {
	s := Step{Name: "key", RU: "Код АТС и подпись (чтение сотрудников)", EN: "Key and signature (reading the employees)"}
	list, err := cfg.Client.Users(ctx, vpbx.UsersRequest{})
	if err != nil {
		return failed(s, err)
	}
	s.OK, s.RU, s.EN = true, fmt.Sprintf("%s: верны, сотрудников %d", s.RU, len(list)), fmt.Sprintf("%s: right, %d employees", s.EN, len(list))
	return s
}

func clock(cfg Config) Step {
	s := Step{Name: "clock", RU: "Часы", EN: "Clock"}
	skew, known := cfg.Client.Skew()
	if !known {
		s.OK, s.RU, s.EN = true, "Часы: АТС не назвала времени", "Clock: the PBX did not tell the time"
		return s
	}
	skew = skew.Round(time.Second)
	s.OK = skew.Abs() <= maxSkew
	s.RU, s.EN = fmt.Sprintf("Часы: расхождение с АТС %v", skew), fmt.Sprintf("Clock: the PBX is ahead by %v", skew)
	if !s.OK {
		s.FixRU = "Включите синхронизацию времени (chrony, Служба времени Windows)"
		s.FixEN = "Turn on time synchronisation (chrony, the Windows time service)"
	}
	return s
}

// posted hangs up a call that does not exist. The PBX posts the result, 4101,
// to the public address: that it arrives proves the address, and that the
// listener took it, the signature of that direction.
func posted(ctx context.Context, cfg Config) Step {
	s := Step{Name: "webhook", RU: "Уведомления на " + cfg.Webhook, EN: "Notifications to " + cfg.Webhook}
	id := "check-" + strings.ToLower(rand.Text())
	came, forget := cfg.Results.expect(id)
	defer forget()
	if err := cfg.Client.Hangup(ctx, vpbx.HangupRequest{CommandID: id, CallID: id}); err != nil {
		if e, ok := errors.AsType[*vpbx.Error](err); !ok || e.Result == 0 {
			return failed(s, err)
		}
		// Refused at once, with a code: the result may still be posted.
	}
	ctx, cancel := context.WithTimeout(ctx, cfg.Wait)
	defer cancel()
	select {
	case got := <-came:
		s.OK = got.Status == http.StatusOK
		s.RU, s.EN = fmt.Sprintf("%s: пришло, код %d", s.RU, got.Result), fmt.Sprintf("%s: came, result %d", s.EN, got.Result)
		if !s.OK {
			s.RU, s.EN = fmt.Sprintf("%s: пришло и отклонено, HTTP %d", s.RU, got.Status), fmt.Sprintf("%s: came and was refused, HTTP %d", s.EN, got.Status)
			s.FixRU, s.FixEN = refusedRU[got.Status], refusedEN[got.Status]
		}
	case <-ctx.Done():
		s.RU += fmt.Sprintf(": за %v ничего не пришло", cfg.Wait)
		s.EN += fmt.Sprintf(": nothing came in %v", cfg.Wait)
		s.FixRU = "В личном кабинете АТС («Интеграции» — «API коннектор») должен быть введён этот адрес; он должен быть доступен из интернета " +
			"(порт проброшен, прокси передаёт POST без изменений, сертификат выдан общеизвестным центром)"
		s.FixEN = "This address must be entered on the account page of the PBX (API connector) and be reachable from the internet " +
			"(a forwarded port, a proxy that passes POST unchanged, a certificate of a public authority)"
	}
	return s
}

var (
	refusedRU = map[int]string{
		http.StatusForbidden:    "Адрес АТС не в http.allow_ips, или прокси не в http.trusted_proxies",
		http.StatusUnauthorized: "Ключ для создания подписи не тот, что в кабинете",
	}
	refusedEN = map[int]string{
		http.StatusForbidden:    "The address of the PBX is not in http.allow_ips, or the proxy not in http.trusted_proxies",
		http.StatusUnauthorized: "pbx.salt is not the one of the account page",
	}
)

// Result is a result of a command as it was posted.
type Result struct {
	Result int
	Status int // that it was answered with
}

// Results sees the results of commands on their way to the webhook.
type Results struct {
	mu      sync.Mutex
	waiting map[string]chan Result
}

func (r *Results) expect(id string) (came <-chan Result, forget func()) {
	ch := make(chan Result, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting == nil {
		r.waiting = map[string]chan Result{}
	}
	r.waiting[id] = ch
	return ch, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.waiting, id)
	}
}

func (r *Results) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.waiting) == 0
}
