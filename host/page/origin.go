package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// protect prepares the protection against requests that a browser sends on behalf
// of other origins. The error has every origin that cannot be allowed.
func (h *handler) protect() error {
	h.forms, h.api = http.NewCrossOriginProtection(), http.NewCrossOriginProtection()
	var wrong []error
	for _, origin := range h.origins {
		if err := h.api.AddTrustedOrigin(origin); err != nil {
			wrong = append(wrong, fmt.Errorf("enrol.public_origins: %q is not an origin such as https://app.example.com", origin))
		} else if sent := asSent(origin); sent != origin {
			wrong = append(wrong, fmt.Errorf("enrol.public_origins: %q is not an origin as browsers send it: write %s", origin, sent))
		}
	}
	return errors.Join(wrong...)
}

// asSent returns an origin as browsers send it: in lower case and ASCII, without the
// default port and without a user.
func asSent(origin string) string {
	u, err := url.Parse(strings.ToLower(origin))
	if err != nil {
		return ""
	}
	host, port := u.Hostname(), u.Port()
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && port != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		host += ":" + port
	}
	return u.Scheme + "://" + host
}

// share sets the headers of CORS: for origins that may call the JSON API, and only
// for those.
func (h *handler) share(w http.ResponseWriter, r *http.Request) (shared bool) {
	w.Header().Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin == "" || !slices.Contains(h.origins, origin) {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	return true
}

// preflight answers what a browser asks before a request of another origin.
func (h *handler) preflight(w http.ResponseWriter, r *http.Request) {
	if h.share(w, r) {
		w.Header().Set("Access-Control-Allow-Methods", "POST")
		w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key")
		w.Header().Set("Access-Control-Max-Age", "600")
	}
	common(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
