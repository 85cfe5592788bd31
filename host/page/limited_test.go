package page_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
)

func TestLimitsAreOnByDefault(t *testing.T) {
	w := newWorld(t, page.Options{})
	for range 30 {
		websitetest.Expect(t, w.post("/resend"), http.StatusUnprocessableEntity)
	}
	answer := w.post("/resend")
	websitetest.Expect(t, answer, http.StatusTooManyRequests, "Too many attempts", "Please try again in ")
	if after, err := strconv.Atoi(answer.Header().Get("Retry-After")); err != nil || after < 1 || after > 120 {
		t.Errorf("Retry-After is %q, want a thirtieth of an hour at most", answer.Header().Get("Retry-After"))
	}
	websitetest.Expect(t, w.post("/resend?lang=de"), http.StatusTooManyRequests, "Bitte versuchen Sie es in ")
	websitetest.Expect(t, w.post("/resend?app=Billing"), http.StatusUnprocessableEntity)
	websitetest.Expect(t, w.post("/signup"), http.StatusUnprocessableEntity)
	websitetest.Expect(t, w.api("resend", `{"username":"ada","email":"ada@example.com"}`), http.StatusTooManyRequests, `"E901001"`, `"retry_after":`)
	websitetest.Expect(t, w.get("/resend"), http.StatusOK)
}

// A higher limit of the configuration replaces the built-in one.
func TestLimitsOfTheConfiguration(t *testing.T) {
	w := newWorld(t, page.Options{Limits: page.Limits{Resend: 1}}, "[enrol]", "[enrol]\nrate_resend=2")
	for range 2 {
		websitetest.ExpectRedirect(t, w.post("/resend", "username", "ada", "email", "ada@example.com"), "signup/sent")
	}
	answer := w.post("/resend", "username", "ada", "email", "ada@example.com")
	websitetest.Expect(t, answer, http.StatusTooManyRequests, "Too many attempts")
	if answer.Header().Get("Retry-After") == "" {
		t.Error("Retry-After is missing")
	}
}

func TestLimitsCanBeTurnedOff(t *testing.T) {
	w := newWorld(t, page.Options{Limits: page.Limits{Resend: -1}})
	for range 40 {
		websitetest.Expect(t, w.post("/resend"), http.StatusUnprocessableEntity)
	}
}

// The core counts by client address, with or without an idempotency key.
func TestFormsWithoutAKeyAreLimited(t *testing.T) {
	for operation, fields := range map[string][]string{
		"signup":  {"username", "ada", "password", "correct horse battery", "email", "ada@example.com"},
		"confirm": {"token", "unknown"},
	} {
		w := newWorld(t, page.Options{}, "[enrol]", "[enrol]\nrate_"+operation+"=1")
		w.post("/"+operation, fields...)
		websitetest.Expect(t, w.post("/"+operation, fields...), http.StatusTooManyRequests, "Too many attempts")
	}
}

// A sign-up that breaks a rule costs work too.
func TestRefusedSignupsAreLimited(t *testing.T) {
	w := newWorld(t, page.Options{Limits: page.Limits{Signup: 2}}, "[enrol]", "[enrol]\nrate_signup=1")
	for range 2 {
		websitetest.Expect(t, w.post("/signup", "username", "a b"), http.StatusUnprocessableEntity)
	}
	websitetest.Expect(t, w.post("/signup", "username", "a b"), http.StatusTooManyRequests)
}

func TestMadeUpApplicationsAreLimited(t *testing.T) {
	w := newWorld(t, page.Options{Limits: page.Limits{Validate: 3}})
	for n := range 3 {
		websitetest.Expect(t, w.api("validate", `{"password":"x","app":"made-up-`+strconv.Itoa(n)+`"}`), http.StatusUnprocessableEntity)
	}
	websitetest.Expect(t, w.api("validate", `{"password":"x","app":"made-up"}`), http.StatusTooManyRequests)
	websitetest.Expect(t, w.api("validate", `{"username":"ada"}`), http.StatusOK)
}

func TestLimitsOutliveAReload(t *testing.T) {
	options := page.Options{Limits: page.Limits{Resend: 1}}
	w := newWorld(t, options)
	websitetest.Expect(t, w.post("/resend"), http.StatusUnprocessableEntity)
	options.Replaces = w.Handler
	var err error
	if w.Handler, err = page.New(w.engine, options); err != nil {
		t.Fatal(err)
	}
	websitetest.Expect(t, w.post("/resend"), http.StatusTooManyRequests)
}
