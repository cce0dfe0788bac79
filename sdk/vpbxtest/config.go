package vpbxtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/rs/zerolog"

	"mangoofficesdk/sdk/sign"
)

// Config describes one PBX. The zero value of every field but Credentials has
// a meaning, so that a test names only what it is about.
type Config struct {
	Credentials sign.Credentials

	// Target is the base URL of the listener; notifications go to
	// Target + "/events/call" and so on. Empty: nothing is posted until
	// SetTarget. It may carry a path.
	Target string
	// TargetRoots verify an https Target; nil = the system's. The PBX speaks
	// TLS 1.2 only, in this direction too.
	TargetRoots *x509.CertPool
	// Post replaces HTTP: tests of the call machine hand it a function. It
	// gets the path and the three form fields and returns the HTTP status.
	Post func(ctx context.Context, path string, form url.Values) (status int, err error)

	// Listen is where Start serves the API; "" = 127.0.0.1 and a free port.
	Listen string
	// TLS makes Start serve https, TLS 1.2 only. Without Certificate a
	// self-signed one is made; Roots then returns a pool that trusts it.
	TLS         bool
	Certificate *tls.Certificate

	// Speed of the PBX's clock: 1 = real time, 10 = ten times faster, 0 = as
	// fast as the listener answers.
	Speed float64
	// Epoch is the first moment of the PBX's clock; zero = now. Ids grow from
	// it, so a fixed Epoch makes them repeat.
	Epoch time.Time
	// Seed of all that is random here: faults, shuffling, duplicates.
	Seed uint64

	Style     Style
	Faults    Faults
	Behaviour Behaviour

	// Employees, Lines and Groups of the company; all three empty = Company().
	Employees []Employee
	Lines     []Line
	Groups    []Group

	// NoRateLimits and NoQuota switch the two guards of the API off
	// (document §1.4.2 and §1.4.1).
	NoRateLimits bool
	NoQuota      bool
	// Now is the clock of both guards; nil = time.Now.
	Now func() time.Time

	// Observe is told of every notification delivered and every request
	// answered, one at a time. It must not call the PBX.
	Observe func(Activity)
	Log     zerolog.Logger
}

// Style chooses among the forms in which PBXs were seen to speak.
type Style struct {
	// TextNumbers writes seq, times and codes as texts, as the traces of the
	// document of 2017 do.
	TextNumbers bool `json:"text_numbers"`
	// V2 adds transfer, was_transferred and hold_initiator (API v.2).
	V2 bool `json:"v2"`
	// Parallel posts up to three notifications at a time, as the PBX does;
	// without it one is answered before the next is sent.
	Parallel bool `json:"parallel"`
	// Shuffle delays notifications at random, so that they arrive out of order.
	Shuffle bool `json:"shuffle"`
	// Duplicate posts every notification twice.
	Duplicate bool `json:"duplicate"`
	// Old420 answers wrong requests with HTTP 420 and {"code":N} (2017).
	Old420 bool `json:"old_420"`
	// TimeOffset is added to the times told: the documents disagree whether
	// they are UTC or UTC+3.
	TimeOffset time.Duration `json:"time_offset"`
	// LostLeg is the disconnect reason of the ringing legs that lose when a
	// colleague answers; 0 = 1182, picked up by another operator (inferred).
	LostLeg int `json:"lost_leg"`
}

// Faults are what goes wrong on the way. Shares are between 0 and 1.
type Faults struct {
	Drop        float64       `json:"drop"`         // share of notifications never posted
	Delay       time.Duration `json:"delay"`        // notifications wait up to this long (PBX time)
	API500      float64       `json:"api_500"`      // share of API requests answered with HTTP 500
	APISlow     time.Duration `json:"api_slow"`     // real time before every answer of the API
	APITruncate float64       `json:"api_truncate"` // share of answers cut in the middle
	TLS13Only   bool          `json:"tls13_only"`   // the API refuses TLS 1.2 (read by Start)
}

// Employee of the company.
type Employee struct {
	Extension  string `json:"extension"` // short number, kept as text: "0511" is one
	Name       string `json:"name"`
	Number     string `json:"number"`  // the device that rings, as events name it: "sip:ivanov@example.mangosip.ru"
	UserID     int64  `json:"user_id"` // general.user_id; 0 = given out from 300049001 on
	Email      string `json:"email"`
	Department string `json:"department"`
	Position   string `json:"position"`
	Mobile     string `json:"mobile"`
	Line       string `json:"line"` // outgoing line; "" = the first line of the company
	// Does overrides Behaviour.EmployeeDoes for this employee; "" = no.
	Does Outcome `json:"does"`
}

// Line is an incoming (and outgoing) number of the company.
type Line struct {
	ID     int64  `json:"id"`
	Number string `json:"number"` // DID digits or "sip:line@vpbx…"
	Name   string `json:"name"`   // commands name a SIP line by this
}

// Group of employees.
type Group struct {
	ID        int64    `json:"id"`
	Name      string   `json:"name"`
	Extension string   `json:"extension"` // short number; events carry it as acd_group
	Members   []string `json:"members"`   // extensions
}

// Company is who works here when Config names nobody: three employees, one
// group, one line. The people and numbers are those of testdata/traces.
func Company() (employees []Employee, lines []Line, groups []Group) {
	employees = []Employee{
		{Extension: "101", Name: "Иванов Иван", Number: "sip:ivanov@example.mangosip.ru", Email: "ivanov@example.com", Department: "Отдел продаж", Position: "Менеджер", UserID: 300049012},
		{Extension: "102", Name: "Петров Пётр", Number: "sip:petrov@example.mangosip.ru", Email: "petrov@example.com", Department: "Отдел продаж", Position: "Менеджер", UserID: 300049013},
		{Extension: "103", Name: "Сидорова Анна", Number: "sip:sidorova@example.mangosip.ru", Email: "sidorova@example.com", Department: "Бухгалтерия", Position: "Бухгалтер", UserID: 300049014},
	}
	lines = []Line{{ID: 300029114, Number: "74951234567", Name: "Основная"}}
	groups = []Group{{ID: 10051250, Name: "Отдел продаж", Extension: "300", Members: []string{"101", "102", "103"}}}
	return employees, lines, groups
}

func (c *Config) fill() error {
	if c.Credentials.Key == "" {
		return errors.New("vpbxtest: Config.Credentials.Key is empty")
	}
	if c.Speed < 0 {
		return fmt.Errorf("vpbxtest: Config.Speed is %v, want 0 or more", c.Speed)
	}
	if err := checkTarget(c.Target); err != nil {
		return err
	}
	if err := c.Behaviour.check(); err != nil {
		return err
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Epoch.IsZero() {
		c.Epoch = time.Now()
	}
	if c.Style.LostLeg == 0 {
		c.Style.LostLeg = reasonPickedUp
	}
	if len(c.Employees)+len(c.Lines)+len(c.Groups) == 0 {
		c.Employees, c.Lines, c.Groups = Company()
	}
	return nil
}

func checkTarget(target string) error {
	if target == "" {
		return nil
	}
	u, err := url.Parse(target)
	if err != nil {
		return fmt.Errorf("vpbxtest: target: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("vpbxtest: target %q is not an http or https address", target)
	}
	return nil
}
