package host

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// NewSecretKey draws a secret key for a new store, in the form that
// Options.SecretKey takes. Without it, sealed data is lost: keep it outside the
// store, and never make one for a store that is not empty. Its id is the date
// and four random digits.
func NewSecretKey() signup.Secret {
	var random [2 + 32]byte
	rand.Read(random[:])
	id := "k" + time.Now().UTC().Format("20060102") + "-" + hex.EncodeToString(random[:2])
	return signup.FormatKey(id, random[2:])
}
