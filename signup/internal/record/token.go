package record

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

// TokenBytes is the entropy of a confirm token: 192 bits.
const TokenBytes = 24

// NewToken encodes random bytes as a confirm token: 32 characters of
// A-Za-z0-9_-.
func NewToken(random []byte) string {
	return base64.RawURLEncoding.EncodeToString(random)
}

// HashToken returns the hash that the store has of a token. A token has 192
// random bits, so that a plain hash cannot be reversed.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Token points from a token to its claim.
type Token struct {
	V    int
	ID   string
	Name string
}

func (t *Token) Members(m *strictjson.Members) {
	m.Int("v", &t.V)
	m.String("id", &t.ID)
	m.String("name", &t.Name)
}
