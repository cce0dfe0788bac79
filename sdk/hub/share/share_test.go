package share_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/hub/share"
	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
	"mangoofficesdk/sdk/sign"
	"mangoofficesdk/sdk/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site opens a PBX, and gives what a session of the first machine opens with.
func site(t *testing.T) (*linktest.Site, share.Config) {
	t.Helper()
	s := linktest.Open(t, nil)
	if err := s.Office.Shutdown(t.Context()); err != nil { // it holds the key
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	cfg := share.Config{Office: s.Config, Candidates: []string{ln.Addr().String()}, Listen: ln.Addr().String()}
	cfg.Office.DataDir = t.TempDir()
	return s, cfg
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

// registered opens a session and waits until it is in.
func registered(t *testing.T, cfg share.Config, extension string) *share.Link {
	t.Helper()
	l := open(t, cfg, extension)
	linktest.Until(t, extension+" is registered", func() bool { return l.View().State == office.Registered })
	return l
}

func position(l *share.Link) string {
	return l.View().Diagnostics["share"].(map[string]any)["position"].(string)
}

// The first session hosts, the second one is its colleague; when the host
// leaves, the colleague takes over and goes on.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	s, cfg := site(t)
	a := registered(t, cfg, "101")
	b := registered(t, cfg, "102")
	if position(a) != share.Hosting || position(b) != share.Colleague {
		t.Fatalf("positions %q and %q, want host and colleague", position(a), position(b))
	}
	if _, err := b.Call(t.Context(), "SetSettings", []byte(`{"min_in_sec":7}`)); text.From(err).Code != text.Forbidden {
		t.Errorf("SetSettings of a colleague = %v, want forbidden", err)
	}
	if err := a.Close(t.Context()); err != nil {
		t.Errorf("Close() of the host = %v", err)
	}
	linktest.Until(t, "b hosts", func() bool { return position(b) == share.Hosting && b.View().State == office.Registered })
	if _, err := b.Call(t.Context(), "StartCall", []byte(`{"number":"+79161234567"}`)); err != nil {
		t.Errorf("StartCall after the take-over = %v", err)
	}
	linktest.Until(t, "the PBX is asked", func() bool { return s.Asked("commands/callback") == 1 })
}

// Whoever has another salt is not let in, and is told why.
func TestAnotherSalt(t *testing.T) {
	t.Parallel()
	_, cfg := site(t)
	registered(t, cfg, "101")
	cfg.Office.Credentials = sign.Credentials{Key: cfg.Office.Credentials.Key, Salt: sign.NewSalt("another")}
	cfg.Here = func(context.Context, string) bool { return false }
	b := open(t, cfg, "102")
	linktest.Until(t, "b knows why", func() bool {
		v := b.View()
		return v.State == office.Connecting && v.Why != nil && v.Why.Code == text.ShareForeign
	})
}

// Settings of the company survive a take-over: those that the colleague was
// opened with are not given once more.
func TestSettingsSurviveTakeOver(t *testing.T) {
	t.Parallel()
	_, cfg := site(t)
	cfg.Office.Settings = []byte(`{"min_in_sec":1}`)
	a := registered(t, cfg, "101")
	b := registered(t, cfg, "102")
	if _, err := a.Call(t.Context(), "SetSettings", []byte(`{"min_in_sec":7}`)); err != nil {
		t.Fatalf("SetSettings of the host = %v", err)
	}
	if err := a.Close(t.Context()); err != nil {
		t.Errorf("Close() of the host = %v", err)
	}
	linktest.Until(t, "b hosts", func() bool { return position(b) == share.Hosting && b.View().State == office.Registered })
	if got := fmt.Sprint(b.View().Settings["min_in_sec"]); got != "7" {
		t.Errorf("min_in_sec after the take-over = %s, want 7, as it was set last", got)
	}
}

// Elsewhere nobody takes over: a colleague on another machine waits in state 1
// until the host is back.
func TestElsewhereColleaguesWait(t *testing.T) {
	t.Parallel()
	_, cfg := site(t)
	a := registered(t, cfg, "101")
	far := cfg
	far.Here = func(context.Context, string) bool { return false }
	b := registered(t, far, "102")
	if err := a.Close(t.Context()); err != nil {
		t.Errorf("Close() of the host = %v", err)
	}
	linktest.Until(t, "b knows that there is no host", func() bool {
		v := b.View()
		return v.State == office.Connecting && v.Why.Code == text.ShareNoHost && position(b) == share.Seeking
	})
	again := open(t, cfg, "101")
	linktest.Until(t, "b is back", func() bool { return b.View().State == office.Registered && position(b) == share.Colleague })
	// It serves others a moment before it says so.
	linktest.Until(t, "the session of the first machine hosts", func() bool { return position(again) == share.Hosting })
}

// Every call of Close returns when the Office has ended, so the key is free,
// also those that come while another one is at it.
func TestCloseOverlaps(t *testing.T) {
	t.Parallel()
	_, cfg := site(t)
	a := registered(t, cfg, "101")
	crew := group.New(t.Context(), nil)
	for i := range 4 {
		crew.Go("closer", func(ctx context.Context) {
			if err := a.Close(ctx); err != nil {
				t.Errorf("Close() number %d = %v", i, err)
			}
			if a.Hosts() {
				t.Errorf("after Close() number %d the session still hosts", i)
			}
		})
	}
	if err := crew.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// A program that holds the host's port is named by its field.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	_, cfg := site(t)
	holder, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	cfg.Listen = holder.Addr().String()
	a := open(t, cfg, "101")
	linktest.Until(t, "the reason is told", func() bool {
		v := a.View()
		return v.State == office.Connecting && v.Why != nil && v.Why.Code == text.PortTaken && v.Why.Field == "share.listen"
	})
}

func TestValidate(t *testing.T) {
	t.Parallel()
	good := share.Config{
		Office: office.Config{
			Credentials: sign.Credentials{Key: "k", Salt: sign.NewSalt("s")}, DataDir: "d",
		},
		Candidates: []string{"srv1:8089", "srv2:8089"},
	}
	for name, test := range map[string]struct {
		change func(*share.Config)
		code   text.Code
		field  string
	}{
		"good":                  {func(*share.Config) {}, "", ""},
		"loopback alone":        {func(c *share.Config) { c.Candidates = []string{"127.0.0.1:1"} }, "", ""},
		"no folder":             {func(c *share.Config) { c.Office.DataDir = "" }, text.MissingField, "data_dir"},
		"no key":                {func(c *share.Config) { c.Office.Credentials.Key = "" }, text.MissingField, "vpbx_api_key"},
		"nobody":                {func(c *share.Config) { c.Candidates = nil }, text.MissingField, "share.candidates"},
		"too many":              {func(c *share.Config) { c.Candidates = make([]string, 17) }, text.BadField, "share.candidates"},
		"no port":               {func(c *share.Config) { c.Candidates[1] = "srv2" }, text.BadField, "share.candidates[1]"},
		"port 0":                {func(c *share.Config) { c.Candidates[1] = "srv2:0" }, text.BadField, "share.candidates[1]"},
		"no host":               {func(c *share.Config) { c.Candidates[0] = ":8089" }, text.BadField, "share.candidates[0]"},
		"a URL":                 {func(c *share.Config) { c.Candidates[0] = "http://srv:8089" }, text.BadField, "share.candidates[0]"},
		"every address":         {func(c *share.Config) { c.Candidates[0] = "[::]:8089" }, text.BadField, "share.candidates[0]"},
		"loopback among others": {func(c *share.Config) { c.Candidates[0] = "127.0.0.1:8089" }, text.BadField, "share.candidates[0]"},
		"its name":              {func(c *share.Config) { c.Candidates[1] = "LocalHost:8089" }, text.BadField, "share.candidates[1]"},
		"listen":                {func(c *share.Config) { c.Listen = "8089" }, text.BadField, "share.listen"},
	} {
		c := good
		c.Candidates = slices.Clone(good.Candidates)
		test.change(&c)
		e := text.From(c.Validate())
		switch {
		case test.code == "" && e != nil:
			t.Errorf("%s: Validate() = %v, want nil", name, e)
		case test.code != "" && (e == nil || e.Code != test.code || e.Field != test.field):
			t.Errorf("%s: Validate() = %v, want %s [%s]", name, e, test.code, test.field)
		}
	}
}
