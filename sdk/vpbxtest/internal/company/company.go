// Package company is the directory of the emulated PBX: employees, their
// numbers and SIP accounts, groups, lines, schemes and what else the web
// account configures (document §3.7). What the API changes here holds for the
// next call that is played.
//
// Which method names the fields at fault is inferred: those whose list of codes
// reads "3100, 31xx" do. An object that a method is about and that does not
// exist is answered with 3300; one that a parameter refers to, with 3300 at the
// field.
package company

import (
	"fmt"
	"strings"
	"sync"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Where the numbers of what is given out begin.
const (
	firstUserID    = 300049001
	firstLineID    = 300029101
	firstGroupID   = 10051201
	firstAccountID = 100111101
)

// Codes of what is in use or may not be touched (document, appendix of codes).
const (
	usedInScheme   = 5202
	isAdmin        = 5210
	noActiveNumber = 5212
	onlyActive     = 5216
	lastNumber     = 5218
	mainNumber     = 5220
	inRule         = 5227
	employeeLimit  = 5228
	isRobot        = 5302
)

// maxEmployees is the limit that the document prints (§3.10.1).
const maxEmployees = 5000

// Config describes a company.
type Config struct {
	Employees []Employee
	Lines     []Line
	Groups    []Group
	Schemes   []Scheme // none = two of our own
	// Product is the number of the product; logins begin with it.
	Product int64
	// Frozen: the tick "may change services" of the web account is off, and
	// what would change them is answered with 5201.
	Frozen bool
	Now    api.Clock
}

// Company is one directory. Its methods are safe for concurrent use.
type Company struct {
	product int64
	frozen  bool
	now     api.Clock
	domains []string // do not change

	mu       sync.RWMutex
	members  []member // oldest first, as all of these
	groups   []group
	lines    []line
	trunks   []trunk
	schemes  []Scheme
	rules    []rule
	accounts []account
	last     struct{ user, group, account int64 } // given out last
}

// New makes a company. An error tells what contradicts itself in cfg.
//
// With two employees or more, the first has rules of the autosecretary and one
// of them leads to the second, who can be deleted only after it is gone (5227);
// in the same way no group can be deleted that a scheme leads to (5202).
func New(cfg Config) (*Company, error) {
	c := &Company{product: cfg.Product, frozen: cfg.Frozen, now: cfg.Now}
	c.last.user, c.last.group, c.last.account = firstUserID-1, firstGroupID-1, firstAccountID-1
	if err := c.addLines(cfg.Lines); err != nil {
		return nil, err
	}
	c.domains = domainsOf(cfg.Employees)
	seen := map[string]bool{}
	take := func(what, ext string) error {
		if ext == "" || seen[ext] {
			return fmt.Errorf("vpbxtest: %s with the short number %q: empty or given twice", what, ext)
		}
		seen[ext] = true
		return nil
	}
	for i, w := range cfg.Employees {
		if err := take("employee", w.Extension); err != nil {
			return nil, err
		}
		c.hire(w, firstUserID+int64(i))
	}
	for i, g := range cfg.Groups {
		if err := take("group", g.Extension); err != nil {
			return nil, err
		}
		if err := c.form(g, firstGroupID+int64(i)); err != nil {
			return nil, err
		}
	}
	if err := c.seedSchemes(cfg.Schemes); err != nil {
		return nil, err
	}
	c.seedRules()
	return c, nil
}

// hire adds an employee of the configuration; id is his unless he has one.
func (c *Company) hire(w Employee, id int64) {
	fill(&w.UserID, id)
	fill(&w.Number, "sip:user"+w.Extension+"@"+c.domains[0])
	fill(&w.Name, "Сотрудник "+w.Extension)
	fill(&w.RoleID, roleEmployee)
	if len(c.lines) > 0 {
		fill(&w.Line, c.lines[0].Number)
	}
	kind, _, found := strings.Cut(w.Number, ":")
	if !found {
		kind = "tel"
	}
	m := member{Employee: w, login: w.Extension, useStatus: 1, dialAlg: 1, numbers: []phone{{number: w.Number, protocol: kind, wait: 60}}}
	c.last.user = max(c.last.user, w.UserID)
	c.members = append(c.members, m)
	c.matchAccounts(nil, &m)
}

// form adds a group of the configuration.
func (c *Company) form(in Group, id int64) error {
	fill(&in.ID, id)
	g := group{ID: in.ID, Name: in.Name, Extension: in.Extension, DialGroup: 2, DialUsers: 1}
	for i, ext := range in.Members {
		m, ok := c.byExtension(ext)
		if !ok {
			return fmt.Errorf("vpbxtest: group %s: no employee %q", in.Extension, ext)
		}
		g.operators = append(g.operators, operator{user: m.UserID, priority: int64(i + 1)})
	}
	c.last.group = max(c.last.group, g.ID)
	c.groups = append(c.groups, g)
	return nil
}

// fill gives v its default.
func fill[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// Table is the methods of the directory.
func (c *Company) Table() api.Table {
	return api.Table{
		"/vpbx/config/users/request": c.reads(c.listUsers),
		"/vpbx/member/create":        c.changesService(c.createMember),
		"/vpbx/member/update":        c.changesService(c.updateMember),
		"/vpbx/member/delete":        c.changesService(c.deleteMember),

		"/vpbx/groups":       c.reads(c.listGroups),
		"/vpbx/group/create": c.changesService(c.createGroup),
		"/vpbx/group/update": c.changesService(c.updateGroup),
		"/vpbx/group/delete": c.changesService(c.deleteGroup),

		"/vpbx/sips":       c.reads(c.listSIPs),
		"/vpbx/domains":    c.reads(c.listDomains),
		"/vpbx/sip/create": c.changesService(c.createSIP),
		"/vpbx/sip/update": c.changesService(c.updateSIP),
		"/vpbx/sip/delete": c.changesService(c.deleteSIP),

		"/vpbx/incominglines":  c.reads(c.listLines),
		"/vpbx/trunks/numbers": c.reads(c.listTrunks),
		"/vpbx/schemas":        c.reads(c.listSchemes),
		"/vpbx/schema/set":     c.changes(c.setScheme),

		"/vpbx/autosecretary/rules":         c.reads(c.listRules),
		"/vpbx/autosecretary/status/change": c.changes(c.switchRule),

		"/vpbx/account/balance": c.reads(c.balance),
		"/vpbx/audiofiles":      c.reads(listMelodies),
		"/vpbx/roles":           c.reads(listRoles),
	}
}

func (c *Company) reads(m api.Method) api.Method {
	return func(q api.Query) api.Answer {
		c.mu.RLock()
		defer c.mu.RUnlock()
		return m(q)
	}
}

func (c *Company) changes(m api.Method) api.Method {
	return func(q api.Query) api.Answer {
		c.mu.Lock()
		defer c.mu.Unlock()
		return m(q)
	}
}

// changesService wraps methods after which the company pays for more or less.
// The document names 5201 for groups and employees; for SIP accounts, which are
// paid for as well, it is inferred.
func (c *Company) changesService(m api.Method) api.Method {
	if c.frozen {
		return func(api.Query) api.Answer { return api.Refuse(api.NoService) }
	}
	return c.changes(m)
}
