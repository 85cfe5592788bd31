package page_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
)

// random finds what differs in each answer.
var random = regexp.MustCompile(`(nonce|value)="[A-Z2-7]{26}"`)

func TestHeadersOfPages(t *testing.T) {
	w := newWorld(t, page.Options{})
	for _, path := range []string{"/", "/signup", "/signup/sent", "/confirm", "/confirmed", "/resend", "/nothing", "/signup?app=Archive"} {
		answer := w.get(path)
		header := answer.Header()
		for name, want := range map[string]string{
			"Cache-Control":                "no-store",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy":              "no-referrer",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Vary":                         "Accept-Language, Save-Data",
			"Content-Language":             "en",
			"Set-Cookie":                   "",
			"Strict-Transport-Security":    "",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if !strings.Contains(header.Get("Permissions-Policy"), "camera=()") {
			t.Errorf("%s: Permissions-Policy is %q", path, header.Get("Permissions-Policy"))
		}
		policy := header.Get("Content-Security-Policy")
		nonce := regexp.MustCompile(`script-src 'nonce-([A-Z2-7]{26})' 'wasm-unsafe-eval';`).FindStringSubmatch(policy)
		if nonce == nil {
			t.Fatalf("%s: Content-Security-Policy is %q", path, policy)
		}
		for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "style-src 'nonce-" + nonce[1] + "'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s", path, part)
			}
		}
		if strings.Contains(policy, "unsafe-inline") || strings.Contains(policy, "'unsafe-eval'") || strings.Contains(policy, "http") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
		if again := w.get(path).Header().Get("Content-Security-Policy"); again == policy {
			t.Errorf("%s: the nonce repeats", path)
		}
		if answer.Code == http.StatusSeeOther {
			continue
		}
		body := answer.Body.String()
		if strings.Count(body, "<link rel=\"stylesheet\"") != strings.Count(body, `nonce="`+nonce[1]+`"`)-strings.Count(body, "<script") {
			t.Errorf("%s: a style or script has no nonce:\n%s", path, body)
		}
		if strings.Contains(body, "://") || strings.Contains(body, " style=") || strings.Contains(body, " onclick=") || strings.Contains(body, "<style") {
			t.Errorf("%s: there is another origin, or something inline:\n%s", path, body)
		}
	}
}

func TestTransportSecurityBehindTLS(t *testing.T) {
	w := newWorld(t, page.Options{})
	r := httptest.NewRequest(http.MethodGet, "/signup", nil)
	r.TLS = &tls.ConnectionState{}
	if got := w.do(r).Header().Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=") {
		t.Errorf("with TLS: %q", got)
	}
	w = newWorld(t, page.Options{}, "[enrol]", "[enrol]\npublic_url=https://join.example.com")
	if got := w.get("/signup").Header().Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=") {
		t.Errorf("behind a proxy with TLS: %q", got)
	}
}

func TestFormsOfOtherOriginsAreRefused(t *testing.T) {
	w := newWorld(t, page.Options{})
	for name, headers := range map[string]map[string]string{
		"another site":      {"Sec-Fetch-Site": "cross-site"},
		"another subdomain": {"Sec-Fetch-Site": "same-site"},
		"an old browser":    {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
		"an unknown origin": {"Sec-Fetch-Site": "", "Origin": "null"},
	} {
		r := formRequest("/signup", ada...)
		for header, value := range headers {
			if r.Header.Set(header, value); value == "" {
				r.Header.Del(header)
			}
		}
		answer := w.do(r)
		if answer.Code != http.StatusForbidden {
			t.Errorf("%s: got %d", name, answer.Code)
		}
	}
	if messages := w.sent(); len(messages) != 0 {
		t.Errorf("got %d messages", len(messages))
	}
}

func TestBodiesThatAreNotForms(t *testing.T) {
	w := newWorld(t, page.Options{})
	large := formRequest("/signup", "username", strings.Repeat("a", 70_000))
	websitetest.Expect(t, w.do(large), http.StatusRequestEntityTooLarge, "This was not accepted")
	endless := formRequest("/signup", "username", strings.Repeat("a", 70_000))
	endless.ContentLength = -1
	websitetest.Expect(t, w.do(endless), http.StatusRequestEntityTooLarge)
	for header, value := range map[string]string{"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "gzip"} {
		r := formRequest("/signup", ada...)
		r.Header.Set(header, value)
		websitetest.Expect(t, w.do(r), http.StatusUnsupportedMediaType)
	}
	websitetest.Expect(t, w.post("/signup", "username", "a\xffb"), http.StatusBadRequest)
	websitetest.Expect(t, w.post("/signup", "username", "a\x00b"), http.StatusBadRequest)
}

func TestMethods(t *testing.T) {
	w := newWorld(t, page.Options{})
	for path, allow := range map[string]string{"/signup": "GET, HEAD, POST", "/signup/sent": "GET, HEAD", "/confirmed": "GET, HEAD"} {
		answer := w.do(httptest.NewRequest(http.MethodDelete, path, nil))
		if answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") != allow {
			t.Errorf("%s: %d, %q", path, answer.Code, answer.Header().Get("Allow"))
		}
	}
}
