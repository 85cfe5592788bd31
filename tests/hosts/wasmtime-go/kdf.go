package main

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// derivation is the request of a kdf effect.
type derivation struct {
	Algorithm   string `json:"algorithm"`
	Memory      int    `json:"memory,omitempty"`
	Iterations  int    `json:"iterations"`
	Parallelism int    `json:"parallelism,omitempty"`
	Length      int    `json:"length"`
	Password    string `json:"password"`
	Salt        string `json:"salt"`
}

// kdf leaves to the module what only imported accounts have.
func kdf(d derivation) (object, error) {
	password, err := base64.RawURLEncoding.DecodeString(d.Password)
	if err != nil {
		return nil, err
	}
	salt, err := base64.RawURLEncoding.DecodeString(d.Salt)
	if err != nil {
		return nil, err
	}
	var key []byte
	switch d.Algorithm {
	case "argon2id":
		key = argon2.IDKey(password, salt, uint32(d.Iterations), uint32(d.Memory), uint8(d.Parallelism), uint32(d.Length))
	case "pbkdf2-sha512":
		key, err = pbkdf2.Key(sha512.New, string(password), salt, d.Iterations, d.Length)
	case "pbkdf2-sha256":
		key, err = pbkdf2.Key(sha256.New, string(password), salt, d.Iterations, d.Length)
	default:
		return object{"unsupported": true}, nil
	}
	return object{"key": encode(key)}, err
}

// checkKDF compares the keys of this host with the keys of the module: an
// account must open in either.
func checkKDF(module *Module) error {
	instance, err := NewInstance(module, accountConf, newSecretKey())
	if err != nil {
		return err
	}
	defer instance.Close()
	for _, d := range []derivation{
		{Algorithm: "argon2id", Memory: 256, Iterations: 2, Parallelism: 3, Length: 32},
		{Algorithm: "pbkdf2-sha512", Iterations: 100, Length: 64},
		{Algorithm: "pbkdf2-sha256", Iterations: 100, Length: 32},
	} {
		d.Password, d.Salt = encode([]byte(password)), encode(random(16))
		request, err := json.Marshal(d)
		if err != nil {
			return err
		}
		want, err := instance.Start("derive", request, nil)
		if err != nil {
			return err
		}
		if got := (&Effects{}).Perform("kdf", request); !bytes.Equal(got, want.Response) || !bytes.HasPrefix(got, []byte(`{"key":`)) {
			return fmt.Errorf("%s: got %s, the module %s", d.Algorithm, got, want.Response)
		}
	}
	return nil
}
