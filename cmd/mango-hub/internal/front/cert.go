package front

import (
	"crypto/tls"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// lookEvery is how often at most the files are looked at.
const lookEvery = time.Second

// Certificate is a pair of PEM files that may be replaced while it is in use.
type Certificate struct {
	cert, key string
	log       zerolog.Logger
	now       func() time.Time

	mu     sync.Mutex
	pair   *tls.Certificate
	seen   [2]stamp // of the files that pair came from
	told   [2]stamp // of those that could not be used, as the log has it
	looked time.Time
}

type stamp struct {
	at   time.Time
	size int64
}

// LoadCertificate reads the files for the first time.
func LoadCertificate(cert, key string, now func() time.Time, log zerolog.Logger) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key, log: log, now: now, looked: now()}
	c.seen = c.stamps()
	pair, err := tls.LoadX509KeyPair(cert, key)
	c.pair = &pair
	return c, err
}

func (c *Certificate) stamps() (s [2]stamp) {
	for i, path := range []string{c.cert, c.key} {
		if info, err := os.Stat(path); err == nil {
			s[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return s
}

// Get is tls.Config.GetCertificate. Files that changed are read again, and again
// until both belong together and may be read, which a chmod decides that leaves
// their stamps alone; the pair that was there serves on meanwhile.
func (c *Certificate) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked) >= lookEvery {
		c.looked = now
		if s := c.stamps(); s != c.seen {
			c.reload(s)
		}
	}
	return c.pair, nil
}

func (c *Certificate) reload(now [2]stamp) {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		if now == c.told {
			return
		}
		c.told = now
		c.log.Error().Err(err).Str("file", c.cert).Msg("the new certificate cannot be used, the old one stays")
		return
	}
	c.pair, c.seen = &pair, now
	c.log.Info().Str("file", c.cert).Time("until", pair.Leaf.NotAfter).Msg("certificate read again")
}

// Until is when the certificate in use ends.
func (c *Certificate) Until() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pair.Leaf.NotAfter
}
