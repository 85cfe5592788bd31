package phc

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/scrypt"
)

// Derive computes a password hash. Host.DeriveKey must return the same bytes.
func Derive(params Params, password, salt []byte) ([]byte, error) {
	switch params.Algorithm {
	case Argon2id:
		return argon2.IDKey(password, salt, uint32(params.Iterations), uint32(params.Memory), uint8(params.Parallelism), uint32(params.Length)), nil
	case Argon2i:
		return argon2.Key(password, salt, uint32(params.Iterations), uint32(params.Memory), uint8(params.Parallelism), uint32(params.Length)), nil
	case PBKDF2SHA512:
		return pbkdf2.Key(sha512.New, string(password), salt, params.Iterations, params.Length)
	case PBKDF2SHA256:
		return pbkdf2.Key(sha256.New, string(password), salt, params.Iterations, params.Length)
	case Scrypt:
		return scrypt.Key(password, salt, params.Iterations, params.BlockSize, params.Parallelism, params.Length)
	case Bcrypt:
		return deriveBcrypt(password, salt, params.Iterations)
	}
	return nil, fmt.Errorf("unknown password hash %q", params.Algorithm)
}
