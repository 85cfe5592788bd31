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

// CheckAPIKeys says what is wrong with the two keys of Options, each of which
// may be "".
func CheckAPIKeys(key, superKey signup.Secret) error {
	for _, one := range []signup.Secret{key, superKey} {
		if one == "" {
			continue
		}
		if err := CheckAPIKey(one); err != nil {
			return err
		}
	}
	if superKey != "" && newKeyHash(string(key)).is(newKeyHash(string(superKey))) {
		return errors.New("the API key and the super key are the same: every caller would be a super-user")
	}
	return nil
}

func (k *keyHash) is(other *keyHash) bool { return subtle.ConstantTimeCompare(k[:], other[:]) == 1 }

// opens says whether the Authorization headers of a request are one, and hold
// the key. A key that is nil opens nothing.
func (k *keyHash) opens(authorization []string) bool {
	if k == nil || len(authorization) != 1 {
		return false
	}
	scheme, key, _ := strings.Cut(authorization[0], " ")
	return k.is(newKeyHash(strings.TrimLeft(key, " "))) && strings.EqualFold(scheme, "Bearer")
}
