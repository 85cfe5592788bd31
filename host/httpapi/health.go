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
	a.body = strictjson.Append(nil, (&identity{a.cid, signup.StatusOK, h.version, h.commit}).members)
	return a
}

// identity is an answer of /healthz.
type identity struct{ cid, status, version, commit string }

func (i *identity) members(m *strictjson.Members) {
	m.String("cid", &i.cid)
	m.String("status", &i.status)
	m.Optional().String("version", &i.version)
	m.Optional().String("commit", &i.commit)
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
