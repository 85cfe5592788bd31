package signup

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

const (
	keyBytes   = 32
	maxKeyID   = 16
	maxKeys    = 2 // one in use, and during a rotation the one before it
	checkBytes = 16
)

// Keys are the secret keys of an installation, newest first. They print as
// "[redacted]".
type Keys struct {
	keys []*key // pointers, which fmt does not follow within what holds Keys in a private field
}

// key is one secret key with the keys derived from it. No two purposes share
// a derived key (HKDF, RFC 5869).
type key struct {
	id     string
	secret []byte
	seal   []byte // XChaCha20-Poly1305
	nonce  []byte // HMAC that makes nonces
	index  []byte // HMAC that makes blind indexes

	idemKey []byte // HMAC of idempotency keys and of what is asked with them
}

// ParseKeys reads the text form of secret keys: keyid:base64url(32 bytes),
// newest first, separated by a comma, at most two. White space around keys is
// ignored, so that the text may come from a file. A key id is 1 to 16 of a-z,
// 0-9 and "-".
func ParseKeys(text Secret) (*Keys, error) {
	keys := &Keys{}
	for entry := range strings.SplitSeq(string(text), ",") {
		id, encoded, found := strings.Cut(strings.TrimSpace(entry), ":")
		if !found {
			return nil, errors.New("secret key: has to be keyid:base64url(32 bytes)")
		}
		if !isKeyID(id) {
			return nil, errors.New("secret key: the key id has to be 1 to 16 of a-z, 0-9 and \"-\"")
		}
		secret, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(encoded, "="))
		if err != nil || len(secret) != keyBytes {
			return nil, fmt.Errorf("secret key %s: has to be 32 bytes in base64url", id)
		}
		if keys.find(id) != nil {
			return nil, fmt.Errorf("secret key %s: is given twice", id)
		}
		keys.keys = append(keys.keys, newKey(id, secret))
	}
	if len(keys.keys) > maxKeys {
		return nil, fmt.Errorf("secret key: %d keys are given, the limit is %d", len(keys.keys), maxKeys)
	}
	return keys, nil
}

// FormatKey writes one secret key of 32 bytes in the form that ParseKeys reads.
func FormatKey(id string, secret []byte) Secret {
	if !isKeyID(id) || len(secret) != keyBytes {
		panic("signup: FormatKey needs a key id and 32 bytes")
	}
	return Secret(id + ":" + base64.RawURLEncoding.EncodeToString(secret))
}

// String returns "[redacted]".
func (Keys) String() string { return redacted }

// GoString returns "[redacted]".
func (Keys) GoString() string { return redacted }

// Format writes "[redacted]" whatever the verb.
func (Keys) Format(state fmt.State, _ rune) { state.Write([]byte(redacted)) }

// MarshalText returns an error, so that no encoder writes keys by accident.
func (Keys) MarshalText() ([]byte, error) {
	return nil, errors.New("signup: Keys are not to be marshalled")
}

func isKeyID(id string) bool {
	if id == "" || len(id) > maxKeyID {
		return false
	}
	for i := range len(id) {
		if b := id[i]; !isDigit(b) && (b < 'a' || b > 'z') && b != '-' {
			return false
		}
	}
	return true
}

func newKey(id string, secret []byte) *key {
	k := &key{id: id, secret: secret}
	k.seal = k.derive("enrol seal v1")
	k.nonce = k.derive("enrol nonce v1")
	k.index = k.derive("enrol index v1")
	k.idemKey = k.derive("enrol idempotency v1")
	return k
}

func (k *key) derive(purpose string) []byte {
	derived, err := hkdf.Key(sha256.New, k.secret, nil, purpose, keyBytes)
	if err != nil {
		panic("signup: hkdf: " + err.Error()) // only for impossible lengths
	}
	return derived
}

// check is what meta/keys holds of a key, to tell a wrong key with the right
// id from the right one.
func (k *key) check() string {
	return base64.RawURLEncoding.EncodeToString(k.derive("enrol check v1")[:checkBytes])
}

// blindIndex stands for an e-mail address: the same for the same address,
// meaningless without the key.
func (k *key) blindIndex(address string) string {
	mac := hmac.New(sha256.New, k.index)
	mac.Write([]byte(address))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// find returns the key of an id, nil if it is not at hand.
func (ks *Keys) find(id string) *key {
	for _, k := range ks.keys {
		if k.id == id {
			return k
		}
	}
	return nil
}
