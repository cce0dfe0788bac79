package share_test

import (
	"context"
	"net"
	"testing"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/hub/share"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func config(t *testing.T, s *linktest.Site) share.Config {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	cfg := share.Config{Office: s.Config, Candidates: []string{ln.Addr().String()}, Listen: ln.Addr().String()}
	cfg.Office.DataDir = t.TempDir()
	return cfg
}

func open(t *testing.T, cfg share.Config, extension string) *share.Link {
	t.Helper()
	cfg.Session = office.Session{Extension: extension}
	l, err := share.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	t.Cleanup(func() { _ = l.Close(context.Background()) })
	return l
}

// The first session hosts, the second one is its colleague; when the host
// leaves, the colleague takes over and goes on.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	s := linktest.Open(t, nil)
	cfg := config(t, s)
	if err := s.Office.Shutdown(t.Context()); err != nil { // it holds the key
		t.Fatal(err)
	}
	a := open(t, cfg, "101")
	linktest.Until(t, "a is registered", func() bool { return a.View().State == office.Registered })
	b := open(t, cfg, "102")
	linktest.Until(t, "b is registered", func() bool { return b.View().State == office.Registered })
	if !a.Hosts() || b.Hosts() {
		t.Fatalf("Hosts() = %v, %v, want the first alone", a.Hosts(), b.Hosts())
	}
	if _, err := b.Call(t.Context(), "SetSettings", []byte(`{"min_in_sec":7}`)); text.From(err).Code != text.Forbidden {
		t.Errorf("SetSettings of a colleague = %v, want forbidden", err)
	}
	if err := a.Close(t.Context()); err != nil {
		t.Errorf("Close() of the host = %v", err)
	}
	linktest.Until(t, "b hosts", func() bool { return b.Hosts() && b.View().State == office.Registered })
	if _, err := b.Call(t.Context(), "StartCall", []byte(`{"number":"+79161234567"}`)); err != nil {
		t.Errorf("StartCall after the take-over = %v", err)
	}
	linktest.Until(t, "the PBX is asked", func() bool { return s.Asked("commands/callback") == 1 })
}

// Whoever has another salt is not let in, and is told why.
func TestAnotherSalt(t *testing.T) {
	t.Parallel()
	s := linktest.Open(t, nil)
	cfg := config(t, s)
	if err := s.Office.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := open(t, cfg, "101")
	linktest.Until(t, "a is registered", func() bool { return a.View().State == office.Registered })
	cfg.Office.Credentials = sign.Credentials{Key: cfg.Office.Credentials.Key, Salt: sign.NewSalt("another")}
	cfg.Here = func(context.Context, string) bool { return false }
	b := open(t, cfg, "102")
	linktest.Until(t, "b knows why", func() bool {
		v := b.View()
		return v.State == office.Connecting && v.Why != nil && v.Why.Code == text.ShareForeign
	})
}
