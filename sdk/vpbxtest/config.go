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
	"mangoofficesdk/sdk/vpbxtest/internal/company"
	"mangoofficesdk/sdk/vpbxtest/internal/tracking"
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
	// Stepped makes a clock that stands: only Step moves it. Speed is not read.
	Stepped bool
	// Epoch is the first moment of the PBX's clock; zero = now. Ids grow from
	// it, so a fixed Epoch makes them repeat.
	Epoch time.Time
	// Seed of all that is random here: faults, groups that ring at random.
	Seed uint64

	Style     Style
	Faults    Faults
	Behaviour Behaviour
	// Clients are outside numbers that act in a way of their own when they are
	// called, whatever Behaviour.ClientDoes says.
	Clients map[string]Outcome

	// Employees, Lines and Groups of the company; all three empty = Company().
	// Trunks, roles and so on are the same in every company, and a rule of the
	// first employee leads to the second (deleting him: 5227).
	Employees []Employee
	Lines     []Line
	Groups    []Group
	// Schemes of call distribution: the calls of all lines go by the first,
	// until schema/set says otherwise. None = one with a menu that leads to the
	// first group (deleting it: 5202), and one that ends the call.
	Schemes []Scheme
	// Visitors are on the site that call tracking watches; nil = one, to whom
	// 74951112233 is shown. A call to that number is one of his (dct.type 1).
	Visitors []Visitor
	// StaticNumbers are those of static call tracking: they lead to the first
	// line, and nobody is known of their callers.
	StaticNumbers []string
	// WhiteList: only callers of the white list may call, as the web account can
	// say; else the black list is at work.
	WhiteList bool
	// NoServiceChanges: the tick "may change services by the API" of the web
	// account is off; such methods answer 5201 (document §2.3).
	NoServiceChanges bool

	// KeepCalls is how many calls statistics remember; 0 = 10,000. When there are
	// more, the older half goes.
	KeepCalls int

	// NoRateLimits and NoQuota switch the two guards of the API off
	// (document §1.4.2 and §1.4.1).
	NoRateLimits bool
	NoQuota      bool
	// Now is the clock of both guards and of what the API keeps; nil = time.Now,
	// or the clock of the calls when that is Stepped. Step moves it too.
	Now func() time.Time

	// Observe is told of every notification delivered and every request
	// answered, one at a time. It must not call the PBX.
	Observe func(Activity)
	Log     zerolog.Logger
}

// Style chooses among the forms in which PBXs were seen to speak.
type Style struct {
	// Parallel posts up to three notifications at a time, as the PBX does;
	// without it one is answered before the next is sent.
	Parallel bool `json:"parallel"`
	// Old420 answers wrong requests with HTTP 420 and {"code":N} (2017).
	Old420 bool `json:"old_420"`
	// TimeOffset is added to the times told: the documents disagree whether
	// they are UTC or UTC+3.
	TimeOffset time.Duration `json:"time_offset"`
	// LostLeg is the disconnect reason of the ringing legs that lose when a
	// colleague answers; 0 = 1182, picked up by another operator (inferred).
	LostLeg int `json:"lost_leg"`
	// Recording records every employee who talks, as the settings of an
	// employee can ask for; without it only a command begins a recording.
	Recording bool `json:"recording"`
	// Tagging follows record/added with record/tagged, as speech analytics do.
	Tagging bool `json:"tagging"`
	// NoSpeech: the company has no speech analytics; its methods answer 3128.
	NoSpeech bool `json:"no_speech"`
}

// Employee, Line and Group describe the company; the API changes them later.
// Scheme, Hours and Branch are how calls are led.
type (
	Employee = company.Employee
	Line     = company.Line
	Group    = company.Group
	Scheme   = company.Scheme
	Hours    = company.Hours
	Branch   = company.Branch
)

// Visitor and what belongs to one describe whom call tracking knows.
type (
	Visitor         = tracking.Visitor
	VisitorLocation = tracking.Location
	VisitorChannel  = tracking.Channel
	VisitorPage     = tracking.Page
)

// Company is who works here when Config names nobody.
func Company() (employees []Employee, lines []Line, groups []Group) { return company.Default() }

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
	if err := c.Faults.Check(); err != nil {
		return err
	}
	if err := c.Behaviour.check(); err != nil {
		return err
	}
	for number, does := range c.Clients {
		if _, ok := outcomes[does]; !ok {
			return fmt.Errorf("vpbxtest: client %s: unknown outcome %q", number, does)
		}
	}
	for _, w := range c.Employees {
		if _, ok := outcomes[w.Does]; !ok {
			return fmt.Errorf("vpbxtest: employee %s: unknown outcome %q", w.Extension, w.Does)
		}
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Visitors == nil {
		c.Visitors = tracking.Default()
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
