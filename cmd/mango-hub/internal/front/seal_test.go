package front_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mangoofficesdk/cmd/mango-hub/internal/front"
)

// What a hub of the cluster tells of a client is believed, from nobody else, for
// no other request, and not for ever.
func TestSeal(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	seal := func(secret string, ahead time.Duration) front.Seal {
		return front.Seal{Secret: secret, Now: func() time.Time { return now.Add(ahead) }}
	}
	const secret = "0123456789abcdef"
	client := front.Client{Addr: netip.MustParseAddr("203.0.113.9"), Secure: true}
	relayed := client
	relayed.Relayed = true
	stranger := front.Client{Addr: netip.MustParseAddr("192.0.2.1")}
	for name, row := range map[string]struct {
		by     front.Seal
		client front.Client
		change func(*http.Request)
		want   front.Client
	}{
		"another hub":       {seal(secret, 0), client, nil, relayed},
		"its own machine":   {seal(secret, 0), front.Client{Addr: netip.MustParseAddr("::1"), Local: true}, nil, front.Client{Addr: netip.MustParseAddr("::1"), Local: true, Relayed: true}},
		"nobody knows whom": {seal(secret, 0), front.Client{}, nil, front.Client{Relayed: true}},
		"clocks apart":      {seal(secret, 4*time.Minute), client, nil, relayed},
		"an old one":        {seal(secret, -6*time.Minute), client, nil, stranger},
		"another secret":    {seal("fedcba9876543210", 0), client, nil, stranger},
		"another path":      {seal(secret, 0), client, func(r *http.Request) { r.URL.Path = "/other" }, stranger},
		"another method":    {seal(secret, 0), client, func(r *http.Request) { r.Method = "POST" }, stranger},
		"another client": {seal(secret, 0), client, func(r *http.Request) {
			r.Header.Set("Mango-Hub-Client", "127.0.0.1 local=true secure=true 1800000000")
		}, stranger},
		"no seal": {seal(secret, 0), client, func(r *http.Request) { r.Header.Del("Mango-Hub-Seal") }, stranger},
	} {
		r := httptest.NewRequest("GET", "/link", nil)
		row.by.Put(r, row.client)
		if row.change != nil {
			row.change(r)
		}
		var got front.Client
		var remote string
		seal(secret, 0).Wrap(nil, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got, remote = front.Of(r), r.RemoteAddr
		})).ServeHTTP(httptest.NewRecorder(), r)
		if d := cmp.Diff(row.want, got, cmpopts.EquateComparable(netip.Addr{})); d != "" {
			t.Errorf("%s: the client (-want +got):\n%s", name, d)
		}
		if addr, err := netip.ParseAddrPort(remote); row.want.Addr.IsValid() && (err != nil || addr.Addr() != row.want.Addr) {
			t.Errorf("%s: RemoteAddr = %s, want that of %v", name, remote, row.want.Addr)
		}
	}
}
