package website

import (
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// maxForm bounds the body of a form, in bytes.
const maxForm = 64 << 10

// ReadForm reads what a form posts into r.PostForm: at most 64 KiB of UTF-8 without
// NUL. It returns 0, or the status with which to refuse the request. Then it has
// called LeaveUnread if it did not read the body to its end.
func ReadForm(w http.ResponseWriter, r *http.Request) (refusal int) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil || kind != "application/x-www-form-urlencoded" || r.Header.Get("Content-Encoding") != "":
		LeaveUnread(w, r)
		return http.StatusUnsupportedMediaType
	case r.ContentLength > maxForm:
		LeaveUnread(w, r)
		return http.StatusRequestEntityTooLarge
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		LeaveUnread(w, r)
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return http.StatusRequestEntityTooLarge
		}
		return http.StatusBadRequest
	}
	for _, values := range r.PostForm {
		for _, value := range values {
			if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
				return http.StatusBadRequest
			}
		}
	}
	return 0
}

// restTimeout is how long the server waits for the rest of an unread body.
const restTimeout = time.Second

// LeaveUnread closes the connection after the answer, without waiting for the rest of
// the body. Without a body, the connection stays.
func LeaveUnread(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength == 0 {
		return
	}
	w.Header().Set("Connection", "close")
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(restTimeout)) // an error: there is no connection, as in tests
}
