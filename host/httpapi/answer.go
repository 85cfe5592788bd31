package httpapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/signup"
)

// retryAfter is the Retry-After of an answer, in seconds.
const retryAfter = "1"

// restTimeout is how long the server waits for the rest of an unread body. A
// caller that is still sending it then may not see the answer.
const restTimeout = time.Second

// answer is the answer to the caller.
type answer struct {
	status  int
	body    []byte
	headers map[string]string // in addition to the headers of every answer
	cid     string            // of the answer
	codes   []signup.Code     // its sub_status
}

// statuses are the HTTP statuses of codes other than 403.
var statuses = map[signup.Code]int{
	signup.InvalidOperation:    http.StatusBadRequest,
	signup.InvalidInput:        http.StatusBadRequest,
	signup.MissingInput:        http.StatusBadRequest,
	signup.InternalError:       http.StatusInternalServerError,
	signup.RateLimited:         http.StatusTooManyRequests,
	signup.Busy:                http.StatusServiceUnavailable,
	signup.IdempotencyConflict: http.StatusConflict,
}

// StatusOf is the HTTP status of a response.
func StatusOf(response signup.Response) int {
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

// respond turns a response without further members into an answer. It leaves
// out what is for the operator.
func respond(status int, response signup.Response) answer {
	response.Fault = ""
	body, err := json.Marshal(response)
	if err != nil {
		panic("httpapi: a response cannot be encoded") // it contains only strings
	}
	return answer{status: status, body: body, cid: response.CID, codes: response.SubStatus}.tellRetry(response)
}

// inFull answers with everything that an operation answered: refusals can have
// further members, as those of validate.
func inFull(response signup.Response, body []byte) answer {
	return answer{status: StatusOf(response), body: body, cid: response.CID, codes: response.SubStatus}.tellRetry(response)
}

// tellRetry adds when a caller may try again.
func (a answer) tellRetry(response signup.Response) answer {
	switch {
	case response.RetryAfter > 0:
		a = a.with("Retry-After", strconv.Itoa(response.RetryAfter))
	case a.status == http.StatusServiceUnavailable:
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

// unknownField refuses a field as the core refuses unknown ones.
func unknownField(name string) answer { return malformed(name, "is not a known field") }

// unauthorized refuses a caller without a valid key, and closes the connection:
// strangers keep no connections.
func unauthorized(message string) answer {
	return refuse(http.StatusUnauthorized, signup.NotAllowed, message).
		with("WWW-Authenticate", "Bearer").
		with("Connection", "close")
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

// unread marks that the request's body, if any, was not read to its end: the
// answer then goes out without waiting for the rest, and the connection is
// closed.
func (a answer) unread(r *http.Request) answer {
	if r.ContentLength == 0 {
		return a
	}
	return a.with("Connection", "close")
}

// common sets the headers of every answer.
func common(header http.Header) {
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
}

func (a answer) write(w http.ResponseWriter) {
	access.Outcome(w, a.cid, a.codes)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	common(header)
	for name, value := range a.headers {
		header.Set(name, value)
	}
	header.Set("Content-Length", strconv.Itoa(len(a.body)+1))
	if a.headers["Connection"] == "close" {
		// net/http reads the rest of a body before it closes the connection. An error
		// means that there is no connection, as in tests.
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(restTimeout))
	}
	w.WriteHeader(a.status)
	w.Write(append(a.body, '\n')) // an error means that the caller is gone
}
