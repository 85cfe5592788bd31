package keyring

import (
	"crypto/sha512"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/secret"
)

// testKeys returns keys of these ids, the same whenever it is called.
func testKeys(t testing.TB, ids ...string) *Keys {
	t.Helper()
	var entries []string
	for _, id := range ids {
		sum := sha512.Sum512_256([]byte("key " + id))
		entries = append(entries, string(Format(id, sum[:])))
	}
	keys, err := Parse(secret.Text(strings.Join(entries, ",")))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func sealedParts(t *testing.T, sealed string) (id string, data []byte) {
	t.Helper()
	id, encoded, _ := strings.Cut(sealed, ".")
	data, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return id, data
}
