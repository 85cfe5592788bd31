package page

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"github.com/enrol-sso/enrol/host/internal/website"
)

// readForm reads what a form posts for an operation, if there were not too many. If
// that fails, it answers and returns false. Fields come from the body only, never
// from the URL.
func (v *visit) readForm(operation string) bool {
	if retryAfter, ok := v.allowed(operation); !ok {
		v.unread()
		v.limited(retryAfter)
		return false
	}
	if refusal := website.ReadForm(v.w, v.r); refusal != 0 {
		v.fail(refusal)
		return false
	}
	return true
}

// field returns what was entered in a field.
func (v *visit) field(name string) string { return v.r.PostForm.Get(name) }

// keyField has the key of a form.
const keyField = "key"

// newFormKey returns the key of a form that is shown.
func newFormKey() string { return rand.Text() }

// repeatKey is the idempotency key of a request that a form posts: the same form
// with the same content is the same request, such as after a double click. A form
// that is changed after the way back is another one.
func repeatKey(form string, request []byte) string {
	hash := sha256.Sum256([]byte(form + "\x00" + string(request)))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}
