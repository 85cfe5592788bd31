package host

import (
	"github.com/enrol-sso/enrol/host/internal/argon2"
	"github.com/enrol-sso/enrol/signup"
)

// deriver returns a function with the results of signup.DeriveKey that computes
// argon2 faster, with memory from a pool.
func deriver(pool *argon2.Pool) func(signup.KDFParams, []byte, []byte) ([]byte, error) {
	variants := map[string]argon2.Variant{signup.Argon2i: argon2.I, signup.Argon2id: argon2.ID}
	return func(params signup.KDFParams, password, salt []byte) ([]byte, error) {
		variant, ok := variants[params.Algorithm]
		if !ok {
			return signup.DeriveKey(params, password, salt)
		}
		return argon2.Key(argon2.Params{
			Variant: variant,
			Passes:  uint32(params.Iterations),
			Memory:  uint32(params.Memory),
			Lanes:   uint8(params.Parallelism),
			Length:  uint32(params.Length),
		}, password, salt, pool), nil
	}
}
