package phc

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Notations other than $kind$…: those of LDAP, of Django and of Firebase.

// saltedSHA are the schemes of LDAP: base64 of the digest of the password and
// the salt, followed by the salt.
var saltedSHA = []struct {
	scheme    string
	algorithm string
	digest    int // bytes
}{
	{"{SSHA}", SSHA1, 20},
	{"{SSHA256}", SSHA256, 32},
	{"{SSHA512}", SSHA512, 64},
}

func parseLDAP(text string) (Hash, error) {
	for _, kind := range saltedSHA {
		encoded, ok := strings.CutPrefix(text, kind.scheme)
		if !ok {
			continue
		}
		data, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if err != nil || len(data) <= kind.digest || len(data) > kind.digest+maxSalt {
			return Hash{}, fmt.Errorf("after %s there must be base64 of %d bytes and a salt of 1 to %d", kind.scheme, kind.digest, maxSalt)
		}
		return Hash{Params: Params{Algorithm: kind.algorithm, Iterations: 1, Length: kind.digest}, Salt: data[kind.digest:], Key: data[:kind.digest]}, nil
	}
	return Hash{}, errors.New("is neither {SSHA}, {SSHA256} nor {SSHA512}")
}

// parseDjango parses algorithm$…$salt$hash. A salt is text, as it is.
func parseDjango(text string) (Hash, error) {
	parts := strings.Split(text, "$")
	kind, parts := parts[0], parts[1:]
	if kind == "sha1" {
		if len(parts) != 2 || !isDjangoSalt(parts[0]) {
			return Hash{}, errors.New("must be sha1$salt$hash, with a salt in ASCII")
		}
		key, err := hex.DecodeString(parts[1])
		if err != nil || len(key) != 20 || strings.ToLower(parts[1]) != parts[1] {
			return Hash{}, errors.New("the hash must be 40 lower-case hexadecimal digits")
		}
		return Hash{Params: Params{Algorithm: SHA1Salted, Iterations: 1, Length: len(key)}, Salt: []byte(parts[0]), Key: key}, nil
	}
	p := Params{Algorithm: map[string]string{"pbkdf2_sha256": PBKDF2SHA256, "pbkdf2_sha1": PBKDF2SHA1}[kind]}
	if p.Algorithm == "" || len(parts) != 3 || !isDjangoSalt(parts[1]) {
		return Hash{}, errors.New("must be pbkdf2_sha256$rounds$salt$hash or pbkdf2_sha1$rounds$salt$hash, with a salt in ASCII")
	}
	var ok bool
	if p.Iterations, ok = number(parts[0], maxRounds); !ok {
		return Hash{}, fmt.Errorf("the rounds must be a whole number from 1 to %d", maxRounds)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(key) < minKey || len(key) > maxKey {
		return Hash{}, fmt.Errorf("the hash must be %d to %d bytes in base64", minKey, maxKey)
	}
	p.Length = len(key)
	return Hash{Params: p, Salt: []byte(parts[1]), Key: key}, nil
}

// isDjangoSalt reports whether a text can be a salt: it is printable ASCII.
func isDjangoSalt(text string) bool {
	return text != "" && len(text) <= maxSalt && !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' })
}

// firebaseKey is the length of the key that encrypts the signer key.
const firebaseKey = 32

// parseFirebase parses Firebase's scrypt: the hash is the signer key of the
// project, encrypted with AES-256 in counter mode under a key that scrypt derives
// from the password, the salt and the separator of the project.
func parseFirebase(parts []string) (Hash, error) {
	const form = "must be $fbscrypt$v=1,n=…,r=…,p=…,ss=…,sk=…$salt$hash"
	if len(parts) != 3 {
		return Hash{}, errors.New(form)
	}
	costs, signed, ok := strings.Cut(strings.TrimPrefix(parts[0], "v=1,"), ",ss=")
	separator, signer, found := strings.Cut(signed, ",sk=")
	if !ok || !found || !strings.HasPrefix(parts[0], "v=1,") {
		return Hash{}, errors.New(form)
	}
	p := Params{Algorithm: Scrypt, Length: firebaseKey}
	if err := readScryptCosts(&p, costs, "n"); err != nil {
		return Hash{}, err
	}
	h := Hash{Params: p}
	var after []byte // the separator
	for _, field := range []struct {
		name string
		text string
		into *[]byte
		most int
	}{{"separator", separator, &after, maxSalt / 2}, {"signer key", signer, &h.signer, maxKey}, {"salt", parts[1], &h.Salt, maxSalt / 2}, {"hash", parts[2], &h.Key, maxKey}} {
		data, err := base64.StdEncoding.Strict().DecodeString(field.text)
		if err != nil || len(data) > field.most {
			return Hash{}, fmt.Errorf("the %s must be at most %d bytes in base64", field.name, field.most)
		}
		*field.into = data
	}
	if len(h.signer) < minKey || len(h.Key) != len(h.signer) {
		return Hash{}, fmt.Errorf("the hash and the signer key must have the same length, %d to %d bytes", minKey, maxKey)
	}
	h.Salt = append(h.Salt, after...)
	return h, nil
}

// sign encrypts the signer key of Firebase with a derived key.
func (h Hash) sign(derived []byte) []byte {
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil // a key of another length is none of this hash
	}
	signed := make([]byte, len(h.signer))
	cipher.NewCTR(block, make([]byte, aes.BlockSize)).XORKeyStream(signed, h.signer)
	return signed
}
