package signup

import (
	"encoding/base64"
	"errors"

	"golang.org/x/crypto/blowfish" //lint:ignore SA1019 bcrypt is made of it, and old hashes of bcrypt
)

// Sizes of bcrypt, in bytes.
const (
	bcryptSalt        = 16
	bcryptKeyBytes    = 23 // of 24: the last one was never written
	maxBcryptPassword = 72
)

// bcryptBase64 is bcrypt's own.
var bcryptBase64 = base64.NewEncoding("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789").WithPadding(base64.NoPadding)

// deriveBcrypt is the "bcrypt" of Provos and Mazières, "A Future-Adaptable
// Password Scheme" (1999), with the password's terminating NUL, as $2a$, $2b$
// and $2y$ have it: they differ in bugs of old programs only, which no password
// of valid UTF-8 that is short enough meets. The package bcrypt of x/crypto is
// not used because it brings a source of randomness, and compares no more than
// the first 72 bytes without a word.
func deriveBcrypt(password, salt []byte, rounds int) ([]byte, error) {
	if len(password) > maxBcryptPassword || len(salt) != bcryptSalt {
		return nil, errors.New("bcrypt takes 72 bytes of a password at most, and 16 of salt")
	}
	password = append(password[:len(password):len(password)], 0)
	cipher, err := blowfish.NewSaltedCipher(password, salt)
	if err != nil {
		return nil, err
	}
	for range rounds {
		blowfish.ExpandKey(password, cipher)
		blowfish.ExpandKey(salt, cipher)
	}
	key := []byte("OrpheanBeholderScryDoubt")
	for i := 0; i < len(key); i += blowfish.BlockSize {
		for range 64 {
			cipher.Encrypt(key[i:], key[i:])
		}
	}
	return key[:bcryptKeyBytes], nil
}
