package page

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/host/internal/openapi"
	"github.com/enrol-sso/enrol/host/internal/website"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// handler is the handler that New returns.
type handler struct {
	engine     Engine
	logger     *slog.Logger
	proxies    httpapi.Proxies
	assets     *website.Assets
	catalogues *catalogues
	templates  *templates
	brands     map[string]*brand // by application; "" for all others
	limits     Limits
	counts     *website.Counts
	forms      *http.CrossOriginProtection // lets no other origin in
	origins    []string                    // in addition to those of the configuration
	sharing    atomic.Pointer[sharing]     // of the last configuration
	keepsMails func() bool
	healthy    func(context.Context) error
	hidden     throttle                       // for the log, about client addresses that are hidden
	untrusted  throttle                       // about senders of X-Forwarded-For that are not trusted
	refused    atomic.Pointer[ssoconf.Config] // the last configuration that was logged as refused
}

// methods are what a path does, by method.
type methods map[string]endpoint

// endpoint is what a path does with a method.
type endpoint struct {
	serve   func(*handler, *visit)
	summary string   // for the description
	fields  []string // of the form
}

// get are the methods of a page that only shows something. net/http sends no body
// for HEAD.
func get(summary string, show func(*handler, *visit)) methods {
	e := endpoint{serve: show, summary: summary}
	return methods{http.MethodGet: e, http.MethodHead: e}
}

// and adds what a form posts.
func (m methods) and(summary string, post func(*handler, *visit), fields ...string) methods {
	m[http.MethodPost] = endpoint{post, summary, fields}
	return m
}

// pathOf returns the path of a request as it was sent: a path with escapes is
// another path, and what is relative to it leads elsewhere.
func pathOf(r *http.Request) string { return r.URL.EscapedPath() }

// pages has every page by its path, in its exact spelling.
var pages = map[string]methods{
	"/": get("Lead to the form", (*handler).start),
	"/signup": get("Show the form to sign up", (*handler).showSignup).
		and("Sign up", (*handler).signup, "email", "username", "password", keyField),
	"/signup/sent": get("Say what to do after a sign-up", (*handler).showSent),
	"/confirm": get("Show the form for the code of a message", (*handler).showConfirm).
		and("Confirm", (*handler).confirm, "token", "password", keyField),
	"/confirmed": get("Say that it worked", (*handler).showConfirmed),
	"/rules":     get("Show the rules that the script of the form uses", (*handler).showRules),
	"/resend": get("Show the form to ask for another message", (*handler).showResend).
		and("Ask for another message", (*handler).resend, "email", "username"),
}

// names lists the methods, sorted.
func (m methods) names() []string { return slices.Sorted(maps.Keys(m)) }

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.secureTransport(w.Header(), r)
	if name, ok := strings.CutPrefix(pathOf(r), "/assets/"); ok && h.assets.Serve(w, r, name) {
		access.Route(w, "/assets/"+name)
		return
	}
	if pathOf(r) == healthPath {
		h.serveHealth(w, r)
		return
	}
	if pathOf(r) == openapi.Path {
		h.describe(w, r)
		return
	}
	if name, ok := strings.CutPrefix(pathOf(r), "/api/"); ok {
		h.serveAPI(w, r, name)
		return
	}
	if h.reveals() {
		h.newVisit(w, r).refuse(http.StatusServiceUnavailable)
		return
	}
	v := h.newVisit(w, r)
	defer func() {
		if p := recover(); p != nil {
			h.logBug(p)
			v.fail(http.StatusInternalServerError)
		}
	}()
	h.route(v)
}

// reveals reports whether a reload brought a configuration that CheckSettings
// refuses. It logs each such configuration once.
func (h *handler) reveals() bool {
	config := h.engine.Config()
	err := CheckSettings(config)
	if err != nil && h.refused.Swap(config) != config {
		h.logger.Error("the public pages refuse to serve with this configuration", "error", err)
	}
	return err != nil
}

// route finds the page.
func (h *handler) route(v *visit) {
	page, known := pages[pathOf(v.r)]
	if !known {
		v.refuse(http.StatusNotFound)
		return
	}
	access.Route(v.w, pathOf(v.r))
	served, allowed := page[v.r.Method]
	if !allowed {
		v.w.Header().Set("Allow", strings.Join(page.names(), ", "))
		v.refuse(http.StatusMethodNotAllowed)
		return
	}
	if err := h.forms.Check(v.r); err != nil {
		v.refuse(http.StatusForbidden)
		return
	}
	if !v.known {
		v.refuse(http.StatusBadRequest)
		return
	}
	if v.app == "" {
		v.refuse(http.StatusNotFound)
		return
	}
	served.serve(h, v)
}

// start leads to the form.
func (h *handler) start(v *visit) { v.redirect("signup") }

// logBug logs a panic. Its text may quote the request, so only texts of the
// runtime are logged.
func (h *handler) logBug(panicked any) {
	reason := "a panic"
	if err, ok := panicked.(runtime.Error); ok {
		reason = err.Error()
	}
	h.logger.Error("a bug in a public page", "reason", reason)
}
