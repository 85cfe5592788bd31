package wire

import (
	"encoding/json"

	"github.com/enrol-sso/enrol/signup"
)

// underivable answers a request that no kdf can carry out. One text for all
// reasons: each more would cost the module a kilobyte.
const underivable = `{"error":"the request of the effect cannot be carried out"}`

// Derive does itself what the effect kdf asks a host for, and answers like one.
// So a host can have passwords hashed by another instance of the module, on
// another thread.
func Derive(request []byte) (answer []byte) {
	defer func() {
		if recover() != nil { // argon2 panics if it is asked for no passes or lanes
			answer = []byte(underivable)
		}
	}()
	var r kdfRequest
	if json.Unmarshal(request, &r) != nil {
		return []byte(underivable)
	}
	key, err := signup.DeriveKey(r.KDFParams, r.Password, r.Salt)
	if err != nil {
		return []byte(underivable)
	}
	return encode(kdfAnswer{Key: key})
}
