// Package argon2 computes argon2i and argon2id (RFC 9106, version 0x13) with
// AVX2 and reused memory. A processor without AVX2 gets the results of
// golang.org/x/crypto/argon2, which take about twice as long.
package argon2

import (
	"golang.org/x/crypto/argon2"
)

// Variant is how a hash chooses the blocks that it reads, by its number in RFC
// 9106, section 3.2.
type Variant uint32

// The variants.
const (
	I  Variant = 1
	ID Variant = 2
)

// Params are the parameters of a hash, as in RFC 9106, section 3.1.
type Params struct {
	Variant Variant
	Passes  uint32 // 1 or more
	Memory  uint32 // KiB; less than 8 for each lane counts as 8
	Lanes   uint8  // 1 or more
	Length  uint32 // bytes of the result, 4 or more
}

// Key returns the hash of a password and a salt, with memory from a pool. The
// parameters must be in their ranges.
func Key(params Params, password, salt []byte, pool *Pool) []byte {
	if supported {
		return params.derive(password, salt, nil, nil, pool)
	}
	if params.Variant == I {
		return argon2.Key(password, salt, params.Passes, params.Memory, params.Lanes, params.Length)
	}
	return argon2.IDKey(password, salt, params.Passes, params.Memory, params.Lanes, params.Length)
}
