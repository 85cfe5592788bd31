package httpapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// retryAfter is how long a caller who was told to try again waits, in seconds.
const retryAfter = "1"

// answer is what goes back to the caller.
type answer struct {
	status  int
	body    []byte
	headers map[string]string // beside those that every answer has
}

// statuses are the HTTP statuses of codes that are no mere refusal.
var statuses = map[signup.Code]int{
	signup.InvalidOperation:    http.StatusBadRequest,
	signup.InvalidInput:        http.StatusBadRequest,
	signup.MissingInput:        http.StatusBadRequest,
	signup.InternalError:       http.StatusInternalServerError,
	signup.RateLimited:         http.StatusTooManyRequests,
	signup.Busy:                http.StatusServiceUnavailable,
	signup.IdempotencyConflict: http.StatusConflict,
}

// statusOf is the HTTP status of a response.
func statusOf(response signup.Response) int {
	if response.OK() {
		return http.StatusOK
	}
	for _, code := range response.SubStatus {
		if status, ok := statuses[code]; ok {
			return status
		}
	}
	if response.Fault != "" {
		return http.StatusInternalServerError
	}
	return http.StatusForbidden
}

// respond makes an answer of a response without members of its own. What is
// for the operator does not leave the house.
func respond(status int, response signup.Response) answer {
	response.Fault = ""
	body, err := json.Marshal(response)
	if err != nil {
		panic("httpapi: a response cannot be encoded") // it holds texts only
	}
	a := answer{status: status, body: body}
	switch {
	case response.RetryAfter > 0:
		a = a.with("Retry-After", strconv.Itoa(response.RetryAfter))
	case status == http.StatusServiceUnavailable:
		a = a.with("Retry-After", retryAfter)
	}
	return a
}

// refuse answers a request that never reached the engine.
func refuse(status int, code signup.Code, message string) answer {
	return respond(status, signup.Response{
		CID:       host.NewCID(),
		Status:    signup.StatusError,
		SubStatus: []signup.Code{code},
		Message:   message,
	})
}

// malformed refuses a body, or one field of it.
func malformed(field, message string) answer {
	return respond(http.StatusBadRequest, signup.Response{
		CID:       host.NewCID(),
		Status:    signup.StatusError,
		SubStatus: []signup.Code{signup.InvalidInput},
		Field:     field,
		Message:   message,
	})
}

// unknownField refuses a field as the core refuses those that it does not know.
func unknownField(name string) answer { return malformed(name, "is not a known field") }

func unauthorized(message string) answer {
	return refuse(http.StatusUnauthorized, signup.NotAllowed, message).with("WWW-Authenticate", "Bearer")
}

func methodNotAllowed(methods []string) answer {
	return refuse(http.StatusMethodNotAllowed, signup.InvalidOperation, "the method is not one that this path has").
		with("Allow", strings.Join(methods, ", "))
}

// with adds a header.
func (a answer) with(name, value string) answer {
	headers := map[string]string{name: value}
	for name, value := range a.headers {
		headers[name] = value
	}
	a.headers = headers
	return a
}

// unread says that the request's body, if it has one, was not read to its end:
// then the answer goes out without waiting for the rest, and the connection is
// of no more use.
func (a answer) unread(r *http.Request) answer {
	if r.ContentLength == 0 {
		return a
	}
	return a.with("Connection", "close")
}

func (a answer) write(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	for name, value := range a.headers {
		header.Set(name, value)
	}
	header.Set("Content-Length", strconv.Itoa(len(a.body)+1))
	w.WriteHeader(a.status)
	w.Write(append(a.body, '\n')) // an error here is that of a caller who is gone
}
