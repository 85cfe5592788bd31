package phc

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"slices"

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
	case Argon2d:
		return deriveArgon2d(params, password, salt), nil
	case PBKDF2SHA1:
		return pbkdf2.Key(sha1.New, string(password), salt, params.Iterations, params.Length)
	case SSHA1:
		sum := sha1.Sum(slices.Concat(password, salt))
		return sum[:], nil
	case SSHA256:
		sum := sha256.Sum256(slices.Concat(password, salt))
		return sum[:], nil
	case SSHA512:
		sum := sha512.Sum512(slices.Concat(password, salt))
		return sum[:], nil
	case SHA1Salted:
		sum := sha1.Sum(slices.Concat(salt, password))
		return sum[:], nil
	case Bcrypt:
		return deriveBcrypt(password, salt, params.Iterations)
	}
	return nil, fmt.Errorf("unknown password hash %q", params.Algorithm)
}
