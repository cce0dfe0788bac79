package vpbx

import (
	"context"
	"strings"
	"unicode"
)

// SIPsRequest has no parameters.
type SIPsRequest struct{}

// MemberSIPs are the SIP accounts of an employee.
type MemberSIPs struct {
	UserID int64        `json:"user_id" names:"member"`
	SIPs   []SIPAccount `json:"sips"`
}

// SIPAccount is login@domain.
type SIPAccount struct {
	ID     int64  `json:"id" names:"sip"` // sip_id
	Login  string `json:"login"`
	Domain string `json:"domain"`
}

type sipsAnswer struct {
	told
	Data []MemberSIPs `json:"data"`
}

var sips = declare[SIPsRequest, sipsAnswer]("/vpbx/sips")

// SIPs reads the SIP accounts by employee (§3.7.17). Codes of its chapter:
// 2230, 3000, 3100, 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/sips
func (c *Client) SIPs(ctx context.Context) ([]MemberSIPs, error) {
	a, err := call(ctx, c, sips, SIPsRequest{})
	if err != nil {
		return nil, err
	}
	return listed(sips.op, a.told, a.Data)
}

// DomainsRequest has no parameters.
type DomainsRequest struct{}

type domainsAnswer struct {
	told
	Domains []string `json:"domains" names:"domain"`
}

var domains = declare[DomainsRequest, domainsAnswer]("/vpbx/domains")

// Domains reads the SIP domains of the PBX (§3.7.18). Codes of its chapter:
// 2230, 3000, 3100, 31xx, 3300, 5xxx.
//
//vpbx:op POST /vpbx/domains
func (c *Client) Domains(ctx context.Context) ([]string, error) {
	a, err := call(ctx, c, domains, DomainsRequest{})
	if err != nil {
		return nil, err
	}
	return listed(domains.op, a.told, a.Domains)
}

// CreateSIPRequest describes a new account.
type CreateSIPRequest struct {
	UserID      int64  `json:"user_id" check:"required,range=1..,ref=member"`
	Login       string `json:"login" check:"required,id,ref=free_login"`
	Domain      string `json:"domain" check:"required,max=253,ref=domain"` // see Domains
	Password    string `json:"password" check:"required,id,secret"`
	Description string `json:"description,omitempty"`
}

func (r *CreateSIPRequest) check() error { return checkSIP(r.Login, r.Domain, r.Password) }

// checkSIP holds the parts of an account that are there against the rules of
// the codes 3120, 3121 and 3122.
func checkSIP(login, domain, password string) error {
	switch {
	case login != "" && !sipLogin(login):
		return bad("login", "[a-z]… | [0-9]…[a-z]… | 000[0-9]…, >= 4")
	case domain != "" && !sipDomain(domain):
		return bad("domain", "[a-z0-9.-]")
	case password != "" && !strongPassword(password):
		return bad("password", passwordRule)
	}
	return nil
}

// sipLogin: from four characters on; a Latin letter first, or a digit first
// and a letter somewhere, or only digits beginning with 000 (3121). Which
// symbols may follow is not printed: all that a SIP address takes.
func sipLogin(s string) bool {
	if len(s) < 4 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`@:;<>",`, r) }) {
		return false
	}
	first := rune(s[0])
	return latin(first) || unicode.IsDigit(first) && strings.ContainsFunc(s, latin) || digits(s) && strings.HasPrefix(s, "000")
}

func latin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func sipDomain(s string) bool {
	return strings.Contains(s, ".") && !strings.Contains("."+s+".", "..") &&
		!strings.ContainsFunc(s, func(r rune) bool { return !latin(r) && !(r >= '0' && r <= '9') && r != '.' && r != '-' })
}

const passwordRule = "[a-z] + [A-Z] + [0-9], >= 8"

// strongPassword is what code 3120 asks for. The PBX has a list of weak ones
// and a history besides.
func strongPassword(s string) bool {
	return len([]rune(s)) >= 8 && strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' }) &&
		strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }) && strings.ContainsAny(s, "0123456789")
}

type sipIDAnswer struct {
	SIPID int64 `json:"sip_id" names:"sip"`
}

var createSIP = declare[CreateSIPRequest, sipIDAnswer]("/vpbx/sip/create")

// CreateSIP makes a SIP account and tells its id (§3.7.19). A domain of the
// second level connects a paid service. 3106: the login is taken; 3120 to 3122:
// password, login or domain.
//
//vpbx:op POST /vpbx/sip/create
func (c *Client) CreateSIP(ctx context.Context, r CreateSIPRequest) (int64, error) {
	a, err := call(ctx, c, createSIP, r)
	if err == nil && a.SIPID == 0 {
		err = empty(createSIP.op)
	}
	return a.SIPID, err
}

// UpdateSIPRequest changes an account: only the fields that are there.
type UpdateSIPRequest struct {
	SIPID       int64   `json:"sip_id" check:"required,range=1..,ref=sip"`
	UserID      int64   `json:"user_id,omitempty" check:"range=1..,ref=member"` // its new owner
	Login       string  `json:"login,omitempty" check:"id,ref=free_login"`      // with Domain
	Domain      string  `json:"domain,omitempty" check:"max=253,ref=domain"`    // with Login
	Password    string  `json:"password,omitempty" check:"id,secret"`
	Description *string `json:"description,omitempty"`
}

func (r *UpdateSIPRequest) check() error {
	if (r.Login == "") != (r.Domain == "") {
		return together("login", r.Login, "domain")
	}
	return checkSIP(r.Login, r.Domain, r.Password)
}

var updateSIP = declare[UpdateSIPRequest, none]("/vpbx/sip/update")

// UpdateSIP changes a SIP account (§3.7.20). 5220: the main number of an
// employee cannot be given away.
//
//vpbx:op POST /vpbx/sip/update
func (c *Client) UpdateSIP(ctx context.Context, r UpdateSIPRequest) error {
	return send(ctx, c, updateSIP, r)
}

// DeleteSIPRequest names an account.
type DeleteSIPRequest struct {
	SIPID int64 `json:"sip_id" check:"required,range=1..,ref=sip"`
}

var deleteSIP = declare[DeleteSIPRequest, none]("/vpbx/sip/delete")

// DeleteSIP removes a SIP account (§3.7.21). 5214: it cannot be; 5216: it is
// the only active number of its owner.
//
//vpbx:op POST /vpbx/sip/delete
func (c *Client) DeleteSIP(ctx context.Context, r DeleteSIPRequest) error {
	return send(ctx, c, deleteSIP, r)
}
