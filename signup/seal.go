package signup

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// place is where a sealed text belongs: it opens nowhere else.
type place struct {
	kind  string // "user", "event"
	id    string // of the record; never changes
	field string
}

func (p place) bytes() []byte {
	return []byte("enrol v1\x00" + p.kind + "\x00" + p.id + "\x00" + p.field)
}

// sealText encrypts text for one place with XChaCha20-Poly1305, as
// keyid.base64url(nonce, ciphertext). The nonce is an HMAC over the run's seed,
// the place and the text: unique where entropy is, and where it is not (a host
// that repeats an answer) it repeats only with the very same text.
func (k *key) sealText(seed []byte, where place, text string) string {
	mac := hmac.New(sha256.New, k.nonce)
	mac.Write(seed)
	mac.Write(where.bytes())
	mac.Write([]byte{0})
	mac.Write([]byte(text))
	nonce := mac.Sum(nil)[:chacha20poly1305.NonceSizeX]

	aead, err := chacha20poly1305.NewX(k.seal)
	if err != nil {
		panic("signup: " + err.Error()) // only for a wrong key size
	}
	sealed := aead.Seal(nonce, nonce, []byte(text), where.bytes())
	return k.id + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// open decrypts what sealText made for that place.
func (ks *Keys) open(where place, sealed string) (string, *Error) {
	id, encoded, _ := strings.Cut(sealed, ".")
	k := ks.find(id)
	if k == nil {
		return "", internal("%s/%s: %s is sealed with a key that is not at hand", where.kind, where.id, where.field)
	}
	data, err := base64.RawURLEncoding.DecodeString(encoded)
	if err == nil && len(data) >= chacha20poly1305.NonceSizeX {
		aead, err := chacha20poly1305.NewX(k.seal)
		if err != nil {
			panic("signup: " + err.Error())
		}
		nonce, text := data[:chacha20poly1305.NonceSizeX], data[chacha20poly1305.NonceSizeX:]
		if opened, err := aead.Open(nil, nonce, text, where.bytes()); err == nil {
			return string(opened), nil
		}
	}
	return "", internal("%s/%s: %s cannot be opened: it was changed, or sealed with another key of that id", where.kind, where.id, where.field)
}
