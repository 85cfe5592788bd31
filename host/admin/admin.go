// Package admin serves pages for operators in a browser: who waits for approval,
// accounts, and dead letters. New makes the handler, which httpapi.Options.Admin
// takes. All paths begin with httpapi.AdminPath.
//
//	GET        /admin               what waits, and counts since the start
//	GET, POST  /admin/sign-in       takes a super-user's key
//	POST       /admin/sign-out
//	GET        /admin/waiting       accounts that wait: ?status=to-approve or to-confirm
//	GET, POST  /admin/search        accounts by name, address, state and time
//	GET        /admin/account       one account: ?user_id=
//	GET        /admin/dead          dead letters
//	POST       /admin/approve, reject, lock, unlock, retry, retry-all
//	GET        /admin/assets/…      the stylesheets: immutable, named by their hash
//
// A GET or HEAD changes nothing but the audit trail, which has who looked at what.
// Pages have no scripts and load nothing from elsewhere. Every other page than that of
// signing in needs a session. Links are relative, so that the handler works behind a
// proxy that adds or removes a prefix.
package admin

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/website"
	"github.com/enrol-sso/enrol/signup"
)

// Engine runs operations for a super-user and appends to the audit trail;
// *host.Enrol is one.
type Engine interface {
	Operate(ctx context.Context, by host.Operator, operation string, request []byte) (signup.Response, []byte)
	Note(ctx context.Context, event signup.AuditEvent) error
}

// Options configure the pages.
type Options struct {
	// SuperAPIKey has the keys that open the pages: those of httpapi.Options. Without
	// one, the pages say how to set it, and admit nobody.
	SuperAPIKey signup.Secret

	// TrustedProxies are the peers whose X-Forwarded-For is trusted.
	TrustedProxies []netip.Prefix

	// Logger receives faults; slog.Default if nil.
	Logger *slog.Logger
}

// clock is the time of new handlers; tests change it.
var clock = time.Now

// New returns the handler of the pages. Keys that httpapi.CheckAPIKeys refuses are a
// mistake of the program: New panics.
func New(engine Engine, options Options) http.Handler {
	if engine == nil {
		panic("admin: New needs an engine")
	}
	keys, err := httpapi.SuperAPIKeys(options.SuperAPIKey)
	if err != nil {
		panic("admin: " + err.Error())
	}
	h := &handler{
		engine:  engine,
		keys:    newKeys(keys),
		now:     clock,
		proxies: options.TrustedProxies,
		assets:  newAssets(),
		origins: http.NewCrossOriginProtection(),
		wrong:   website.NewCounts(clock),
		logger:  options.Logger,
	}
	if h.logger == nil {
		h.logger = slog.Default()
	}
	return h
}
