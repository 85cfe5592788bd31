package signuptest

import (
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/enrol-sso/enrol/signup/internal/effects"
	"github.com/enrol-sso/enrol/signup/internal/phc"
)

// Accept is the answer of a validation service that accepts a sign-up. Message
// and callback services may return it too, because the engine ignores their
// answers.
func Accept(effects.ServiceCall) (string, error) { return `{"is_valid":true}`, nil }

// QuickKey replaces a password hash: it depends on all of its arguments, but
// takes no time. It returns an error for keys of more than 64 bytes.
func QuickKey(params phc.Params, password, salt []byte) ([]byte, error) {
	sum := sha512.Sum512(fmt.Appendf(nil, "%v %d %d\x00%s%s", params, len(password), len(salt), password, salt))
	if params.Length < 0 || params.Length > len(sum) {
		return nil, fmt.Errorf("signuptest: QuickKey makes no key of %d bytes", params.Length)
	}
	return sum[:params.Length], nil
}

// Seeded returns random bytes that are the same for the same seed. Give each
// host its own reader.
func Seeded(seed uint64) io.Reader {
	var key [32]byte
	binary.BigEndian.PutUint64(key[:], seed)
	return rand.NewChaCha8(key)
}
