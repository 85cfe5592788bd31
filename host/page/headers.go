package page

import (
	"crypto/rand"
	"net/http"
	"strings"
)

// setHeaders sets the headers of every page.
func (v *visit) setHeaders() {
	header := v.w.Header()
	common(header)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Language", v.text.language)
	header.Set("Vary", "Accept-Language, "+saveData)
	header.Set("Content-Security-Policy", contentSecurityPolicy(v.nonce))
}

// secureTransport makes browsers use TLS from now on, behind TLS. They ignore the
// header where it comes without.
func (h *handler) secureTransport(header http.Header, r *http.Request) {
	if r.TLS != nil || strings.HasPrefix(h.engine.Config().Enrol.PublicURL, "https://") {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// common sets the headers that every answer has.
func common(header http.Header) {
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", permissionsPolicy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY") // for browsers without frame-ancestors
}

// contentSecurityPolicy allows the styles and scripts that a page names with its
// nonce, what those load from the same origin, and the module.
func contentSecurityPolicy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'nonce-" + nonce + "' 'wasm-unsafe-eval'",
		"style-src 'nonce-" + nonce + "'",
		"img-src 'self'",
		"connect-src 'self'",
		"worker-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}

// assetPolicy is for a file that somebody opens directly, as in the address bar: a
// logo can be an SVG with scripts, and they must not run in the origin of the forms.
const assetPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

// permissionsPolicy turns off what a page can ask a browser for.
var permissionsPolicy = strings.Join([]string{
	"accelerometer=()", "autoplay=()", "camera=()", "display-capture=()", "encrypted-media=()", "fullscreen=()", "geolocation=()",
	"gyroscope=()", "magnetometer=()", "microphone=()", "midi=()", "payment=()", "picture-in-picture=()", "screen-wake-lock=()",
	"usb=()", "xr-spatial-tracking=()",
}, ", ")

// newNonce returns a nonce for one answer.
func newNonce() string { return rand.Text() }
