// Package fernet opens tokens of Fernet: AES-128 in CBC mode under HMAC-SHA256.
//
// Its source is https://github.com/fernet/spec. ParseKey reads a key, and Key.Open
// opens a token of it. Tokens are data at rest here, so that their time does not
// count.
package fernet

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
)

// Errors of ParseKey and Open. They contain nothing of the key or the token.
var (
	ErrKey   = errors.New("a key of Fernet has 32 bytes in base64url")
	ErrToken = errors.New("the token is malformed, or made with another key")
)

const (
	version    = 0x80
	half       = 16 // bytes of a key, of which there are two
	headerSize = 1 + 8
	macSize    = sha256.Size
)

// Key opens tokens. It prints as "[redacted]".
type Key struct{ signing, encryption [half]byte }

// Format prints no key.
func (Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "[redacted]") }

// ParseKey reads a key of 32 bytes in base64url with padding. The error is ErrKey.
func ParseKey(text string) (Key, error) {
	data, err := base64.URLEncoding.DecodeString(text)
	if err != nil || len(data) != 2*half {
		return Key{}, ErrKey
	}
	return Key{[half]byte(data[:half]), [half]byte(data[half:])}, nil
}

// Open returns what a token in base64url with padding holds. The error is ErrToken.
func (k Key) Open(token string) ([]byte, error) {
	data, err := base64.URLEncoding.DecodeString(token)
	if err != nil || len(data) < headerSize+2*aes.BlockSize+macSize || data[0] != version {
		return nil, ErrToken
	}
	signed, tag := data[:len(data)-macSize], data[len(data)-macSize:]
	mac := hmac.New(sha256.New, k.signing[:])
	mac.Write(signed)
	if !hmac.Equal(mac.Sum(nil), tag) {
		return nil, ErrToken
	}
	iv, text := signed[headerSize:headerSize+aes.BlockSize], signed[headerSize+aes.BlockSize:]
	if len(text)%aes.BlockSize != 0 {
		return nil, ErrToken
	}
	block, err := aes.NewCipher(k.encryption[:])
	if err != nil {
		return nil, err
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(text, text)
	return unpad(text)
}

// unpad removes the padding of PKCS #7, each byte of which is its length.
func unpad(text []byte) ([]byte, error) {
	length := int(text[len(text)-1])
	if length == 0 || length > aes.BlockSize {
		return nil, ErrToken
	}
	for _, b := range text[len(text)-length:] {
		if int(b) != length {
			return nil, ErrToken
		}
	}
	return text[:len(text)-length], nil
}
