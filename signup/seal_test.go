package signup

import (
	"encoding/base64"
	"strings"
	"testing"
)

func sealedParts(t *testing.T, sealed string) (id string, data []byte) {
	t.Helper()
	id, encoded, _ := strings.Cut(sealed, ".")
	data, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return id, data
}

// In a whole store, no two sealed texts share a nonce.
func TestNoncesOfAStoreDiffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=a, b, c")
	for _, name := range []string{"ada", "bob", "eve"} {
		w.claim(name, "one@example.com")
	}
	seen := map[string]bool{}
	for _, e := range w.dump() {
		for _, part := range strings.Split(e.Data, `"`) {
			if !strings.HasPrefix(part, "k1.") {
				continue
			}
			_, data := sealedParts(t, part)
			if nonce := string(data[:24]); seen[nonce] {
				t.Errorf("%s repeats a nonce", e.Key)
			} else {
				seen[nonce] = true
			}
		}
	}
	if len(seen) != 3*6 {
		t.Errorf("%d sealed texts", len(seen))
	}
}
