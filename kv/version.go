package kv

import (
	"crypto/sha256"
	"encoding/base64"
)

// versionBytes is how much of the hash a version keeps: 192 bits, because those
// who choose values must not be able to make two that collide.
const versionBytes = 24

// Version returns the version of a value for stores that have no sequence of
// their own: a hash of the value. It cannot recur for another value, whatever
// was deleted, restored from a backup or lost in a crash, and it needs no
// counter that would have to survive all that.
//
// Stores in other languages compute the same; see postgres.sql.
func Version(data string) string {
	hash := sha256.Sum256([]byte(data))
	return base64.RawURLEncoding.EncodeToString(hash[:versionBytes])
}
