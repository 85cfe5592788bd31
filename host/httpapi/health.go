package httpapi

import (
	"errors"
	"net/http"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// alive reports whether the process must be restarted, and what it is.
func (h *handler) alive(c call) answer {
	if h.healthy != nil {
		if err := h.healthy(c.Context()); err != nil {
			return h.unwell("not healthy", err)
		}
	}
	a := healthy()
	identified := strictjson.Append(nil, func(m *strictjson.Members) {
		status := signup.StatusOK
		m.String("cid", &a.cid)
		m.String("status", &status)
		m.Optional().String("version", &h.version)
		m.Optional().String("commit", &h.commit)
	})
	a.body = identified
	return a
}

// answersReady reports whether sign-ups can be served.
func (h *handler) answersReady(c call) answer {
	if h.ready == nil {
		return healthy()
	}
	if err := h.ready(c.Context()); err != nil {
		return h.unwell("not ready", err)
	}
	return healthy()
}

func healthy() answer {
	return respond(http.StatusOK, signup.Response{CID: host.NewCID(), Status: signup.StatusOK})
}

// unwell logs the reason for the operator, and answers with the part that
// anybody may know.
func (h *handler) unwell(what string, err error) answer {
	h.logger.Warn(what, "reason", err)
	if why, ok := errors.AsType[*host.NotReady](err); ok {
		what += ": " + why.Reason
	}
	return refuse(http.StatusServiceUnavailable, signup.Busy, what)
}
