package record

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/enrol-sso/enrol/signup/internal/ascii"
)

// MessageDestination is the destination of events that become messages to
// people. The others are names of callback services, which have no spaces.
const MessageDestination = "message service"

// destinationIDBytes is the length of a hash that distinguishes the
// destinations of an installation.
const destinationIDBytes = 8

// DestinationID returns the id of a destination in keys and requests: "d" and
// 16 hexadecimal digits of a hash, because a URL may hold a secret. The letter
// distinguishes ids from times, which are in the same position in keys of older
// stores.
func DestinationID(destination string) string {
	sum := sha256.Sum256([]byte("enrol destination v1\x00" + destination))
	return "d" + hex.EncodeToString(sum[:destinationIDBytes])
}

// IsDestinationID reports whether text has the form of a DestinationID.
func IsDestinationID(text string) bool {
	if len(text) != 1+2*destinationIDBytes || text[0] != 'd' {
		return false
	}
	for i := 1; i < len(text); i++ {
		if b := text[i]; !ascii.IsDigit(b) && (b < 'a' || b > 'f') {
			return false
		}
	}
	return true
}
