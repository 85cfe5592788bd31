package signup

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/scrypt"
)

// Sizes that every engine chooses alike, in bytes.
const (
	argon2Salt = 16
	argon2Tag  = 32
	pbkdf2Key  = 64
)

func (c *Config) saltBytes() int {
	if c.Enrol.PasswordHash == PBKDF2SHA512 {
		return c.HashSecret.SaltSize
	}
	return argon2Salt
}

func (c *Config) kdfParams() KDFParams {
	if c.Enrol.PasswordHash == PBKDF2SHA512 {
		return KDFParams{Algorithm: PBKDF2SHA512, Iterations: c.HashSecret.Rounds, Length: pbkdf2Key}
	}
	return KDFParams{
		Algorithm:   Argon2id,
		Memory:      c.Enrol.Argon2Memory,
		Iterations:  c.Enrol.Argon2Iterations,
		Parallelism: c.Enrol.Argon2Parallelism,
		Length:      argon2Tag,
	}
}

// hashPassword returns the password's hash as a string that other tools
// verify: a PHC string for argon2id, passlib's form for PBKDF2.
func (r *run) hashPassword(password string, salt []byte) (string, *Error) {
	params := r.config.kdfParams()
	derived, err := r.derive(params, password, salt)
	if err != nil {
		return "", err
	}
	return params.format(salt, derived), nil
}

// derive hashes a password, by the host if it can.
func (r *run) derive(params KDFParams, password string, salt []byte) ([]byte, *Error) {
	derived, fault := r.host.DeriveKey(params, []byte(password), salt)
	if errors.Is(fault, ErrNoKDF) {
		derived, fault = DeriveKey(params, []byte(password), salt)
	}
	if fault != nil {
		return nil, outside("kdf", fault)
	}
	if len(derived) != params.Length {
		return nil, internal("kdf: the host gave %d bytes for %d", len(derived), params.Length)
	}
	return derived, nil
}

// DeriveKey is the core's own password hash: what Host.DeriveKey has to return.
func DeriveKey(params KDFParams, password, salt []byte) ([]byte, error) {
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
	return nil, fmt.Errorf("password hash %q is not known", params.Algorithm)
}
