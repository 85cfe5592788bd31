package signup

import (
	"encoding/base64"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

func TestTokenIsItsEntropyInBase64(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tokens, ids := map[string]bool{}, map[string]bool{}
	for range 50 {
		w.use(newWorld(t).store)
		token := w.claim("ada", "ada@example.com")
		data, err := base64.RawURLEncoding.Strict().DecodeString(token)
		id := w.list(record.UserPrefix)[0].Key
		if len(token) != 32 || len(data) != 24 || err != nil || tokens[token] || ids[id] {
			t.Fatalf("the token %q, the user %q", token, id)
		}
		tokens[token], ids[id] = true, true
	}
}
