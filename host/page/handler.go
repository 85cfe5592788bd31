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

// methods are the functions that serve the methods of a path.
type methods map[string]func(*handler, *visit)

// get are the methods of a page that only shows something. net/http sends no body
// for HEAD.
func get(show func(*handler, *visit)) methods {
	return methods{http.MethodGet: show, http.MethodHead: show}
}

// and adds what a form posts.
func (m methods) and(post func(*handler, *visit)) methods {
	m[http.MethodPost] = post
	return m
}

// pathOf returns the path of a request as it was sent: a path with escapes is
// another path, and what is relative to it leads elsewhere.
func pathOf(r *http.Request) string { return r.URL.EscapedPath() }

// pages has every page by its path, in its exact spelling.
var pages = map[string]methods{
	"/":            get((*handler).start),
	"/signup":      get((*handler).showSignup).and((*handler).signup),
	"/signup/sent": get((*handler).showSent),
	"/confirm":     get((*handler).showConfirm).and((*handler).confirm),
	"/confirmed":   get((*handler).showConfirmed),
	"/rules":       get((*handler).showRules),
	"/resend":      get((*handler).showResend).and((*handler).resend),
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
	serve := page[v.r.Method]
	if serve == nil {
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
	serve(h, v)
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
