package admin_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
)

func TestHeadersOfPages(t *testing.T) {
	w := newWorld(t, superKey)
	outside := []string{"/admin", "/admin/sign-in", "/admin/nothing", "/admin/waiting"}
	check := func(path string) {
		answer := w.get(path)
		for name, want := range map[string]string{
			"Cache-Control":                "no-store",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy":              "no-referrer",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
		} {
			if got := answer.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		policy := answer.Header().Get("Content-Security-Policy")
		nonce := regexp.MustCompile(`style-src 'nonce-([A-Z2-7]{26})'`).FindStringSubmatch(policy)
		if nonce == nil || strings.Contains(policy, "script-src") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Fatalf("%s: Content-Security-Policy is %q", path, policy)
		}
		for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s", path, part)
			}
		}
		body := answer.Body.String()
		if strings.Count(body, `rel="stylesheet"`) != strings.Count(body, `nonce="`+nonce[1]+`"`) {
			t.Errorf("%s: a style has no nonce:\n%s", path, body)
		}
		for _, inline := range []string{"<script", " style=", "<style", "://", " onclick="} {
			if strings.Contains(body, inline) {
				t.Errorf("%s has %s:\n%s", path, inline, body)
			}
		}
	}
	for _, path := range outside {
		check(path)
	}
	id := w.join("grace")
	w.signIn("ada")
	for _, path := range append(outside, "/admin/dead", "/admin/account?user_id="+id) {
		check(path)
	}
}

// Another page cannot post the forms of somebody who is signed in.
func TestFormsOfOtherPagesAreRefused(t *testing.T) {
	w := newWorld(t, superKey)
	id := w.join("grace")
	w.signIn("ada")
	token := w.token()
	for name, headers := range map[string]map[string]string{
		"another site":      {"Sec-Fetch-Site": "cross-site"},
		"another port":      {"Sec-Fetch-Site": "same-site"},
		"an old browser":    {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
		"an unknown origin": {"Sec-Fetch-Site": "", "Origin": "null"},
	} {
		for _, path := range []string{"/admin/approve", "/admin/sign-out", "/admin/sign-in"} {
			r := formRequest(path, "token", token, "user_id", id)
			for header, value := range headers {
				if r.Header.Set(header, value); value == "" {
					r.Header.Del(header)
				}
			}
			if answer := w.do(r); answer.Code != http.StatusForbidden || !strings.Contains(answer.Body.String(), "Another page") {
				t.Errorf("%s to %s: %d", name, path, answer.Code)
			}
		}
	}
	w.post("/admin/sign-out")
	w.signIn("ada") // with the same key
	for _, wrong := range []string{"", "x", token} {
		websitetest.Expect(t, w.do(formRequest("/admin/approve", "token", wrong, "user_id", id)), http.StatusForbidden, "earlier session")
	}
	if approved := w.audited("user.approve_user"); len(approved) > 0 {
		t.Errorf("got %v", approved)
	}
}

func TestMethodsAndBodies(t *testing.T) {
	w := newWorld(t, superKey)
	w.signIn("ada")
	for path, allow := range map[string]string{"/admin/waiting": "GET, HEAD", "/admin/lock": "POST", "/admin/sign-in": "GET, HEAD, POST"} {
		answer := w.do(httptest.NewRequest(http.MethodDelete, path, nil))
		if answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") != allow {
			t.Errorf("%s: %d, %q", path, answer.Code, answer.Header().Get("Allow"))
		}
	}
	websitetest.Expect(t, w.post("/admin/reject", "reason", strings.Repeat("a", 70_000)), http.StatusRequestEntityTooLarge)
	websitetest.Expect(t, w.post("/admin/reject", "reason", "a\x00b"), http.StatusBadRequest)
	r := formRequest("/admin/reject")
	r.Header.Set("Content-Type", "application/json")
	websitetest.Expect(t, w.do(r), http.StatusUnsupportedMediaType)
}
