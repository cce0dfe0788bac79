package service

import (
	"slices"

	"mangoofficesdk/cmd/mango-hub/internal/site"
	"mangoofficesdk/cmd/mango-hub/internal/status"
	"mangoofficesdk/sdk/hub/token"
)

// links are the ways to the sessions of now.
func (w *works) links() []status.Link {
	list := w.hub.Sessions()
	out := make([]status.Link, 0, len(list))
	for _, i := range list {
		out = append(out, status.Link{
			Extension: i.Extension, UserID: i.User, UserName: i.UserName, Address: i.From, Program: i.Client, Since: i.Since, Pending: i.Events,
		})
	}
	return out
}

// mayLook: the page shows the calls of all, so it is for those who may see them.
func (s *Service) mayLook(secret string) (site.Who, bool) {
	g, ok := s.tokens.Lookup(secret)
	who := site.Who{Name: g.ID, Admin: slices.Contains(g.Rights, token.Admin)}
	return who, ok && (who.Admin || slices.Contains(g.Rights, token.Supervisor))
}
