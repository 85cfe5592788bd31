package keyring

import (
	"crypto/sha256"
	"encoding/base64"
)

// MAC returns an HMAC of texts for one purpose.
func (k *Key) MAC(purpose string, texts ...string) string {
	mac := k.idemKey.begin()
	mac.Write([]byte(purpose))
	for _, text := range texts {
		sum := sha256.Sum256([]byte(text))
		mac.Write(sum[:])
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
