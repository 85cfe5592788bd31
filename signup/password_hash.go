package signup

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The password hashes that Enrol verifies, as KDFParams names them. It makes
// Argon2id and PBKDF2SHA512, as enrol.password_hash says; the others come with
// accounts from elsewhere.
const (
	Argon2id     = "argon2id"
	Argon2i      = "argon2i"
	PBKDF2SHA512 = "pbkdf2-sha512"
	PBKDF2SHA256 = "pbkdf2-sha256"
	Scrypt       = "scrypt"
	Bcrypt       = "bcrypt"
)

// passwordHash is a stored hash, taken apart.
type passwordHash struct {
	params KDFParams
	salt   []byte
	key    []byte
}

// Bounds of what a stored hash may ask for, so that none takes all memory or
// hours. Those of argon2id and PBKDF2 are those of the configuration.
const (
	maxHashText    = 2_048     // bytes
	maxMemory      = 1_048_576 // KiB
	maxIterations  = 100
	maxParallelism = 16
	maxRounds      = 10_000_000
	maxScryptWork  = 1 << 22 // N·r·p: at most 512 MiB, four times the most that OWASP advises
	minBcryptCost  = 4
	maxBcryptCost  = 15 // eight times the work of 12, which is common
	minArgon2Salt  = 8
	maxSalt        = 1_024
	minKey, maxKey = 16, 128
)

// CheckHash says whether Enrol can verify passwords against a hash that another
// system made: before accounts are moved in, an importer asks for each. These
// are accepted, as passlib, argon2-cffi and the bcrypt libraries write them:
//
//	$argon2id$v=19$m=19456,t=2,p=1$salt$hash        also argon2i
//	$pbkdf2-sha512$120000$salt$hash                 also pbkdf2-sha256, in passlib's base64
//	$scrypt$ln=16,r=8,p=1$salt$hash
//	$2b$12$saltandhash                              also $2a$ and $2y$
//
// Salts have at most 1,024 bytes (those of argon2 at least 8) and hashes 16 to
// 128. What a hash may cost is bounded: argon2 to m=1048576 (at least 8·p),
// t=100 and p=16, PBKDF2 to 10,000,000 rounds, scrypt to N·r·p of 2²², bcrypt to
// costs from 4 to 15. The error is an *Error with the code InvalidInput. It says
// what is wrong, and nothing of the hash.
func CheckHash(text string) error {
	if _, err := parseHash(text); err != nil {
		return &Error{Code: InvalidInput, Message: "the password's hash cannot be used", Err: err}
	}
	return nil
}

// parseHash reads a hash. Only the one way of writing each is accepted; bits of
// bcrypt's base64 that stand for nothing may be anything, as its other readers
// have it.
func parseHash(text string) (passwordHash, error) {
	if len(text) > maxHashText {
		return passwordHash{}, fmt.Errorf("has more than %d bytes", maxHashText)
	}
	if strings.ContainsAny(text, "\r\n") { // which Go's base64 ignores
		return passwordHash{}, errors.New("has a line break")
	}
	parts := strings.Split(text, "$")
	if len(parts) < 2 || parts[0] != "" {
		return passwordHash{}, errors.New("does not start with $ and the kind of the hash")
	}
	switch kind, fields := parts[1], parts[2:]; kind {
	case Argon2id, Argon2i:
		return parseArgon2(kind, fields)
	case PBKDF2SHA512, PBKDF2SHA256:
		return parsePBKDF2(kind, fields)
	case Scrypt:
		return parseScrypt(fields)
	case "2a", "2b", "2y":
		return parseBcrypt(fields)
	}
	return passwordHash{}, errors.New("is neither argon2id, argon2i, pbkdf2-sha512, pbkdf2-sha256, scrypt nor bcrypt ($2a$, $2b$, $2y$)")
}

// format writes a hash so that other tools verify it: a PHC string, or for
// PBKDF2 passlib's form.
func (p KDFParams) format(salt, derived []byte) string {
	if p.Algorithm == PBKDF2SHA512 {
		return fmt.Sprintf("$%s$%d$%s$%s", p.Algorithm, p.Iterations, passlibBase64.EncodeToString(salt), passlibBase64.EncodeToString(derived))
	}
	return fmt.Sprintf("$%s$v=%d$m=%d,t=%d,p=%d$%s$%s", p.Algorithm, argon2.Version, p.Memory, p.Iterations, p.Parallelism,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(derived))
}

// passlibBase64 has "." for "+".
var passlibBase64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding)

// takes says whether a password can be compared. To bcrypt all that begin with
// the same 72 bytes are the same.
func (h passwordHash) takes(password string) bool {
	return h.params.Algorithm != Bcrypt || len(password) <= maxBcryptPassword
}

// is compares in constant time.
func (h passwordHash) is(derived []byte) bool {
	return hmac.Equal(h.key, derived)
}
