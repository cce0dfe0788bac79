package hub_test

import (
	"testing"

	"mangoofficesdk/sdk/hub"
	"mangoofficesdk/sdk/hub/link"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
)

func TestClientIsALink(t *testing.T) {
	t.Parallel()
	linktest.Run(t, func(t *testing.T, s *linktest.Site, who office.Session) linktest.Link {
		p := serve(t, s, hub.Limits{})
		return p.dial(t, func(c *link.Config) { c.Session = who })
	})
}
