package vpbxtest

import (
	"mangoofficesdk/sdk/vpbxtest/internal/campaigns"
	"mangoofficesdk/sdk/vpbxtest/internal/centre"
	"mangoofficesdk/sdk/vpbxtest/internal/forwarding"
	"mangoofficesdk/sdk/vpbxtest/internal/lists"
	"mangoofficesdk/sdk/vpbxtest/internal/tracking"
)

// areas are those that live calls ask, beside the directory.
type areas struct {
	restrictions *lists.Lists
	forwards     *forwarding.Rules
	tracking     *tracking.Tracking
	dialling     *campaigns.Campaigns
}

func (p *PBX) newAreas() areas {
	return areas{
		restrictions: lists.New(lists.Config{Employs: p.dir.Employs, White: p.cfg.WhiteList, Now: p.cfg.Now}),
		forwards:     forwarding.New(forwarding.Config{Employs: p.dir.Employs, Grouped: p.dir.Grouped}),
		tracking:     tracking.New(p.cfg.Visitors, p.cfg.StaticNumbers),
		dialling:     p.newCampaigns(),
	}
}

// newCampaigns makes campaigns that know the company; those of a fresh one call
// out on its first line, for its first employee.
func (p *PBX) newCampaigns() *campaigns.Campaigns {
	cfg := campaigns.Config{
		Product: pbxID, Point: pbxPoint, CallsOut: p.dir.CallsOut,
		Now:     p.tl.clock, // a campaign calls, so that it lives by the clock of the calls
		Bans:    func(number string) bool { return p.restrictions.Bans(number, lists.Campaigns) },
		Changed: func() { p.after(0, p.dialTasks) },
		Person: func(user int64) (campaigns.Person, bool) {
			w, ok := p.dir.ByID(user)
			return campaigns.Person{ID: w.UserID, Name: w.Name, Extension: w.Extension}, ok
		},
	}
	if line, ok := p.dir.line(""); ok {
		cfg.Line = line.ID
	}
	if staff := p.dir.Staff(); len(staff) > 0 {
		cfg.Operator = staff[0].UserID
	}
	return campaigns.New(cfg)
}

// newCentre makes a contact centre that knows the company.
func (p *PBX) newCentre() *centre.Centre {
	return centre.New(centre.Config{
		Product: pbxID, Point: pbxPoint, Notify: p.notify, Now: p.cfg.Now,
		Staff: func() []centre.Person {
			var out []centre.Person
			for _, w := range p.dir.Staff() {
				out = append(out, centre.Person{ID: w.UserID, Number: w.Number})
			}
			return out
		},
	})
}
