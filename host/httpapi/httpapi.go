// Package httpapi is the HTTP front of Enrol: signing up, confirming and
// approving as the clients of Zato SSO do it. New makes the handler, and
// NewServer a server with bounds around it.
//
//	POST        /zato/sso/user/signup          an account
//	PATCH       /zato/sso/user/signup          its confirmation
//	PATCH, POST /zato/sso/user/signup/confirm  the same
//	POST        /zato/sso/user/signup/resend   another token
//	POST        /zato/sso/user/verify          whether a password is right
//	GET         /zato/sso/user/signup?status=  who waits: to-approve or to-confirm *
//	POST        /zato/sso/user/signup/approve  an account may be used *
//	POST        /zato/sso/user/approve         the same *
//	POST        /zato/sso/user/signup/reject   it may not, and is deleted *
//	POST        /zato/sso/user/reject          the same *
//	POST        /zato/sso/user/lock            its owner may not log in *
//	POST        /zato/sso/user/unlock          and may again *
//	POST        /enrol/OPERATION               one of host.OperatorOperations *
//	GET         /metrics                       what Options.Metrics serves **
//	            /admin, /admin/…               what Options.Admin serves ***
//	GET         /openapi.json                  a description of these paths but /admin, in OpenAPI 3.1
//	GET         /healthz                       the process is alive; 503: it must be restarted
//	GET         /readyz                        sign-ups can be served; 503: they cannot, with the reason
//
// Paths with * are for super-users, that with ** for collectors of metrics. Those with *** are for browsers, and check
// the caller themselves. The list also has the parameters limit and cursor.
//
// Bodies are JSON. Bodies of signup have username, password, email, app_list and
// so on under ctx, or next to current_app, remote_addr and cid. The handler
// accepts only what the core accepts of a library's caller. The exception is
// enrol.unknown_fields=ignore: then unknown members are left out, if they are
// valid JSON with unique names. Every answer has the members of
// signup.Response. Details of a fault are logged under its cid and never sent.
//
// Callers are trusted back ends, since they get confirm tokens. They
// authenticate with an API key. Without an API key, only programs on this
// machine are served, and no web pages in its browsers. Super-users
// authenticate with their own key, on this machine too.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Engine runs operations and returns its configuration; *host.Enrol is one.
type Engine interface {
	Run(ctx context.Context, operation string, request []byte) (signup.Response, []byte)
	Config() *ssoconf.Config

	// Operate runs an operation for a super-user; see host.Enrol.Operate.
	Operate(ctx context.Context, by host.Operator, operation string, request []byte) (signup.Response, []byte)

	// Note appends an event to the audit trail that is not of an operation: a
	// wrong API key.
	Note(ctx context.Context, event signup.AuditEvent) error
}

// Options configure a handler. The zero value serves this machine only.
type Options struct {
	// APIKey is what callers send as "Authorization: Bearer …": one key, or
	// several as "name:key, name:key"; CheckAPIKeys describes them. The audit
	// trail has key:NAME as current_user of each call with a key. Without a key,
	// only requests to a loopback address are served: their Host must be a name of
	// that address, browsers must not send them on behalf of other origins, and
	// proxies must not have forwarded them.
	APIKey signup.Secret

	// SuperAPIKey is what super-users send in place of APIKey, in the same
	// form. It opens all other paths too. Without one, nobody is a super-user.
	// It does not make other machines be served without APIKey.
	SuperAPIKey signup.Secret

	// Metrics serves MetricsPath, such as the handler of package promhttp; nil for
	// nothing there. Super-users and holders of MetricsKey may read it, and without
	// APIKey every program on this machine. APIKey does not open it.
	Metrics http.Handler

	// Admin serves AdminPath and the paths below it, such as a handler of package
	// host/admin; nil for nothing there. It authenticates its callers. Without APIKey,
	// it is only asked by this machine, as all other paths.
	Admin http.Handler

	// MetricsKey is what a collector of metrics sends in place of the other keys, in
	// the same form. It opens nothing else.
	MetricsKey signup.Secret

	// TrustedProxies are the peers whose X-Forwarded-For is trusted.
	TrustedProxies []netip.Prefix

	// Version and Commit identify the program in the answers of /healthz; "" is left
	// out.
	Version, Commit string

	// /healthz calls Healthy; an error means 503, and that the process must be
	// restarted. Nil means always healthy. For a *host.Enrol it is
	//
	//	func(context.Context) error { return enrol.Err() }
	Healthy func(ctx context.Context) error

	// /readyz calls Ready; an error, for instance while the program shuts down,
	// means 503, and that sign-ups should go elsewhere for a while. Nil means
	// always ready. *host.Enrol has a method Ready. The reason of a *host.NotReady
	// is in the answer, other errors are in the log only.
	Ready func(ctx context.Context) error

	// Logger receives faults; slog.Default if nil.
	Logger *slog.Logger
}

// clock is the time of new handlers; tests change it.
var clock = time.Now

// New returns the handler. It serves HTTP/1.1 of NewServer, or of any server
// that sets http.LocalAddrContextKey as net/http does. Only NewServer with Limit
// closes the connection after a request with both Content-Length and
// Transfer-Encoding. Keys that CheckAPIKeys
// refuses are a mistake of the program: New panics.
func New(engine Engine, options Options) http.Handler {
	if engine == nil {
		panic("httpapi: New needs an engine")
	}
	keys, err := newKeyrings(options.APIKey, options.SuperAPIKey, options.MetricsKey)
	if err != nil {
		panic("httpapi: " + err.Error())
	}
	h := &handler{
		engine:    engine,
		keys:      keys.callers,
		superKeys: keys.superUsers,
		metrics:   metrics{options.Metrics, keys.metrics},
		admin:     options.Admin,
		wrong:     wrongKeys{now: clock},
		proxies:   options.TrustedProxies,
		healthy:   options.Healthy,
		ready:     options.Ready,
		version:   options.Version,
		commit:    options.Commit,
		logger:    options.Logger,
	}
	if h.logger == nil {
		h.logger = slog.Default()
	}
	return h
}
