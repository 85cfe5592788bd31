package httpapi

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// OperatorPath is before the name of each of host.OperatorOperations, which are
// paths for super-users. A body is the request of the operation, as package signup
// describes it, and the answer that of the operation.
const OperatorPath = "/enrol/"

// operatorOperation returns the operation that a path names.
func operatorOperation(path string) (name string, ok bool) {
	name, ok = strings.CutPrefix(path, OperatorPath)
	return name, ok && slices.Contains(host.OperatorOperations(), name)
}

// operator runs an operation for a super-user.
func (h *handler) operator(c call, operation string) answer {
	remoteAddr, ok := h.proxies.RemoteAddr(c.Request)
	switch {
	case c.Method != http.MethodPost:
		return methodNotAllowed([]string{http.MethodPost}).unread(c.Request)
	case !ok:
		return unknownAddress().unread(c.Request)
	case !c.superUser:
		return h.refuseOperator(c, operation, remoteAddr).unread(c.Request)
	}
	body, refusal, ok := readText(c.Request)
	if !ok {
		return refusal
	}
	by := host.Operator{CurrentUser: c.currentUser(), RemoteAddr: remoteAddr}
	response, answered := h.engine.Operate(c.Context(), by, operation, body)
	h.logFault(c.Context(), operation, response)
	if response.Fault != "" {
		return respond(StatusOf(response), response) // its details are not for this network
	}
	return inFull(response, answered)
}

// refuseOperator refuses a caller who is no super-user.
func (h *handler) refuseOperator(c call, operation, remoteAddr string) answer {
	refusal := refuse(http.StatusForbidden, signup.SuperUserRequired, "")
	err := h.engine.Note(c.Context(), signup.AuditEvent{
		CID:         refusal.cid,
		Op:          "api." + operation,
		CurrentUser: c.currentUser(),
		Result:      signup.StatusError,
		Extra:       signup.AuditExtra{RemoteAddr: remoteAddr, SubStatus: []signup.Code{signup.SuperUserRequired}},
	})
	if err != nil {
		h.logger.Error("a refused caller could not be noted in the audit trail", "cid", refusal.cid, "error", err)
	}
	return refusal
}

// NewOperator returns a handler of the paths below OperatorPath alone, for a
// listener that only the operator can reach, such as a Unix socket. It authenticates
// nobody. The RemoteAddr of a request is its caller in the audit trail, such as
// uid:1000: the listener sets it. Answers have the details of faults.
func NewOperator(engine Engine, logger *slog.Logger) http.Handler {
	h := &handler{engine: engine, logger: logger}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noteRoute(w, r)
		h.guarded(func() answer { return h.operatorOnly(r) }).write(w)
	})
}

// operatorOnly serves a caller who is the operator.
func (h *handler) operatorOnly(r *http.Request) answer {
	operation, known := operatorOperation(r.URL.EscapedPath())
	switch {
	case !known:
		return refuse(http.StatusNotFound, signup.InvalidOperation, "unknown path").unread(r)
	case r.Method != http.MethodPost:
		return methodNotAllowed([]string{http.MethodPost}).unread(r)
	}
	body, refusal, ok := readText(r)
	if !ok {
		return refusal
	}
	response, answered := h.engine.Operate(r.Context(), host.Operator{CurrentUser: r.RemoteAddr}, operation, body)
	h.logFault(r.Context(), operation, response)
	return inFull(response, answered)
}
