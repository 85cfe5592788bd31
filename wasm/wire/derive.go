package wire

import (
	"fmt"

	"github.com/enrol-sso/enrol/signup"
)

// Derive does itself what the effect kdf asks a host for, and answers like one.
// So a host can have passwords hashed by another instance of the module, on
// another thread. A request that no kdf can carry out is a failure.
func Derive(request []byte) (answer []byte) {
	fail := func(err error) []byte {
		text := err.Error()
		return encode(failure{&text})
	}
	defer func() {
		if p := recover(); p != nil { // argon2 panics if it is asked for no passes or lanes
			answer = fail(fmt.Errorf("the request of the effect cannot be carried out: %v", p))
		}
	}()
	r, err := read[kdfRequest](request)
	if err != nil {
		return fail(err)
	}
	key, err := signup.DeriveKey(r.KDFParams, r.Password, r.Salt)
	if err != nil {
		return fail(err)
	}
	return encode(kdfAnswer{Key: key})
}
