package page

import (
	"net/http"
	"strings"

	"github.com/enrol-sso/enrol/host/internal/website"
)

// setHeaders sets the headers of every page.
func (v *visit) setHeaders() {
	header := v.w.Header()
	website.SetHeaders(header)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Language", v.text.language)
	header.Set("Vary", "Accept-Language, "+saveData)
	header.Set("Content-Security-Policy", contentSecurityPolicy(v.nonce))
}

// secureTransport makes browsers use TLS from now on, behind TLS. They ignore the
// header where it comes without.
func (h *handler) secureTransport(header http.Header, r *http.Request) {
	if r.TLS != nil || strings.HasPrefix(h.engine.Config().Enrol.PublicURL, "https://") {
		website.SetTransportSecurity(header)
	}
}

// contentSecurityPolicy allows the styles and scripts that a page names with its
// nonce, what those load from the same origin, and the module.
func contentSecurityPolicy(nonce string) string {
	return website.Policy(nonce,
		"script-src 'nonce-"+nonce+"' 'wasm-unsafe-eval'",
		"connect-src 'self'",
		"worker-src 'self'",
	)
}
