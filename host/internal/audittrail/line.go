// Package audittrail is the format of a sealed audit trail, as host/docs/audit.md
// specifies it: lines that each have a hash over themselves and the line before,
// and some of which are signed.
//
// Tail continues a trail, and Verify checks one.
package audittrail

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
)

// The operations of signed lines.
const (
	opOpen       = "audit.open"       // the first line of a file, or the one after damage
	opCheckpoint = "audit.checkpoint" // after some entries, and at the end of a process
	opRotate     = "audit.rotate"     // the last line of a file
)

// signedContext is before a hash that is signed, so that no signature of something
// else fits.
const signedContext = "enrol audit v1\x00"

// noHash is before the first line of a chain.
var noHash [sha256.Size]byte

// line is a line of a trail, as it was read.
type line struct {
	body      []byte // what the hash is over, after the hash of the line before
	n         uint64
	hash      [sha256.Size]byte
	signature []byte // nil if it is not signed

	Time     string
	Op       string
	Chain    string
	Previous string
	Torn     string
	Host     string
	Key      string
}

var lineForm = regexp.MustCompile(`^(\{.*,"n":([1-9][0-9]{0,17})),"hash":"([0-9a-f]{64})"(?:,"signature":"([A-Za-z0-9_-]{86})")?\}$`)

// parse reads a line without its line ending.
func parse(text []byte) (*line, bool) {
	parts := lineForm.FindSubmatch(text)
	if parts == nil {
		return nil, false
	}
	l := &line{body: parts[1]}
	if json.Unmarshal(append(bytes.Clone(l.body), '}'), l) != nil {
		return nil, false
	}
	l.n, _ = strconv.ParseUint(string(parts[2]), 10, 64) // 18 digits
	_, _ = hex.Decode(l.hash[:], parts[3])               // 64 digits
	if parts[4] != nil {
		signature, err := base64.RawURLEncoding.Strict().DecodeString(string(parts[4]))
		if err != nil {
			return nil, false
		}
		l.signature = signature
	}
	return l, true
}

// hashOf returns the hash of a line.
func hashOf(previous [sha256.Size]byte, body []byte) (hash [sha256.Size]byte) {
	sum := sha256.New()
	sum.Write(previous[:])
	sum.Write(body)
	return [sha256.Size]byte(sum.Sum(nil))
}

func signedText(hash [sha256.Size]byte) []byte { return append([]byte(signedContext), hash[:]...) }

// signedBy reports whether one of the keys signed a line.
func (l *line) signedBy(keys []ed25519.PublicKey) bool {
	for _, key := range keys {
		if KeyText(key) == l.Key {
			return ed25519.Verify(key, signedText(l.hash), l.signature)
		}
	}
	return false
}

// KeyText is the text form of a public key.
func KeyText(key ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(key) }

// ParseKey reads the text form of a public key.
func ParseKey(text string) (ed25519.PublicKey, error) {
	key, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%q is not a public key: it is 43 characters, as enrol audit key prints them", text)
	}
	return key, nil
}

// IsChain reports whether a text is the id of a chain.
func IsChain(id string) bool { return chainForm.MatchString(id) }

var chainForm = regexp.MustCompile(`^[0-9a-f]{16}$`)
