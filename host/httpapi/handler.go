package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"

	"github.com/enrol-sso/enrol/signup"
)

// handler is what New returns.
type handler struct {
	engine  Engine
	key     *keyHash // nil: only this machine is served
	proxies []netip.Prefix
	ready   func(context.Context) error
	logger  *slog.Logger
}

// route is a path that is served.
type route struct {
	open  bool // needs no API key
	serve map[string]func(h *handler, r *http.Request) answer
}

// routes holds every path by its exact spelling: no other one, like that with
// escapes, leads to the same place.
var routes = map[string]route{
	"/zato/sso/user/signup": {serve: map[string]func(*handler, *http.Request) answer{
		http.MethodPost:  (*handler).signup,
		http.MethodPatch: (*handler).confirm,
	}},
	"/zato/sso/user/signup/confirm": {serve: map[string]func(*handler, *http.Request) answer{
		http.MethodPatch: (*handler).confirm,
		http.MethodPost:  (*handler).confirm,
	}},
	"/healthz": {open: true, serve: map[string]func(*handler, *http.Request) answer{
		http.MethodGet: (*handler).alive,
	}},
	"/readyz": {open: true, serve: map[string]func(*handler, *http.Request) answer{
		http.MethodGet: (*handler).answersReady,
	}},
}

// methods lists what a route serves, sorted.
func (r route) methods() []string {
	var methods []string
	for method := range r.serve {
		methods = append(methods, method)
	}
	slices.Sort(methods)
	return methods
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.recovered(r).write(w)
}

// recovered answers even where the code has a bug.
func (h *handler) recovered(r *http.Request) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = h.bug(p)
		}
	}()
	return h.answer(r)
}

// answer checks the caller, then finds what was asked for.
func (h *handler) answer(r *http.Request) answer {
	if h.key == nil {
		if refusal, refused := checkLocal(r); refused {
			return refusal.unread(r)
		}
	}
	route, known := routes[r.URL.EscapedPath()]
	if h.key != nil && !route.open && !h.key.opens(r.Header.Values("Authorization")) {
		return unauthorized("an API key is needed: send it as Authorization: Bearer").unread(r)
	}
	if !known {
		return refuse(http.StatusNotFound, signup.InvalidOperation, "there is nothing at this path").unread(r)
	}
	serve := route.serve[r.Method]
	if serve == nil {
		return methodNotAllowed(route.methods()).unread(r)
	}
	return serve(h, r)
}
