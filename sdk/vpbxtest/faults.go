package vpbxtest

import (
	"fmt"
	"net/http"
)

// Faults are what goes wrong on purpose. The zero value is a PBX that works;
// Config.Faults is what it begins with, PBX.SetFaults changes it at any time.
// What is random in them follows Config.Seed.
type Faults struct {
	Notifications NotificationFaults `json:"notifications"`
	API           APIFaults          `json:"api"`
	// ClockSkew is how far the PBX's clock is ahead: it is added to the times
	// of notifications and to the Date header of the API.
	ClockSkew Seconds `json:"clock_skew"`
}

// NotificationFaults befall notifications on their way to the listener. A
// doubled one is two notifications to all faults that come after Double.
type NotificationFaults struct {
	Lose      When    `json:"lose"`       // never posted
	Double    When    `json:"double"`     // posted once more, up to three seconds later (PBX time)
	Delay     When    `json:"delay"`      // posted DelayBy later
	DelayBy   Seconds `json:"delay_by"`   // PBX time
	Reorder   When    `json:"reorder"`    // held back for up to three seconds (PBX time), so that later ones overtake it
	WrongSign When    `json:"wrong_sign"` // signed with another salt
	Cut       When    `json:"cut"`        // the connection closes in the middle of the body

	// TextNumbers writes seq, times and codes as texts (codes of the API too), as the traces of the
	// document of 2017 do.
	TextNumbers bool `json:"text_numbers"`
	// V2 adds transfer, was_transferred and hold_initiator (API v.2).
	V2 bool `json:"v2"`
}

// APIFaults befall requests of the API. The first of Fail and Limit that hits
// is the answer, and the request is not carried out; one whose answer is cut or
// garbled is.
type APIFaults struct {
	Slow   When    `json:"slow"`    // the answer waits for SlowBy
	SlowBy Seconds `json:"slow_by"` // real time
	Fail   When    `json:"fail"`    // HTTP FailWith
	// FailWith is 500 to 599; 0 = 500.
	FailWith int `json:"fail_with"`
	// Limit answers as if there were too many requests: HTTP 429, in the
	// contact centre {"result":5008} (document §1.4).
	Limit When `json:"limit"`
	// RetryAfter is told with a 429; 0 = not at all, as the document has it.
	RetryAfter Seconds `json:"retry_after"`
	Cut        When    `json:"cut"`    // half of the announced body, then the connection breaks
	Garble     When    `json:"garble"` // HTTP 200 with a page instead of JSON, as a proxy on the way would

	// TLS13Only: the API refuses TLS 1.2. Start reads it; later it has no effect.
	TLS13Only bool `json:"tls13_only"`
}

// When says which of those that pass a fault hits: a share of them, every n-th,
// the next ones. Given together, each of the three hits on its own account.
type When struct {
	Share float64 `json:"share,omitempty"` // 0 to 1, by the dice
	Every int     `json:"every,omitempty"` // each n-th, counted from SetFaults
	Next  int     `json:"next,omitempty"`  // so many, then no more; PBX.Faults tells how many are left
}

// Always hits them all.
func Always() When { return When{Share: 1} }

// Bounds of what a fault may ask for: a mistyped one would hold its test, or
// let an int64 of seconds overflow.
const (
	maxHits = 1_000_000
	maxSkew = 10 * 365 * 24 * 3600 // ten years
	maxSlow = 600
)

// Check tells what is wrong with f.
func (f *Faults) Check() error {
	n, a := &f.Notifications, &f.API
	for name, w := range map[string]When{
		"notifications.lose": n.Lose, "notifications.double": n.Double, "notifications.delay": n.Delay,
		"notifications.reorder": n.Reorder, "notifications.wrong_sign": n.WrongSign, "notifications.cut": n.Cut,
		"api.slow": a.Slow, "api.fail": a.Fail, "api.limit": a.Limit, "api.cut": a.Cut, "api.garble": a.Garble,
	} {
		switch {
		case !(w.Share >= 0 && w.Share <= 1): // NaN is neither
			return fmt.Errorf("vpbxtest: faults: %s.share is %v, want 0 to 1", name, w.Share)
		case w.Every < 0 || w.Every > maxHits:
			return fmt.Errorf("vpbxtest: faults: %s.every is %d, want 0 to %d", name, w.Every, maxHits)
		case w.Next < 0 || w.Next > maxHits:
			return fmt.Errorf("vpbxtest: faults: %s.next is %d, want 0 to %d", name, w.Next, maxHits)
		}
	}
	for name, row := range map[string]struct{ got, least, most Seconds }{
		"notifications.delay_by": {n.DelayBy, 0, maxSeconds},
		"api.slow_by":            {a.SlowBy, 0, maxSlow},
		"api.retry_after":        {a.RetryAfter, 0, maxSeconds},
		"clock_skew":             {f.ClockSkew, -maxSkew, maxSkew},
	} {
		if !(row.got >= row.least && row.got <= row.most) {
			return fmt.Errorf("vpbxtest: faults: %s is %v seconds, want %v to %v", name, row.got, row.least, row.most)
		}
	}
	if a.FailWith != 0 && (a.FailWith < 500 || a.FailWith > 599) {
		return fmt.Errorf("vpbxtest: faults: api.fail_with is %d, want 500 to 599", a.FailWith)
	}
	return nil
}

// SetFaults changes what goes wrong from now on; every-n-th begins to count
// anew.
func (p *PBX) SetFaults(f Faults) error {
	if err := f.Check(); err != nil {
		return err
	}
	p.faults.set(f)
	return nil
}

// Faults returns what goes wrong now: what was set, with Next counted down.
func (p *PBX) Faults() Faults { return p.faults.get() }

// What a Delivery or a Request says was done to it.
const (
	faultLost      = "lost"
	faultDoubled   = "doubled"
	faultDelayed   = "delayed"
	faultReordered = "reordered"
	faultWrongSign = "wrong_sign"
	faultCut       = "cut"
	faultSlow      = "slow"
	faultLimited   = "limited"
	faultGarbled   = "garbled"
)

// failedWith is the answer of a PBX that is broken.
func failedWith(status int) answer {
	a := failed
	if status != 0 && status != http.StatusInternalServerError {
		a.Status = status
		a.Body = yii{http.StatusText(status), http.StatusText(status) + ".", 0, status}
	}
	return a
}
