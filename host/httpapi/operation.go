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

// repeatable are the operations that have the member idempotency_key. The
// header says nothing to others, which can be repeated as they are.
var repeatable = []string{"signup", "confirm"}

// signup creates an account.
func (h *handler) signup(c call) answer { return h.operate(c, "signup", signupRequest) }

// confirm activates one.
func (h *handler) confirm(c call) answer { return h.operate(c, "confirm", flatRequest) }

// resend sends another token for one.
func (h *handler) resend(c call) answer { return h.operate(c, "resend", flatRequest) }

// verify compares a password.
func (h *handler) verify(c call) answer { return h.operate(c, "verify", flatRequest) }

// approve and reject decide about an account, for super-users.
func (h *handler) approve(c call) answer { return h.operate(c, "approve", c.decision()) }
func (h *handler) reject(c call) answer  { return h.operate(c, "reject", c.decision()) }

// lock and unlock say whether the owner of one may log in, for super-users.
func (h *handler) lock(c call) answer   { return h.operate(c, "lock", c.decision()) }
func (h *handler) unlock(c call) answer { return h.operate(c, "unlock", c.decision()) }

// decision makes the request of a super-user, or one that the core refuses.
func (c call) decision() func([]member, callDefaults) []byte {
	if c.superUser {
		return superUserRequest
	}
	return flatRequest
}

// operate runs an operation on the request that is made of the body.
func (h *handler) operate(c call, operation string, request func([]member, callDefaults) []byte) answer {
	body, refusal, ok := readBody(c.Request)
	if !ok {
		return refusal
	}
	for _, m := range body {
		if slices.Contains(ownMembers, m.name) {
			return unknownField(m.name)
		}
	}
	defaults := callDefaults{remoteAddr: h.remoteAddr(c.Request)}
	if defaults.currentApp, ok = headerText(c.Header, h.engine.Config().Apps.HTTPHeader); !ok {
		return malformed("current_app", "the header "+h.engine.Config().Apps.HTTPHeader+" has to be one, in UTF-8")
	}
	if slices.Contains(repeatable, operation) {
		if defaults.idempotencyKey, ok = headerText(c.Header, idempotencyHeader); !ok {
			return malformed("idempotency_key", "the header "+idempotencyHeader+" has to be one, in UTF-8")
		}
	}
	if h.engine.Config().Enrol.UnknownFields == signup.IgnoreUnknown {
		body = known(body, operation, request(body, defaults))
	}
	return h.run(c, operation, request(body, defaults))
}

// run runs an operation on a request of the core's.
func (h *handler) run(c call, operation string, request []byte) answer {
	response, answered := h.engine.Run(c.Context(), operation, request)
	h.logFault(c.Context(), operation, response)
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
