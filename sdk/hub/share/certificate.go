package share

import "crypto/ed25519"

// The parts of the host's certificate in DER (RFC 5280 §4.1, RFC 8410). All but
// the key is the same for everybody, so the lengths are known. It is written by
// hand because x509.CreateCertificate adds 50 KB to the library.
const (
	derEd25519  = "\x30\x05\x06\x03\x2b\x65\x70" // 1.3.101.112
	derName     = "\x30\x10\x31\x0e\x30\x0c\x06\x03\x55\x04\x03\x0c\x05mango"
	derValidity = "\x30\x20" + "\x17\x0d200101000000Z" + "\x18\x0f99991231235959Z"

	// derSigned is what is signed, up to the key: version 1, serial number 1,
	// algorithm, issuer, validity, subject, and what kind of key follows.
	derSigned = "\x30\x7c" + "\x02\x01\x01" + derEd25519 + derName + derValidity + derName +
		"\x30\x2a" + derEd25519 + "\x03\x21\x00"
	derHead      = "\x30\x81\xc8"
	derSignature = derEd25519 + "\x03\x41\x00"
)

// certificate is the certificate of key, signed by itself. Names and dates mean
// nothing to who checks it (secret.client), the key alone does.
func certificate(key ed25519.PrivateKey) []byte {
	signed := append([]byte(derSigned), key[ed25519.SeedSize:]...) // the public half
	der := append([]byte(derHead), signed...)
	der = append(der, derSignature...)
	return append(der, ed25519.Sign(key, signed)...)
}
