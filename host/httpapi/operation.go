package httpapi

import (
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// idempotencyHeader can contain the member idempotency_key.
const idempotencyHeader = "Idempotency-Key"

// repeatable are the operations with the member idempotency_key. Others ignore
// the header: they can be repeated without it.
var repeatable = []string{"signup", "confirm"}

// forSuperUsers are the operations that have the member super_user.
var forSuperUsers = []string{"approve", "reject", "lock", "unlock"}

// operate runs an operation on the request that the body makes.
func (h *handler) operate(c call, operation string) answer {
	body, refusal, ok := readBody(c.Request)
	if !ok {
		return refusal
	}
	for _, m := range body {
		if slices.Contains(ownMembers, m.name) {
			return unknownField(m.name)
		}
	}
	var defaults callDefaults
	if defaults.remoteAddr, ok = h.proxies.RemoteAddr(c.Request); !ok && !says(body, "remote_addr", noAddress...) {
		return unknownAddress()
	}
	defaults.currentUser = c.currentUser()
	defaults.superUser = c.superUser && slices.Contains(forSuperUsers, operation)
	if defaults.currentApp, ok = headerText(c.Header, h.engine.Config().Apps.HTTPHeader); !ok {
		return malformed("current_app", "the header "+h.engine.Config().Apps.HTTPHeader+" must occur once, in UTF-8")
	}
	if slices.Contains(repeatable, operation) {
		if defaults.idempotencyKey, ok = headerText(c.Header, idempotencyHeader); !ok {
			return malformed("idempotency_key", "the header "+idempotencyHeader+" must occur once, in UTF-8")
		}
	}
	if h.engine.Config().Enrol.UnknownFields == ssoconf.IgnoreUnknown {
		body = known(body, operation)
	}
	return h.run(c, operation, requestOf(body, defaults))
}

// run runs an operation on a request of the core.
func (h *handler) run(c call, operation string, request []byte) answer {
	response, answered := h.engine.Run(c.Context(), operation, request)
	h.logFault(c.Context(), operation, response)
	if response.OK() {
		return answer{status: http.StatusOK, body: answered, cid: response.CID, codes: response.SubStatus}
	}
	return respond(StatusOf(response), response)
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
