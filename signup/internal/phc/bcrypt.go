package phc

import (
	"encoding/base64"
	"errors"

	"golang.org/x/crypto/blowfish" //lint:ignore SA1019 bcrypt is made of it, and old hashes of bcrypt
)

// Sizes of bcrypt, in bytes.
const (
	bcryptSalt        = 16
	bcryptKeyBytes    = 23 // of 24: implementations never write the last one
	maxBcryptPassword = 72
)

// bcryptBase64 is the base64 of bcrypt.
var bcryptBase64 = base64.NewEncoding("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789").WithPadding(base64.NoPadding)

// deriveBcrypt is the "bcrypt" of Provos and Mazières, "A Future-Adaptable
// Password Scheme" (1999), with the password's terminating NUL, as in $2a$,
// $2b$ and $2y$. Those differ only in bugs of old programs, which short
// passwords in valid UTF-8 do not trigger. The package bcrypt of x/crypto is
// not used because it needs a source of randomness, and silently ignores
// everything after the first 72 bytes.
func deriveBcrypt(password, salt []byte, rounds int) ([]byte, error) {
	if len(password) > maxBcryptPassword || len(salt) != bcryptSalt {
		return nil, errors.New("bcrypt takes at most 72 bytes of password and exactly 16 bytes of salt")
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
