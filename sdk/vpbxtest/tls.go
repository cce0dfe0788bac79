package vpbxtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"log"
	"math/big"
	"net"
	"time"

	"github.com/rs/zerolog"
)

type certificate struct {
	pair tls.Certificate
	pool *x509.CertPool
}

// loadCertificate takes the pair given, or makes one for this machine.
func loadCertificate(given *tls.Certificate) (*certificate, error) {
	pair, err := tls.Certificate{}, error(nil)
	if given != nil {
		pair = *given
	} else if pair, err = selfSigned(); err != nil {
		return nil, fmt.Errorf("vpbxtest: certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("vpbxtest: certificate: %w", err)
	}
	c := &certificate{pair: pair, pool: x509.NewCertPool()}
	c.pool.AddCert(leaf)
	return c, nil
}

func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "emulated PBX"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// listen speaks TLS 1.2 only, as the PBX does (document §1.2), or as a fault
// 1.3 only.
func (c *certificate) listen(ln net.Listener, only13 bool) net.Listener {
	version := uint16(tls.VersionTLS12)
	if only13 {
		version = tls.VersionTLS13
	}
	return tls.NewListener(ln, &tls.Config{
		Certificates: []tls.Certificate{c.pair}, MinVersion: version, MaxVersion: version,
	})
}

// Roots trusts the certificate of Start; nil without TLS.
func (p *PBX) Roots() *x509.CertPool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cert == nil {
		return nil
	}
	return p.cert.pool
}

// quietLog keeps complaints of the server, such as refused handshakes, out of
// stderr.
func quietLog(l zerolog.Logger) *log.Logger { return log.New(l, "", 0) }
