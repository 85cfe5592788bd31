// Package phc parses, formats and computes password hashes: the PHC string
// format, and the formats of passlib and bcrypt.
package phc

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The algorithms of the password hashes that Enrol verifies, as in Params. It
// creates Argon2id and PBKDF2SHA512, as enrol.password_hash selects; accounts
// imported from elsewhere may have the others.
const (
	Argon2id     = "argon2id"
	Argon2i      = "argon2i"
	PBKDF2SHA512 = "pbkdf2-sha512"
	PBKDF2SHA256 = "pbkdf2-sha256"
	Scrypt       = "scrypt"
	Bcrypt       = "bcrypt"
	Argon2d      = "argon2d"
	PBKDF2SHA1   = "pbkdf2-sha1"
	SSHA1        = "ssha1" // the digest of the password and the salt, as in LDAP
	SSHA256      = "ssha256"
	SSHA512      = "ssha512"
	SHA1Salted   = "sha1-salted" // the digest of the salt and the password, as in Django
)

// Hash is a parsed password hash.
type Hash struct {
	Params Params
	Salt   []byte
	Key    []byte

	signer []byte // what a derived key encrypts to Key, with Firebase; else nil
}

// Encode formats a hash so that other tools can verify it: as a PHC string, or
// as passlib, bcrypt and LDAP do, and for SHA1Salted as Django, whose salt is
// text: a zero byte becomes the digit. Of bcrypt's three names it writes $2b$.
func (p Params) Encode(salt, derived []byte) string {
	switch p.Algorithm {
	case PBKDF2SHA512, PBKDF2SHA256, PBKDF2SHA1:
		return fmt.Sprintf("$%s$%d$%s$%s", strings.TrimSuffix(p.Algorithm, "-sha1"), p.Iterations, passlibBase64.EncodeToString(salt), passlibBase64.EncodeToString(derived))
	case Scrypt:
		return fmt.Sprintf("$%s$ln=%d,r=%d,p=%d$%s$%s", p.Algorithm, exponent(p.Iterations), p.BlockSize, p.Parallelism,
			base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(derived))
	case SSHA1, SSHA256, SSHA512:
		for _, kind := range saltedSHA {
			if kind.algorithm == p.Algorithm {
				return kind.scheme + base64.StdEncoding.EncodeToString(slices.Concat(derived, salt))
			}
		}
	case SHA1Salted:
		return "sha1$" + strings.ReplaceAll(string(salt), "\x00", "0") + "$" + hex.EncodeToString(derived)
	case Bcrypt:
		return fmt.Sprintf("$2b$%02d$%s%s", exponent(p.Iterations), bcryptBase64.EncodeToString(salt), bcryptBase64.EncodeToString(derived))
	}
	return fmt.Sprintf("$%s$v=%d$m=%d,t=%d,p=%d$%s$%s", p.Algorithm, argon2.Version, p.Memory, p.Iterations, p.Parallelism,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(derived))
}

// exponent returns the power of 2 that n is.
func exponent(n int) int {
	e := 0
	for ; n > 1; n >>= 1 {
		e++
	}
	return e
}

// passlibBase64 has "." in place of "+".
var passlibBase64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding)

// Takes reports whether the algorithm takes the whole password. bcrypt takes at
// most 72 bytes, so longer passwords cannot be compared.
func (h Hash) Takes(password string) bool {
	return h.Params.Algorithm != Bcrypt || len(password) <= maxBcryptPassword
}

// Is compares the key with derived in constant time.
func (h Hash) Is(derived []byte) bool {
	if h.signer != nil {
		derived = h.sign(derived)
	}
	return hmac.Equal(h.Key, derived)
}
