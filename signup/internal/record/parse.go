package record

import (
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/keyring"
)

// Slot is the place of an event in the schedule, parsed from its key.
type Slot struct {
	Bucket      int
	Destination string // its id
	State       string
	At          int64
	ID          string // of the event
}

// ParseSlot parses outbox/<bucket>/<destination id>/<state>/<time>/<event id>.
func ParseSlot(key string) (s Slot, ok bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 6 || !IsBucket(parts[1]) || !isDecimal(parts[4], 13) {
		return s, false
	}
	s = Slot{int(number(parts[1])), parts[2], parts[3], number(parts[4]), parts[5]}
	known := IsFresh(s.State) || s.State == Postponed || s.State == Waiting
	return s, known && IsDestinationID(s.Destination) && IsID(s.ID)
}

// ParseTimedKey parses a key of a list that is ordered by time, or of a place
// in the schedule of an older version: <list>/<bucket>/<time>/<id>.
func ParseTimedKey(key string) (ms int64, id string, ok bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 4 || !IsBucket(parts[1]) || !isDecimal(parts[2], 13) || !IsID(parts[3]) {
		return 0, "", false
	}
	return number(parts[2]), parts[3], true
}

// ParseMailKey returns the id of the secret key in mail/<key id>/<blind index>.
func ParseMailKey(key string) (keyID string, ok bool) {
	keyID, index, _ := strings.Cut(strings.TrimPrefix(key, MailPrefix), "/")
	return keyID, keyring.IsID(keyID) && IsHash(index)
}

// IsRateKey reports whether a key has the form rate/<hour>/<hmac>/<shard>.
func IsRateKey(key string) bool {
	parts := strings.Split(key, "/")
	return len(parts) == 4 && isDecimal(parts[1], 8) && IsHash(parts[2]) && isDecimal(parts[3], 1)
}

// IsSentKey reports whether a key has the form sent/<day>/<hmac>.
func IsSentKey(key string) bool {
	parts := strings.Split(key, "/")
	return len(parts) == 3 && isDecimal(parts[1], 5) && IsHash(parts[2])
}

// IsBucket reports whether text has the form of a bucket: two digits.
func IsBucket(text string) bool { return isDecimal(text, 2) }

// IsHash reports whether text has the form of 32 bytes in base64url.
func IsHash(text string) bool {
	return len(text) == 43 && !strings.ContainsFunc(text, func(r rune) bool {
		letter := 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
		return !letter && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// isDecimal reports whether text is n decimal digits.
func isDecimal(text string, n int) bool {
	return len(text) == n && strings.Trim(text, "0123456789") == ""
}

// number returns the value of decimal digits.
func number(digits string) (n int64) {
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	return n
}
