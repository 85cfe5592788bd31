package admin

import (
	"log/slog"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/host/internal/website"
)

// handler is the handler that New returns.
type handler struct {
	engine  Engine
	keys    []superKey // none: nobody is admitted
	now     func() time.Time
	proxies httpapi.Proxies
	assets  *website.Assets
	origins *http.CrossOriginProtection // lets no other origin post
	wrong   *website.Counts             // of keys
	logger  *slog.Logger
}

// route is a path with the functions that serve its methods.
type route struct {
	open  bool // needs no session
	serve map[string]func(*visit)
}

// shows is a page that only shows something. net/http sends no body for HEAD.
func shows(show func(*visit)) route {
	return route{serve: map[string]func(*visit){http.MethodGet: show, http.MethodHead: show}}
}

// does is what a form posts to.
func does(act func(*visit)) route {
	return route{serve: map[string]func(*visit){http.MethodPost: act}}
}

// routes has every path after httpapi.AdminPath, in its exact spelling.
var routes map[string]route

func init() { // the functions refer to the routes
	routes = map[string]route{
		"": shows((*visit).showNumbers),
		"/search": {serve: map[string]func(*visit){
			http.MethodGet: (*visit).showSearch, http.MethodHead: (*visit).showSearch, http.MethodPost: (*visit).search,
		}},
		"/waiting": shows((*visit).showWaiting),
		"/account": shows((*visit).showAccount),
		"/dead":    shows((*visit).showDead),
		"/sign-in": {open: true, serve: map[string]func(*visit){
			http.MethodGet: (*visit).showSignIn, http.MethodHead: (*visit).showSignIn, http.MethodPost: (*visit).signIn,
		}},
		"/sign-out":  does((*visit).signOut),
		"/approve":   does((*visit).approve),
		"/reject":    does((*visit).reject),
		"/lock":      does((*visit).lock),
		"/unlock":    does((*visit).unlock),
		"/retry":     does((*visit).retry),
		"/retry-all": does((*visit).retryAll),
	}
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.TLS != nil {
		website.SetTransportSecurity(w.Header())
	}
	path, below := strings.CutPrefix(r.URL.EscapedPath(), httpapi.AdminPath)
	if name, ok := strings.CutPrefix(path, "/assets/"); ok && below && h.assets.Serve(w, r, name) {
		access.Route(w, httpapi.AdminPath+"/assets/"+name)
		return
	}
	v := &visit{h: h, w: w, r: r, path: path, nonce: website.NewNonce()}
	defer func() {
		if p := recover(); p != nil {
			h.logBug(p)
			v.refuse(http.StatusInternalServerError, pageBug)
		}
	}()
	if !below {
		v.refuse(http.StatusNotFound, "There is no such page.")
		return
	}
	v.serve()
}

// serve checks who asks, and finds the page.
func (v *visit) serve() {
	route, known := routes[v.path]
	if !known {
		v.refuse(http.StatusNotFound, "There is no such page.")
		return
	}
	access.Route(v.w, httpapi.AdminPath+v.path)
	serve := route.serve[v.r.Method]
	if serve == nil {
		v.w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(route.serve)), ", "))
		v.refuse(http.StatusMethodNotAllowed, "This page is not asked for in this way.")
		return
	}
	var ok bool
	if v.client, ok = v.h.proxies.RemoteAddr(v.r); !ok {
		v.refuse(http.StatusBadRequest, "The proxy in front of this server sent something other than addresses in X-Forwarded-For.")
		return
	}
	if len(v.h.keys) == 0 {
		v.unread()
		v.show(http.StatusForbidden, "keyless", view{})
		return
	}
	if err := v.h.origins.Check(v.r); err != nil {
		v.refuse(http.StatusForbidden, "Another page sent this form, so that nothing was done. Forms are accepted from these pages alone.")
		return
	}
	v.session = v.h.sessionOf(v.r)
	if route.open {
		serve(v)
		return
	}
	if v.r.Method == http.MethodPost && !v.readForm() {
		return
	}
	switch {
	case v.session == nil:
		v.askToSignIn()
	case v.r.Method == http.MethodPost && !v.session.posts(v.field("token")):
		v.refuse(http.StatusForbidden, "This form is of an earlier session, so that nothing was done. Go back, reload the page and try again.")
	default:
		serve(v)
	}
}

// logBug logs a panic. Its text may quote the request, so only texts of the
// runtime are logged.
func (h *handler) logBug(panicked any) {
	reason := "a panic"
	if err, ok := panicked.(runtime.Error); ok {
		reason = err.Error()
	}
	h.logger.Error("a bug in a page for operators", "reason", reason)
}
