package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup"
)

// idempotencyHeader may hold the member idempotency_key.
const idempotencyHeader = "Idempotency-Key"

// signup creates an account.
func (h *handler) signup(r *http.Request) answer {
	return h.operate(r, "signup", signupRequest)
}

// confirm activates one.
func (h *handler) confirm(r *http.Request) answer {
	return h.operate(r, "confirm", confirmRequest)
}

// operate runs an operation on the request that is made of the body.
func (h *handler) operate(r *http.Request, operation string, request func([]member, callDefaults) []byte) answer {
	body, refusal, ok := readBody(r)
	if !ok {
		return refusal
	}
	defaults := callDefaults{remoteAddr: h.remoteAddr(r)}
	for _, from := range []struct {
		header, member string
		into           *string
	}{
		{h.engine.Config().Apps.HTTPHeader, "current_app", &defaults.currentApp},
		{idempotencyHeader, "idempotency_key", &defaults.idempotencyKey},
	} {
		if *from.into, ok = headerText(r.Header, from.header); !ok {
			return malformed(from.member, "the header "+from.header+" has to be one, in UTF-8")
		}
	}
	response, answered := h.engine.Run(r.Context(), operation, request(body, defaults))
	h.logFault(r.Context(), operation, response)
	if response.OK() {
		return answer{status: http.StatusOK, body: answered}
	}
	return respond(statusOf(response), asFlat(operation, response))
}

// headerText reads a header that may occur once.
func headerText(headers http.Header, name string) (text string, ok bool) {
	if name == "" {
		return "", true
	}
	values := slices.Compact(slices.Clone(headers.Values(name)))
	switch len(values) {
	case 0:
		return "", true
	case 1:
		return values[0], utf8.ValidString(values[0])
	}
	return "", false
}

// asFlat says what was wrong with a request as the caller knows it: fields by
// their flat names, and no offsets into what the caller did not write.
func asFlat(operation string, response signup.Response) signup.Response {
	if operation == "signup" {
		response.Field = strings.TrimPrefix(response.Field, "ctx.")
	}
	if response.Field == "" {
		response.Message, _, _ = strings.Cut(response.Message, " at byte ")
	}
	return response
}
