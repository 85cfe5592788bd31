package page

import (
	"net/http"
	"strconv"

	"github.com/enrol-sso/enrol/signup"
)

// failures are the pages of errors: a heading and a text, by their keys in the
// catalogue.
var failures = map[int]string{
	http.StatusBadRequest:            "refused",
	http.StatusForbidden:             "refused",
	http.StatusNotFound:              "absent",
	http.StatusMethodNotAllowed:      "absent",
	http.StatusRequestEntityTooLarge: "refused",
	http.StatusUnsupportedMediaType:  "refused",
	http.StatusServiceUnavailable:    "busy",
}

// fail answers with the page of an error.
func (v *visit) fail(status int) {
	key, known := failures[status]
	if !known {
		key = "failed"
	}
	content := view{Heading: v.text.texts[key+".title"], Message: v.text.texts[key+".text"]}
	v.show(status, "error", content)
}

// refuse does the same for a request whose body was not read.
func (v *visit) refuse(status int) {
	v.unread()
	v.fail(status)
}

// failWith answers with the page of an error and a text.
func (v *visit) failWith(status int, message string) {
	v.show(status, "error", view{Heading: v.text.texts["refused.title"], Message: message})
}

// limited says when to try again, after too many requests. seconds is at least 1.
func (v *visit) limited(seconds int) {
	v.again(http.StatusTooManyRequests, "limited", seconds)
}

// busy says when to try again where there is too much to do.
func (v *visit) busy(seconds int) {
	v.again(http.StatusServiceUnavailable, "busy", seconds)
}

func (v *visit) again(status int, key string, seconds int) {
	seconds = max(seconds, 1)
	unit, count := "again.minutes", (seconds+59)/60
	if seconds < 60 {
		unit, count = "again.seconds", seconds
	}
	v.w.Header().Set("Retry-After", strconv.Itoa(seconds))
	content := view{Heading: v.text.texts[key+".title"]}
	content.visit = v
	message, err := content.Text(unit, "n", count)
	if err != nil { // tests find that
		message = v.text.codeText(string(signup.RateLimited))
	}
	content.Message = message
	v.show(status, "error", content)
}
