package httpapi

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"slices"

	"github.com/enrol-sso/enrol/signup"
)

// handler is what New returns.
type handler struct {
	engine   Engine
	key      *keyHash // nil: only this machine is served
	superKey *keyHash // nil: nobody is a super-user
	proxies  []netip.Prefix
	ready    func(context.Context) error
	logger   *slog.Logger
}

// call is a request of a caller who was let in.
type call struct {
	*http.Request
	superUser bool // gave the super key
}

// route is a path that is served.
type route struct {
	open  bool // needs no API key
	serve methods
}

// methods are what serves the methods of a route.
type methods map[string]func(*handler, call) answer

// routes holds every path by its exact spelling: no other one, like that with
// escapes, leads to the same place.
var routes = map[string]route{
	"/zato/sso/user/signup": {serve: methods{
		http.MethodGet:   (*handler).pending,
		http.MethodPost:  (*handler).signup,
		http.MethodPatch: (*handler).confirm,
	}},
	"/zato/sso/user/signup/confirm": {serve: methods{
		http.MethodPatch: (*handler).confirm,
		http.MethodPost:  (*handler).confirm,
	}},
	"/zato/sso/user/signup/resend":  {serve: methods{http.MethodPost: (*handler).resend}},
	"/zato/sso/user/signup/approve": {serve: methods{http.MethodPost: (*handler).approve}},
	"/zato/sso/user/signup/reject":  {serve: methods{http.MethodPost: (*handler).reject}},
	"/zato/sso/user/approve":        {serve: methods{http.MethodPost: (*handler).approve}},
	"/zato/sso/user/reject":         {serve: methods{http.MethodPost: (*handler).reject}},
	"/zato/sso/user/lock":           {serve: methods{http.MethodPost: (*handler).lock}},
	"/zato/sso/user/unlock":         {serve: methods{http.MethodPost: (*handler).unlock}},
	"/zato/sso/user/verify":         {serve: methods{http.MethodPost: (*handler).verify}},
	"/healthz":                      {open: true, serve: methods{http.MethodGet: (*handler).alive}},
	"/readyz":                       {open: true, serve: methods{http.MethodGet: (*handler).answersReady}},
}

// names lists the methods, sorted.
func (m methods) names() []string { return slices.Sorted(maps.Keys(m)) }

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
	authorization := r.Header.Values("Authorization")
	trusted, superUser := h.key.opens(authorization), h.superKey.opens(authorization)
	if h.key != nil && !route.open && !trusted && !superUser {
		return unauthorized("an API key is needed: send it as Authorization: Bearer").unread(r)
	}
	if !known {
		return refuse(http.StatusNotFound, signup.InvalidOperation, "there is nothing at this path").unread(r)
	}
	serve := route.serve[r.Method]
	if serve == nil {
		return methodNotAllowed(route.serve.names()).unread(r)
	}
	return serve(h, call{r, superUser})
}
