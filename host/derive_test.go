package host

import (
	"bytes"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/argon2"
	"github.com/enrol-sso/enrol/signup"
)

func TestDerivedKeysAreThoseOfTheCore(t *testing.T) {
	t.Parallel()
	derive := deriver(argon2.NewPool(1 << 20))
	for _, params := range []signup.KDFParams{
		{Algorithm: signup.Argon2id, Memory: 64, Iterations: 2, Parallelism: 1, Length: 32},
		{Algorithm: signup.Argon2i, Memory: 100, Iterations: 3, Parallelism: 2, Length: 24},
		{Algorithm: signup.PBKDF2SHA512, Iterations: 2, Length: 64},
		{Algorithm: signup.Scrypt, Iterations: 16, BlockSize: 1, Parallelism: 1, Length: 32},
	} {
		got, err := derive(params, []byte("correct horse"), []byte("0123456789abcdef"))
		want, wantErr := signup.DeriveKey(params, []byte("correct horse"), []byte("0123456789abcdef"))
		if err != nil || wantErr != nil || !bytes.Equal(got, want) {
			t.Errorf("%+v: got %x, %v, the core has %x, %v", params, got, err, want, wantErr)
		}
	}
	if _, err := derive(signup.KDFParams{Algorithm: "md5"}, nil, nil); err == nil {
		t.Error("an unknown algorithm is no error")
	}
}
