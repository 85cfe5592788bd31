package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/signup"
)

// Bounds of an API key, in characters.
const (
	minAPIKey = 32
	maxAPIKey = 1024
)

// CheckAPIKey says what is wrong with an API key: it has to be 32 to 1,024
// printable ASCII characters without spaces. Such a key is not guessed if it
// is random, like that of "openssl rand -hex 32".
func CheckAPIKey(key signup.Secret) error {
	if len(key) < minAPIKey || len(key) > maxAPIKey {
		return fmt.Errorf("the API key has %d characters: it has to have %d to %d, such as those of openssl rand -hex 32",
			len(key), minAPIKey, maxAPIKey)
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return errors.New("the API key holds something else than printable ASCII without spaces")
		}
	}
	return nil
}

// keyHash is the SHA-256 of an API key, so that all comparisons are of one
// length.
type keyHash [sha256.Size]byte

func newKeyHash(key string) *keyHash {
	hash := keyHash(sha256.Sum256([]byte(key)))
	return &hash
}

// opens says whether the Authorization headers of a request are one, and hold
// the key.
func (k *keyHash) opens(authorization []string) bool {
	if len(authorization) != 1 {
		return false
	}
	scheme, key, _ := strings.Cut(authorization[0], " ")
	given := newKeyHash(strings.TrimLeft(key, " "))
	same := subtle.ConstantTimeCompare(given[:], k[:]) == 1
	return same && strings.EqualFold(scheme, "Bearer")
}
