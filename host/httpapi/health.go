package httpapi

import (
	"net/http"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// alive says that the process answers.
func (h *handler) alive(call) answer {
	return respond(http.StatusOK, signup.Response{CID: host.NewCID(), Status: signup.StatusOK})
}

// answersReady says whether signups can be served.
func (h *handler) answersReady(c call) answer {
	if h.ready == nil {
		return h.alive(c)
	}
	if err := h.ready(c.Context()); err != nil {
		a := refuse(http.StatusServiceUnavailable, signup.Busy, "not ready")
		h.logger.Warn("not ready", "reason", err)
		return a
	}
	return h.alive(c)
}
