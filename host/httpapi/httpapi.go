// Package httpapi is the HTTP front of Enrol: signing up, confirming and
// approving as the clients of Zato SSO do it. New makes the handler and
// NewServer a server around it, with the bounds that it needs.
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
//	GET         /healthz                       the process is alive
//	GET         /readyz                        the store answers
//
// What is marked with * is for super-users. The list has limit and cursor as
// further parameters.
//
// Bodies are JSON, and those of signup are flat: username, password, email,
// app_list and so on stand beside current_app, remote_addr and cid. Nothing is
// accepted that the core would not accept of a library's caller, but for members
// that nobody knows where enrol.unknown_fields is "ignore": those are left out,
// once they have been found to be sound JSON with names of their own. Every answer
// of the handler has the members of signup.Response; what an operator should
// know of a fault is logged under its cid and never sent.
//
// Callers are trusted back ends, since they are given confirm tokens. They
// authenticate with an API key. Without one, only programs on this machine are
// served, and no web pages in their browsers. Super-users authenticate with a
// key of their own, on this machine too.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/enrol-sso/enrol/signup"
)

// Engine runs operations and says what it is configured with; *host.Enrol is
// one.
type Engine interface {
	Run(ctx context.Context, operation string, request []byte) (signup.Response, []byte)
	Config() *signup.Config
}

// Options say who is served and how. The zero value serves this machine only.
type Options struct {
	// APIKey is what callers send as "Authorization: Bearer …"; CheckAPIKey
	// says what it has to look like. Without one, only requests to a loopback
	// address are served: their Host must be a name of that address, and
	// browsers must not send them on behalf of other origins.
	APIKey signup.Secret

	// SuperAPIKey is what super-users send in place of APIKey, from which it
	// has to differ; it opens all other paths too. Without one, nobody is a
	// super-user. It does not make other machines be served without APIKey.
	SuperAPIKey signup.Secret

	// TrustedProxies are the peers whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix

	// Ready is asked by /readyz; an error, for instance while the program
	// shuts down, means 503. Nil means always ready.
	Ready func(ctx context.Context) error

	// Logger is told of faults; slog.Default if nil.
	Logger *slog.Logger
}

// New returns the handler. It serves HTTP/1.1 of NewServer, or of any server
// that sets http.LocalAddrContextKey as net/http does. Keys that CheckAPIKeys
// refuses are a mistake of the program: New panics.
func New(engine Engine, options Options) http.Handler {
	if engine == nil {
		panic("httpapi: New needs an engine")
	}
	h := &handler{
		engine:  engine,
		proxies: options.TrustedProxies,
		ready:   options.Ready,
		logger:  options.Logger,
	}
	if err := CheckAPIKeys(options.APIKey, options.SuperAPIKey); err != nil {
		panic("httpapi: " + err.Error())
	}
	if options.APIKey != "" {
		h.key = newKeyHash(string(options.APIKey))
	}
	if options.SuperAPIKey != "" {
		h.superKey = newKeyHash(string(options.SuperAPIKey))
	}
	if h.logger == nil {
		h.logger = slog.Default()
	}
	return h
}
