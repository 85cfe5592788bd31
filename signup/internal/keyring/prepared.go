package keyring

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
)

// prepared makes HMACs with SHA-256 and one key. It has read the key before,
// which is half of the work for a short text.
type prepared struct {
	key   []byte
	state hash.Cloner // after the key
}

func prepare(key []byte) prepared {
	mac := hmac.New(sha256.New, key)
	mac.Reset() // keeps what was computed of the key
	state, _ := mac.(hash.Cloner)
	return prepared{key, state}
}

// begin returns an HMAC of nothing yet.
func (p prepared) begin() hash.Hash {
	if p.state != nil {
		if mac, err := p.state.Clone(); err == nil {
			return mac
		}
	}
	return hmac.New(sha256.New, p.key) // an implementation of SHA-256 that has no copies
}
