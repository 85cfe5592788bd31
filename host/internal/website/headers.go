package website

import (
	"crypto/rand"
	"net/http"
	"strings"
)

// SetHeaders sets the headers that every answer to a browser has.
func SetHeaders(header http.Header) {
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", permissionsPolicy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY") // for browsers without frame-ancestors
}

// SetTransportSecurity makes browsers use TLS for a year. They ignore the header
// where it comes without TLS.
func SetTransportSecurity(header http.Header) {
	header.Set("Strict-Transport-Security", "max-age=31536000")
}

// Policy returns the Content-Security-Policy of a page. It allows the styles that the
// page names with its nonce, images and forms of the same origin, and the additional
// directives.
func Policy(nonce string, more ...string) string {
	return strings.Join(append([]string{
		"default-src 'none'",
		"style-src 'nonce-" + nonce + "'",
		"img-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, more...), "; ")
}

// NewNonce returns a nonce for one answer.
func NewNonce() string { return rand.Text() }

// permissionsPolicy turns off what a page can ask a browser for.
var permissionsPolicy = strings.Join([]string{
	"accelerometer=()", "autoplay=()", "camera=()", "display-capture=()", "encrypted-media=()", "fullscreen=()", "geolocation=()",
	"gyroscope=()", "magnetometer=()", "microphone=()", "midi=()", "payment=()", "picture-in-picture=()", "screen-wake-lock=()",
	"usb=()", "xr-spatial-tracking=()",
}, ", ")
