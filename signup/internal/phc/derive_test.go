package phc

import (
	"encoding/hex"
	"testing"
)

// The vectors are from test.c of the reference implementation of argon2,
// version 0x13 (that of RFC 9106, section 5.3, has a secret and associated
// data, which password hashes do not), from RFC 7914, section 12, and for
// PBKDF2 from OpenSSL with the inputs of RFC 6070.
func TestDeriveKeyMatchesPublishedVectors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		params Params
		salt   string
		want   string
	}{
		{Params{Algorithm: Argon2i, Memory: 256, Iterations: 2, Parallelism: 1, Length: 32}, "somesalt", "89e9029f4637b295beb027056a7336c414fadd43f6b208645281cb214a56452f"},
		{Params{Algorithm: Argon2id, Memory: 256, Iterations: 2, Parallelism: 1, Length: 32}, "somesalt", "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"},
		{Params{Algorithm: Argon2id, Memory: 256, Iterations: 2, Parallelism: 2, Length: 32}, "somesalt", "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"},
		{Params{Algorithm: Argon2id, Memory: 65536, Iterations: 2, Parallelism: 1, Length: 32}, "somesalt", "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"},
		{Params{Algorithm: Scrypt, Iterations: 1024, BlockSize: 8, Parallelism: 16, Length: 64}, "NaCl", "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"},
		{Params{Algorithm: PBKDF2SHA256, Iterations: 4096, Length: 32}, "salt", "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"},
		{Params{Algorithm: PBKDF2SHA512, Iterations: 1, Length: 64}, "salt", "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce"},
		{Params{Algorithm: PBKDF2SHA512, Iterations: 4096, Length: 64}, "salt", "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5"},
	} {
		got, err := Derive(test.params, []byte("password"), []byte(test.salt))
		if hex.EncodeToString(got) != test.want || err != nil {
			t.Errorf("%+v: got %x, %v", test.params, got, err)
		}
	}
	for _, params := range []Params{{Algorithm: "argon3", Length: 32}, {Algorithm: Bcrypt, Iterations: 16, Length: 23}} {
		if _, err := Derive(params, nil, nil); err == nil {
			t.Errorf("%+v returns a key", params)
		}
	}
}
