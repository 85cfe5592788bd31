package keyring

import (
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/enrol-sso/enrol/signup/internal/fault"
)

// Place is the record and field of a sealed text. It opens only there.
type Place struct {
	Kind  string // "user", "event"
	ID    string // of the record; never changes
	Field string
}

func (p Place) bytes() []byte {
	return []byte("enrol v1\x00" + p.Kind + "\x00" + p.ID + "\x00" + p.Field)
}

// Seal encrypts text for one place with XChaCha20-Poly1305, as
// keyid.base64url(nonce, ciphertext). The nonce is an HMAC over the run's seed,
// the place and the text. It is unique if the seed is; if a host repeats a
// seed, the nonce repeats only with exactly the same text.
func (k *Key) Seal(seed []byte, where Place, text string) string {
	mac := k.nonce.begin()
	mac.Write(seed)
	mac.Write(where.bytes())
	mac.Write([]byte{0})
	mac.Write([]byte(text))
	nonce := mac.Sum(nil)[:chacha20poly1305.NonceSizeX]

	aead, err := chacha20poly1305.NewX(k.sealing)
	if err != nil {
		panic("signup: " + err.Error()) // only for a wrong key size
	}
	sealed := aead.Seal(nonce, nonce, []byte(text), where.bytes())
	return k.ID + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// Open decrypts a text that Seal encrypted for the place.
func Open(ks *Keys, where Place, sealed string) (string, *fault.Error) {
	id, encoded, _ := strings.Cut(sealed, ".")
	k := Find(ks, id)
	if k == nil {
		return "", fault.Internal("%s/%s: %s is sealed with a missing key", where.Kind, where.ID, where.Field)
	}
	data, err := base64.RawURLEncoding.DecodeString(encoded)
	if err == nil && len(data) >= chacha20poly1305.NonceSizeX {
		aead, err := chacha20poly1305.NewX(k.sealing)
		if err != nil {
			panic("signup: " + err.Error())
		}
		nonce, text := data[:chacha20poly1305.NonceSizeX], data[chacha20poly1305.NonceSizeX:]
		if opened, err := aead.Open(nil, nonce, text, where.bytes()); err == nil {
			return string(opened), nil
		}
	}
	return "", fault.Internal("%s/%s: %s cannot be opened: it was changed, or sealed with another key with that id", where.Kind, where.ID, where.Field)
}
