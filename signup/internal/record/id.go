package record

import (
	"crypto/hmac"
	"crypto/sha256"
	"strconv"

	"github.com/enrol-sso/enrol/signup/internal/ascii"
)

const IDBytes = 16

// NewID turns 16 random bytes into a UUID of version 4 (RFC 9562) and encodes
// that as a big-endian integer in 26 Crockford base32 digits, zero-padded.
func NewID(random []byte) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var id [IDBytes]byte
	copy(id[:], random)
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80

	// 26 digits are 130 bits: the number with two zero bits before it.
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

// IsID reports whether text has the form of a NewID.
func IsID(text string) bool {
	if len(text) != 26 {
		return false
	}
	for i := range len(text) {
		b := text[i]
		letter := 'A' <= b && b <= 'Z' && b != 'I' && b != 'L' && b != 'O' && b != 'U'
		if !letter && !ascii.IsDigit(b) {
			return false
		}
	}
	return true
}

// DerivedID returns the n-th id of a run for one purpose, derived from its
// seed. It is as random as the seed, and the same if the run is repeated.
func DerivedID(seed []byte, purpose string, n int) string {
	mac := hmac.New(sha256.New, seed)
	mac.Write([]byte("enrol id v1\x00" + purpose + "\x00" + strconv.Itoa(n)))
	return NewID(mac.Sum(nil))
}
