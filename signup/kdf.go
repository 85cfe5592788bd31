package signup

import "github.com/enrol-sso/enrol/signup/internal/phc"

// KDFParams are the parameters that turn a password and a salt into Length
// bytes: argon2 as in RFC 9106, version 0x13, PBKDF2 with HMAC as in RFC 8018,
// scrypt as in RFC 7914, bcrypt with the password's terminating NUL, or one
// digest of the password and the salt (SHA1Salted: of the salt and the password).
// Its fields:
//
//	Algorithm   string Argon2id, or another of the constants
//	Memory      int    KiB, argon2 only
//	Iterations  int    N of scrypt; of bcrypt, 2 to the power of its cost
//	Parallelism int    argon2, and p of scrypt
//	BlockSize   int    r of scrypt
//	Length      int    bytes
type KDFParams = phc.Params

// The algorithms of the password hashes that Enrol verifies, as in KDFParams.
// It creates Argon2id and PBKDF2SHA512, as enrol.password_hash selects;
// accounts imported from elsewhere may have the others.
const (
	Argon2id     = phc.Argon2id
	Argon2i      = phc.Argon2i
	PBKDF2SHA512 = phc.PBKDF2SHA512
	PBKDF2SHA256 = phc.PBKDF2SHA256
	Scrypt       = phc.Scrypt
	Bcrypt       = phc.Bcrypt
	Argon2d      = phc.Argon2d
	PBKDF2SHA1   = phc.PBKDF2SHA1
	SSHA1        = phc.SSHA1
	SSHA256      = phc.SSHA256
	SSHA512      = phc.SSHA512
	SHA1Salted   = phc.SHA1Salted
)

// DeriveKey computes a password hash. Host.DeriveKey must return the same
// bytes.
func DeriveKey(params KDFParams, password, salt []byte) ([]byte, error) {
	return phc.Derive(params, password, salt)
}
