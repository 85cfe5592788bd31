package page

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// maxForm bounds the body of a form, in bytes.
const maxForm = 64 << 10

// readForm reads what a form posts for an operation, if there were not too many. If
// that fails, it answers and returns false. Fields come from the body only, never
// from the URL.
func (v *visit) readForm(operation string) bool {
	if retryAfter, ok := v.allowed(operation); !ok {
		v.unread()
		v.limited(retryAfter)
		return false
	}
	kind, _, err := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	switch {
	case err != nil || kind != "application/x-www-form-urlencoded" || v.r.Header.Get("Content-Encoding") != "":
		v.refuse(http.StatusUnsupportedMediaType)
		return false
	case v.r.ContentLength > maxForm:
		v.refuse(http.StatusRequestEntityTooLarge)
		return false
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		v.unread()
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			v.fail(http.StatusRequestEntityTooLarge)
		} else {
			v.fail(http.StatusBadRequest)
		}
		return false
	}
	for _, values := range v.r.PostForm {
		for _, value := range values {
			if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
				v.fail(http.StatusBadRequest)
				return false
			}
		}
	}
	return true
}

// field returns what was entered in a field.
func (v *visit) field(name string) string { return v.r.PostForm.Get(name) }

// newFormKey returns the key of a form that is shown.
func newFormKey() string { return rand.Text() }

// repeatKey is the idempotency key of a request that a form posts: the same form
// with the same content is the same request, such as after a double click. A form
// that is changed after the way back is another one.
func repeatKey(form string, request []byte) string {
	hash := sha256.Sum256([]byte(form + "\x00" + string(request)))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}
