package signup

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
)

const idBytes = 16

// newID turns 16 random bytes into a UUID of version 4 (RFC 9562) and writes
// that as a big-endian integer in 26 Crockford base32 digits, zero-padded.
func newID(random []byte) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var id [idBytes]byte
	copy(id[:], random)
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80

	// 26 digits hold 130 bits: the number with two zero bits before it.
	var text [26]byte
	for i := range text {
		value := 0
		for bit := i*5 - 2; bit < i*5+3; bit++ {
			value <<= 1
			if bit >= 0 {
				value |= int(id[bit/8]>>(7-bit%8)) & 1
			}
		}
		text[i] = digits[value]
	}
	return string(text[:])
}

// isID says whether text has the form that newID gives.
func isID(text string) bool {
	if len(text) != 26 {
		return false
	}
	for i := range len(text) {
		b := text[i]
		letter := 'A' <= b && b <= 'Z' && b != 'I' && b != 'L' && b != 'O' && b != 'U'
		if !letter && !isDigit(b) {
			return false
		}
	}
	return true
}

// derivedID returns the n-th id of a run for one purpose, from its seed: as
// random as the seed, and the same whenever the run is repeated.
func derivedID(seed []byte, purpose string, n int) string {
	mac := hmac.New(sha256.New, seed)
	mac.Write([]byte("enrol id v1\x00" + purpose + "\x00" + strconv.Itoa(n)))
	return newID(mac.Sum(nil))
}

// tokenBytes of entropy make a confirm token: 192 bits.
const tokenBytes = 24

// newToken writes random bytes as a confirm token, 32 characters of A-Za-z0-9_-.
func newToken(random []byte) string {
	return base64.RawURLEncoding.EncodeToString(random)
}

// tokenHash is what the store knows of a token. A token has 192 random bits,
// so that a plain hash cannot be reversed.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
