package share

import (
	"crypto/ed25519"
	"crypto/subtle"
	"crypto/tls"
	"encoding/hex"
	"errors"

	"mangoofficesdk/sdk/hub/token"
	"mangoofficesdk/sdk/sign"
)

// secret is what all who know key and salt have in common. The salt itself is
// never sent: the host proves that it knows it by the key of its certificate,
// and only then is told the token.
type secret struct {
	token string
	key   ed25519.PrivateKey
}

func newSecret(c sign.Credentials) secret {
	word, seed := c.Derive("mango-share-token"), c.Derive("mango-share-tls")
	return secret{token: hex.EncodeToString(word[:]), key: ed25519.NewKeyFromSeed(seed[:])}
}

// server is the TLS of the host.
func (s secret) server() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{{Certificate: [][]byte{certificate(s.key)}, PrivateKey: s.key}},
	}
}

// errForeign tells that whoever answered does not know key and salt.
var errForeign = errors.New("share: the certificate has another key")

// client is the TLS of whoever looks for the host: names and dates mean nothing,
// the key is known.
func (s secret) client() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true, //nolint:gosec // replaced by the exact comparison below
		VerifyConnection: func(c tls.ConnectionState) error {
			if len(c.PeerCertificates) == 0 {
				return errForeign
			}
			if key, ok := c.PeerCertificates[0].PublicKey.(ed25519.PublicKey); !ok || !key.Equal(s.key.Public()) {
				return errForeign
			}
			return nil
		},
	}
}

// tokens are the two that a host knows: its own session may do all, those of
// colleagues act for their own extension.
type tokens struct{ own, others string }

const (
	ownID    = "own"
	othersID = "colleague"
)

// Lookup implements hub.Tokens.
func (t tokens) Lookup(given string) (token.Grant, bool) {
	own := subtle.ConstantTimeCompare([]byte(given), []byte(t.own)) == 1
	others := subtle.ConstantTimeCompare([]byte(given), []byte(t.others)) == 1
	switch {
	case own:
		return t.Get(ownID)
	case others:
		return t.Get(othersID)
	}
	return token.Grant{}, false
}

// Get implements hub.Tokens.
func (t tokens) Get(id string) (token.Grant, bool) {
	switch id {
	case ownID:
		return token.Grant{ID: id, Rights: []string{token.Supervisor, token.Admin}}, true
	case othersID:
		return token.Grant{ID: id}, true
	}
	return token.Grant{}, false
}
