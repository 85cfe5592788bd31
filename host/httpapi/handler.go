package httpapi

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/host/internal/openapi"
	"github.com/enrol-sso/enrol/signup"
)

// handler is the handler that New returns.
type handler struct {
	engine    Engine
	keys      keyring // none: only this machine is served
	superKeys keyring // none: nobody is a super-user
	metrics   metrics
	admin     http.Handler // nil: there are no such pages
	wrong     wrongKeys
	proxies   Proxies
	healthy   func(context.Context) error
	ready     func(context.Context) error
	version   string // "" if unknown, as commit
	commit    string
	logger    *slog.Logger
}

// call is a request of a caller who was authenticated.
type call struct {
	*http.Request
	superUser bool   // sent a super-user's key
	keyName   string // name of the caller's key, "" without a key
}

// currentUser is the caller in the audit trail: key: and the name of the key, ""
// without one.
func (c call) currentUser() string {
	if c.keyName == "" {
		return ""
	}
	return "key:" + c.keyName
}

// route is a path with its methods.
type route struct {
	open  bool // needs no API key
	serve methods
}

// methods are what a route does, by method.
type methods map[string]endpoint

// endpoint is what a route does with a method.
type endpoint struct {
	serve func(*handler, call) answer

	// For the description.
	operation string // of the core, "" for none
	describe  func(*description) openapi.Endpoint
}

// routes has every path in its exact spelling: no other spelling, such as one
// with escapes, leads to the same route.
var routes = map[string]route{
	"/zato/sso/user/signup": {serve: methods{
		http.MethodGet:   {(*handler).pending, "pending", (*description).pending},
		http.MethodPost:  runs("signup"),
		http.MethodPatch: runs("confirm"),
	}},
	"/zato/sso/user/signup/confirm": {serve: methods{
		http.MethodPatch: runs("confirm"),
		http.MethodPost:  runs("confirm"),
	}},
	"/zato/sso/user/signup/resend":  {serve: methods{http.MethodPost: runs("resend")}},
	"/zato/sso/user/signup/approve": {serve: methods{http.MethodPost: runs("approve")}},
	"/zato/sso/user/signup/reject":  {serve: methods{http.MethodPost: runs("reject")}},
	"/zato/sso/user/approve":        {serve: methods{http.MethodPost: runs("approve")}},
	"/zato/sso/user/reject":         {serve: methods{http.MethodPost: runs("reject")}},
	"/zato/sso/user/lock":           {serve: methods{http.MethodPost: runs("lock")}},
	"/zato/sso/user/unlock":         {serve: methods{http.MethodPost: runs("unlock")}},
	"/zato/sso/user/verify":         {serve: methods{http.MethodPost: runs("verify")}},
	"/healthz":                      {open: true, serve: health(endpoint{serve: (*handler).alive, describe: (*description).alive})},
	"/readyz":                       {open: true, serve: health(endpoint{serve: (*handler).answersReady, describe: (*description).ready})},
}

// runs is an endpoint that runs an operation on a body.
func runs(operation string) endpoint {
	return endpoint{
		serve:     func(h *handler, c call) answer { return h.operate(c, operation) },
		operation: operation,
		describe:  func(d *description) openapi.Endpoint { return d.operate(operation) },
	}
}

// health are the methods of a health check. net/http sends no body for HEAD.
func health(check endpoint) methods {
	return methods{http.MethodGet: check, http.MethodHead: check}
}

// names lists the methods, sorted.
func (m methods) names() []string { return slices.Sorted(maps.Keys(m)) }

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	noteRoute(w, r)
	if r.URL.EscapedPath() == MetricsPath {
		h.serveMetrics(w, r)
		return
	}
	if h.admin != nil && isAdmin(r.URL.EscapedPath()) {
		h.serveAdmin(w, r)
		return
	}
	h.guarded(func() answer { return h.answer(r) }).write(w)
}

// noteRoute tells the access log which route a request is for.
func noteRoute(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	route, known := routes[path]
	_, operation := operatorOperation(path)
	switch {
	case route.open:
		access.HealthCheck(w, path)
	case known, operation, path == MetricsPath, path == openapi.Path:
		access.Route(w, path)
	}
}

// guarded answers even if the code panics.
func (h *handler) guarded(serve func() answer) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = h.bug(p)
		}
	}()
	return serve()
}

// answer checks the caller, then finds the route.
func (h *handler) answer(r *http.Request) answer {
	if h.keys == nil {
		if refusal, refused := checkLocal(r); refused {
			return refusal.unread(r)
		}
	}
	route, known := routes[r.URL.EscapedPath()]
	authorization := r.Header.Values("Authorization")
	name, trusted := h.keys.holder(authorization)
	superName, superUser := h.superKeys.holder(authorization)
	if superUser {
		name = superName
	}
	var refusal answer
	refused := h.keys != nil && !route.open && !trusted && !superUser
	if refused {
		refusal = unauthorized("an API key is needed: send it as Authorization: Bearer")
	}
	if len(authorization) > 0 && (h.keys != nil || h.superKeys != nil) && !route.open && !trusted && !superUser {
		h.noteWrongKey(r, refusal.cid)
	}
	if refused {
		return refusal
	}
	if r.URL.EscapedPath() == openapi.Path {
		return h.describe(r)
	}
	if operation, ok := operatorOperation(r.URL.EscapedPath()); ok {
		return h.operator(call{r, superUser, name}, operation)
	}
	if !known {
		return refuse(http.StatusNotFound, signup.InvalidOperation, "unknown path").unread(r)
	}
	served, allowed := route.serve[r.Method]
	if !allowed {
		return methodNotAllowed(route.serve.names()).unread(r)
	}
	return served.serve(h, call{r, superUser, name})
}
