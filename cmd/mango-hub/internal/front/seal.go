package front

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Headers by which one hub tells another who asks: address, what else is known
// of him, and when; and the seal of the secret they share over that and what is
// asked. The secret itself is never sent.
const (
	clientHeader = "Mango-Hub-Client"
	sealHeader   = "Mango-Hub-Seal"
)

// sealLife is how far the clocks of two hubs may be apart.
const sealLife = 5 * time.Minute

// Seal is the secret that the hubs of a cluster share.
type Seal struct {
	Secret string
	Now    func() time.Time
}

// Wrap finds who sent each request: what another hub tells of him is believed,
// anything else is for trust to find out.
func (s Seal) Wrap(trust Trust, next http.Handler) http.Handler {
	direct := trust.Wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := s.open(r); ok {
			next.ServeHTTP(w, with(r, c, "0"))
			return
		}
		direct.ServeHTTP(w, r)
	})
}

// Put tells the hub that out goes to who has sent it here.
func (s Seal) Put(out *http.Request, c Client) {
	addr := "unknown"
	if c.Addr.IsValid() {
		addr = c.Addr.String()
	}
	told := fmt.Sprintf("%s local=%t secure=%t %d", addr, c.Local, c.Secure, s.Now().Unix())
	out.Header.Set(clientHeader, told)
	out.Header.Set(sealHeader, hex.EncodeToString(s.sum(out, told)))
}

func (s Seal) sum(r *http.Request, told string) []byte {
	h := hmac.New(sha256.New, []byte(s.Secret))
	fmt.Fprintf(h, "mango-hub\n%s\n%s\n%s", r.Method, r.URL.EscapedPath(), told)
	return h.Sum(nil)
}

// open reads what another hub tells.
func (s Seal) open(r *http.Request) (c Client, ok bool) {
	told := r.Header.Get(clientHeader)
	sum, err := hex.DecodeString(r.Header.Get(sealHeader))
	if told == "" || err != nil || !hmac.Equal(sum, s.sum(r, told)) {
		return c, false
	}
	f := strings.Fields(told)
	if len(f) != 4 {
		return c, false // of a later version of this program
	}
	at, err := strconv.ParseInt(f[3], 10, 64)
	if err != nil || s.Now().Sub(time.Unix(at, 0)).Abs() > sealLife {
		return c, false
	}
	c = Client{Local: f[1] == "local=true", Secure: f[2] == "secure=true", Relayed: true}
	c.Addr, _ = netip.ParseAddr(f[0]) // "unknown" stays the zero value
	return c, true
}
