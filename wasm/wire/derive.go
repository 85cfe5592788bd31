package wire

import (
	"encoding/json"

	"github.com/enrol-sso/enrol/signup"
)

// Derive does itself what the effect kdf asks a host for, and answers like one.
// So a host can have passwords hashed by another instance of the module, on
// another thread. It returns nil for what cannot be derived. It is given what
// the core asks for: parameters that no configuration and no stored hash can
// have, such as no passes of argon2, panic.
func Derive(request []byte) []byte {
	var r kdfRequest
	if json.Unmarshal(request, &r) != nil {
		return nil
	}
	key, err := signup.DeriveKey(r.KDFParams, r.Password, r.Salt)
	if err != nil {
		return nil
	}
	return encode(kdfAnswer{Key: key})
}
