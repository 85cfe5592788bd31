// Package keyring holds the secret keys of an installation and what is made
// with them: sealed texts, blind indexes, the HMACs of idempotency keys, and
// the secrets of webhooks.
package keyring

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/ascii"
	"github.com/enrol-sso/enrol/signup/internal/secret"
)

const (
	Bytes      = 32
	maxKeyID   = 16
	Most       = 2 // one in use, and during a rotation the previous one
	checkBytes = 16
)

// Keys are the secret keys of an installation, newest first. They print as
// "[redacted]".
type Keys struct {
	keys []*Key // pointers, because fmt does not follow them in a private field of another struct
}

// Key is one secret key with the keys derived from it. No two purposes share
// a derived key (HKDF, RFC 5869).
type Key struct {
	ID      string
	secret  []byte
	derives prepared // HKDF after its first step
	sealing []byte   // XChaCha20-Poly1305
	nonce   prepared // HMAC that makes nonces
	index   prepared // HMAC for blind indexes

	check   string   // see Check
	idemKey prepared // of MAC
	Guesses []byte   // HMAC of the keys under which wrong passwords are counted
}

// Parse parses the text form of secret keys: keyid:base64url(32 bytes), newest
// first, separated by a comma, at most two. White space around keys is ignored,
// so that the text may come from a file. A key id is 1 to 16 of a-z, 0-9 and
// "-".
func Parse(text secret.Text) (*Keys, error) {
	keys := &Keys{}
	for entry := range strings.SplitSeq(string(text), ",") {
		id, encoded, found := strings.Cut(strings.TrimSpace(entry), ":")
		if !found {
			return nil, errors.New("secret key: must be keyid:base64url(32 bytes)")
		}
		if !IsID(id) {
			return nil, errors.New("secret key: the key id must be 1 to 16 of a-z, 0-9 and \"-\"")
		}
		secret, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(encoded, "="))
		if err != nil || len(secret) != Bytes {
			return nil, fmt.Errorf("secret key %s: must be 32 bytes in base64url", id)
		}
		if Find(keys, id) != nil {
			return nil, fmt.Errorf("secret key %s: is given twice", id)
		}
		keys.keys = append(keys.keys, newKey(id, secret))
	}
	if len(keys.keys) > Most {
		return nil, fmt.Errorf("secret key: %d keys are given, the limit is %d", len(keys.keys), Most)
	}
	return keys, nil
}

// Rotating reports whether there is an older key in addition to the one in use,
// so that rekey has records to move.
func (ks *Keys) Rotating() bool { return len(ks.keys) > 1 }

// Format returns one secret key of 32 bytes in the form that signup.ParseKeys
// parses.
func Format(id string, bytes []byte) secret.Text {
	if !IsID(id) || len(bytes) != Bytes {
		panic("signup: FormatKey needs a key id and 32 bytes")
	}
	return secret.Text(id + ":" + base64.RawURLEncoding.EncodeToString(bytes))
}

// String returns "[redacted]".
func (Keys) String() string { return secret.Redacted }

// GoString returns "[redacted]".
func (Keys) GoString() string { return secret.Redacted }

// Format writes "[redacted]" for every verb.
func (Keys) Format(state fmt.State, _ rune) { state.Write([]byte(secret.Redacted)) }

// MarshalText returns an error, so that no encoder writes keys by accident.
func (Keys) MarshalText() ([]byte, error) {
	return nil, errors.New("signup: Keys must not be marshalled")
}

func IsID(id string) bool {
	if id == "" || len(id) > maxKeyID {
		return false
	}
	for i := range len(id) {
		if b := id[i]; !ascii.IsDigit(b) && (b < 'a' || b > 'z') && b != '-' {
			return false
		}
	}
	return true
}

func newKey(id string, secret []byte) *Key {
	extracted, err := hkdf.Extract(sha256.New, secret, nil)
	if err != nil {
		panic("signup: hkdf: " + err.Error()) // only for keys that FIPS 140 refuses
	}
	k := &Key{ID: id, secret: secret, derives: prepare(extracted)}
	k.sealing = k.derive("enrol seal v1")
	k.nonce = prepare(k.derive("enrol nonce v1"))
	k.index = prepare(k.derive("enrol index v1"))
	k.check = base64.RawURLEncoding.EncodeToString(k.derive("enrol check v1")[:checkBytes])
	k.idemKey = prepare(k.derive("enrol idempotency v1"))
	k.Guesses = k.derive("enrol guesses v1")
	return k
}

// derive returns 32 bytes for one purpose: the first block of HKDF's second step.
func (k *Key) derive(purpose string) []byte {
	mac := k.derives.begin()
	mac.Write([]byte(purpose))
	mac.Write([]byte{1})
	return mac.Sum(nil)
}

// Check returns the check that meta/keys has for a key. It distinguishes the
// right key from another with the same id.
func (k *Key) Check() string { return k.check }

// BlindIndex returns a text that is the same for the same e-mail address, and
// meaningless without the key.
func (k *Key) BlindIndex(address string) string {
	mac := k.index.begin()
	mac.Write([]byte(address))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// All returns the keys, newest first.
func All(ks *Keys) []*Key { return ks.keys }

// Find returns the key with an id, or nil.
func Find(ks *Keys, id string) *Key {
	for _, k := range ks.keys {
		if k.ID == id {
			return k
		}
	}
	return nil
}
