package signup

import (
	"crypto/hmac"
	"encoding/base64"
	"strconv"
	"strings"
)

// passwordHash is a stored hash, taken apart.
type passwordHash struct {
	params KDFParams
	salt   []byte
	key    []byte
}

// Bounds of what a stored hash may ask for, so that none takes all memory or
// hours: those of the configuration.
const (
	maxMemory      = 1_048_576 // KiB
	maxIterations  = 100
	maxParallelism = 16
	maxRounds      = 10_000_000
	maxSalt        = 1024
	minKey, maxKey = 16, 128
)

// parseHash reads what format wrote: a PHC string of argon2id, or passlib's
// form of PBKDF2.
func parseHash(text string) (passwordHash, bool) {
	parts := strings.Split(text, "$")
	switch {
	case len(parts) == 6 && parts[0] == "" && parts[1] == "argon2id" && parts[2] == "v=19":
		return parseArgon2(parts[3], parts[4], parts[5])
	case len(parts) == 5 && parts[0] == "" && parts[1] == "pbkdf2-sha512":
		return parsePBKDF2(parts[2], parts[3], parts[4])
	}
	return passwordHash{}, false
}

func parseArgon2(params, salt, key string) (passwordHash, bool) {
	p := KDFParams{Algorithm: Argon2id}
	fields := strings.Split(params, ",")
	if len(fields) != 3 {
		return passwordHash{}, false
	}
	for i, field := range []struct {
		name string
		most int
		into *int
	}{{"m=", maxMemory, &p.Memory}, {"t=", maxIterations, &p.Iterations}, {"p=", maxParallelism, &p.Parallelism}} {
		digits, ok := strings.CutPrefix(fields[i], field.name)
		if *field.into, ok = number(digits, ok, field.most); !ok {
			return passwordHash{}, false
		}
	}
	return decodeHash(p, base64.RawStdEncoding, salt, key)
}

func parsePBKDF2(rounds, salt, key string) (passwordHash, bool) {
	p := KDFParams{Algorithm: PBKDF2SHA512}
	var ok bool
	if p.Iterations, ok = number(rounds, true, maxRounds); !ok {
		return passwordHash{}, false
	}
	dots := strings.NewReplacer(".", "+")
	return decodeHash(p, base64.RawStdEncoding, dots.Replace(salt), dots.Replace(key))
}

// number reads a whole number from 1 to most.
func number(digits string, ok bool, most int) (int, bool) {
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && 1 <= n && n <= most
}

func decodeHash(p KDFParams, encoding *base64.Encoding, salt, key string) (passwordHash, bool) {
	h := passwordHash{params: p}
	var err error
	if h.salt, err = encoding.Strict().DecodeString(salt); err != nil || len(h.salt) > maxSalt {
		return passwordHash{}, false
	}
	if h.key, err = encoding.Strict().DecodeString(key); err != nil || len(h.key) < minKey || len(h.key) > maxKey {
		return passwordHash{}, false
	}
	h.params.Length = len(h.key)
	return h, true
}

// is compares in constant time.
func (h passwordHash) is(derived []byte) bool {
	return hmac.Equal(h.key, derived)
}
