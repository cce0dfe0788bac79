package share

import (
	"crypto/ed25519"
	"crypto/x509"
	"testing"
	"time"
)

// The certificate that is put together by hand is one to crypto/x509: it parses,
// holds the key, is signed by it, and is valid whenever a host may run.
func TestCertificate(t *testing.T) {
	t.Parallel()
	for _, seed := range []byte{0, 1, 0x80, 0xff} {
		key := ed25519.NewKeyFromSeed(append(make([]byte, ed25519.SeedSize-1), seed))
		c, err := x509.ParseCertificate(certificate(key))
		if err != nil {
			t.Fatalf("ParseCertificate(certificate(seed %d)) = %v", seed, err)
		}
		if got, ok := c.PublicKey.(ed25519.PublicKey); !ok || !got.Equal(key.Public()) {
			t.Errorf("the key of certificate(seed %d) = %v, want %v", seed, c.PublicKey, key.Public())
		}
		if err := c.CheckSignature(x509.PureEd25519, c.RawTBSCertificate, c.Signature); err != nil {
			t.Errorf("CheckSignature of certificate(seed %d) = %v", seed, err)
		}
		roots := x509.NewCertPool()
		roots.AddCert(c)
		for _, year := range []int{2026, 2049, 2051, 9998} {
			now := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
			if _, err := c.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now}); err != nil {
				t.Errorf("Verify of certificate(seed %d) in %d = %v", seed, year, err)
			}
		}
		if again := certificate(key); string(again) != string(c.Raw) {
			t.Errorf("certificate(seed %d) made twice = %x and %x, want the same", seed, c.Raw, again)
		}
	}
}
