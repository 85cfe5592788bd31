package wire_test

import (
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/wasm/wire"
)

func TestDeriveReturnsTheKeyThatTheCoreDerives(t *testing.T) {
	t.Parallel()
	encoded := base64.RawURLEncoding.EncodeToString
	for _, params := range []signup.KDFParams{
		{Algorithm: signup.Argon2id, Memory: 64, Iterations: 1, Parallelism: 1, Length: 32},
		{Algorithm: signup.PBKDF2SHA512, Iterations: 2, Length: 64},
		{Algorithm: signup.Scrypt, Iterations: 16, BlockSize: 8, Parallelism: 1, Length: 32},
	} {
		password, salt := []byte("correct horse"), []byte("somesaltsomesalt")
		want, err := signup.DeriveKey(params, password, salt)
		if err != nil {
			t.Fatal(err)
		}
		answer := wire.Derive(fmt.Appendf(nil, `{"algorithm":%q,"memory":%d,"iterations":%d,"parallelism":%d,"block":%d,"length":%d,"password":%q,"salt":%q}`,
			params.Algorithm, params.Memory, params.Iterations, params.Parallelism, params.BlockSize, params.Length, encoded(password), encoded(salt)))
		same(t, params.Algorithm, string(answer), `{"key":"`+encoded(want)+`"}`)
	}
}

func TestDeriveReturnsNothingForInvalidRequests(t *testing.T) {
	t.Parallel()
	for _, request := range []string{
		``, `null`, `[]`, `{}`, `{"algorithm":"argon3"}`, `{"algorithm":"pbkdf2-sha512","salt":"!"}`,
		`{"algorithm":"scrypt","iterations":3,"block":1,"parallelism":1,"length":32}`, `{"algorithm":"bcrypt","iterations":16,"salt":"AA"}`,
	} {
		if answer := wire.Derive([]byte(request)); answer != nil {
			t.Errorf("%s is answered with %s", request, answer)
		}
	}
}
