package wire

import "github.com/enrol-sso/enrol/signup"

// Derive performs the effect kdf and returns the answer. A host can use it to
// hash passwords in another instance of the module, on another thread. It
// returns nil for a hash that it cannot derive. The parameters must come from
// the core: Derive panics on parameters that no configuration and no stored
// hash can have, such as zero passes of argon2.
func Derive(request []byte) []byte {
	var r kdfRequest
	if read(request, &r) != nil {
		return nil
	}
	key, err := signup.DeriveKey(r.KDFParams, r.password, r.salt)
	if err != nil {
		return nil
	}
	return encode(&kdfAnswer{key: key})
}
