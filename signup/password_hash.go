package signup

import (
	"errors"

	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/identity/precis"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Sizes in bytes that are the same in every engine.
const (
	argon2Salt = 16
	argon2Tag  = 32
	pbkdf2Key  = 64
)

func saltBytes(c *ssoconf.Config) int {
	if c.Enrol.PasswordHash == PBKDF2SHA512 {
		return c.HashSecret.SaltSize
	}
	return argon2Salt
}

func kdfParams(c *ssoconf.Config) KDFParams {
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

// hashKind returns the kind of the hashes that a configuration makes.
func hashKind(c *ssoconf.Config) phc.Kind { return phc.Kind{Params: kdfParams(c), Salt: saltBytes(c)} }

// hashPassword returns the hash of a password as a string that other tools can
// verify: a PHC string for argon2id, passlib's form for PBKDF2.
func (r *run) hashPassword(password string, salt []byte) (string, *Error) {
	params := kdfParams(r.config)
	derived, err := r.derive(params, password, salt)
	if err != nil {
		return "", err
	}
	return params.Encode(salt, derived), nil
}

// derive hashes a password on the host if possible.
func (r *run) derive(params KDFParams, password string, salt []byte) ([]byte, *Error) {
	derived, failure := r.host.DeriveKey(params, []byte(password), salt)
	if errors.Is(failure, ErrNoKDF) {
		derived, failure = DeriveKey(params, []byte(password), salt)
	}
	if busy, ok := errors.AsType[*BusyError](failure); ok {
		return nil, &Error{Code: Busy, RetryAfter: max(1, busy.RetryAfter)}
	}
	if failure != nil {
		return nil, fault.Outside("kdf", failure)
	}
	if len(derived) != params.Length {
		return nil, fault.Internal("kdf: the host returned %d bytes, not %d", len(derived), params.Length)
	}
	return derived, nil
}

// isPassword reports whether a password is the password of a record, which may
// be a decoy. For an invalid password it does the same work and reports false.
func (r *run) isPassword(user *record.User, password Secret) (bool, *Error) {
	normal, failure := precis.OpaqueString(string(password))
	if failure != nil {
		normal = ""
	}
	hash, err := r.hashOf(user)
	if err != nil {
		return false, err
	}
	same, err := r.isHash(hash, normal)
	return same && failure == nil, err
}

// hashOf returns the password hash of a record.
func (r *run) hashOf(user *record.User) (phc.Hash, *Error) {
	stored := user.Password
	if user.PasswordSealed != "" {
		var err *Error
		if stored, err = keyring.Open(r.keys, record.PasswordPlace(user.ID), user.PasswordSealed); err != nil {
			return phc.Hash{}, err
		}
	}
	hash, bad := phc.Parse(stored)
	if bad != nil {
		return phc.Hash{}, fault.Internal("user/%s: the password hash is invalid: %v", user.ID, bad)
	}
	return hash, nil
}

// isHash reports whether a password has this hash. If the algorithm cannot
// take the password, it does the same work and reports false.
func (r *run) isHash(hash phc.Hash, password string) (bool, *Error) {
	takes := hash.Takes(password)
	if !takes {
		password = ""
	}
	derived, err := r.derive(hash.Params, password, hash.Salt)
	return err == nil && hash.Is(derived) && takes, err
}
