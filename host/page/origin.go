package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/enrol-sso/enrol/host/internal/website"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// sharing says which origins may call the JSON API from a browser.
type sharing struct {
	config     *ssoconf.Config // that names them, in addition to the options
	origins    []string
	protection *http.CrossOriginProtection // against requests on behalf of all others
}

// share allows the origins of a configuration and of the options. The error has
// every origin that cannot be allowed.
func (h *handler) share(config *ssoconf.Config) (*sharing, error) {
	s := &sharing{config: config, protection: http.NewCrossOriginProtection()}
	var wrong []error
	for _, origin := range slices.Concat(config.Enrol.PublicOrigins, h.origins) {
		if err := s.protection.AddTrustedOrigin(origin); err != nil {
			wrong = append(wrong, fmt.Errorf("enrol.public_origins: %q is not an origin such as https://app.example.com", origin))
		} else if sent := asSent(origin); sent != origin {
			wrong = append(wrong, fmt.Errorf("enrol.public_origins: %q is not an origin as browsers send it: write %s", origin, sent))
		} else {
			s.origins = append(s.origins, origin)
		}
	}
	return s, errors.Join(wrong...)
}

// shared returns the sharing of the configuration in force. After a reload, it logs
// the origins that cannot be allowed.
func (h *handler) shared() *sharing {
	before, config := h.sharing.Load(), h.engine.Config()
	if before.config == config {
		return before
	}
	next, err := h.share(config)
	if h.sharing.CompareAndSwap(before, next) && err != nil {
		h.logger.Error("some origins cannot call the JSON API", "error", err)
	}
	return next
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

// allow sets the headers of CORS: for origins that may call the JSON API, and only
// for those.
func (s *sharing) allow(w http.ResponseWriter, r *http.Request) (shared bool) {
	w.Header().Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin == "" || !slices.Contains(s.origins, origin) {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	return true
}

// preflight answers what a browser asks before a request of another origin.
func (h *handler) preflight(w http.ResponseWriter, r *http.Request) {
	if h.shared().allow(w, r) {
		w.Header().Set("Access-Control-Allow-Methods", "POST")
		w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key")
		w.Header().Set("Access-Control-Max-Age", "600")
	}
	website.SetHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}
