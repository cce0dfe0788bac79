package share

import (
	"context"
	"net"
	"testing"

	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
)

// forSite is a session of the company whose Office s has opened.
func forSite(t *testing.T, s *linktest.Site, who office.Session) Config {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	cfg := Config{Office: s.Config, Candidates: []string{ln.Addr().String()}, Listen: ln.Addr().String(), Session: who}
	cfg.Office.DataDir = "unused" // Open opens nothing
	cfg.Open = func(context.Context, office.Config) (*office.Office, error) { return s.Office, nil }
	return cfg
}

// The session that hosts is a link like any other, until it ends the Office.
func TestHostIsALink(t *testing.T) {
	t.Parallel()
	linktest.Run(t, func(t *testing.T, s *linktest.Site, who office.Session) linktest.Link {
		l, err := Open(t.Context(), forSite(t, s, who))
		if err != nil {
			t.Fatalf("Open() = %v", err)
		}
		linktest.Until(t, "the session hosts", l.Hosts)
		return l
	}, "nothing is told after Close")
}

// So is a colleague's, but for what he may not do.
func TestColleagueIsALink(t *testing.T) {
	t.Parallel()
	linktest.Run(t, func(t *testing.T, s *linktest.Site, who office.Session) linktest.Link {
		cfg := forSite(t, s, who)
		h, err := newHost(t.Context(), cfg, newSecret(cfg.Office.Credentials))
		if err != nil {
			t.Fatalf("newHost() = %v", err)
		}
		t.Cleanup(func() { _ = h.close(context.Background()) })
		l, err := Open(t.Context(), cfg)
		if err != nil {
			t.Fatalf("Open() = %v", err)
		}
		return l
	}, "settings are there when they are set", "calls run side by side")
}
