package httpapi_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// Limits count by the address of the connection.
func TestRateLimitAnswersRetryAfter(t *testing.T) {
	engine, _ := newEngine(t, fastConf+"rate_signup=1\n")
	f := serve(t, engine, httpapi.Options{}, nil)
	f.send("POST", signupPath, ada).want(t, http.StatusOK)
	limited := f.send("POST", signupPath, strings.ReplaceAll(ada, "ada", "bob"))
	limited.want(t, http.StatusTooManyRequests, signup.RateLimited)
	seconds, err := strconv.Atoi(limited.header.Get("Retry-After"))
	if err != nil || seconds < 1 || seconds > 3600 || seconds != limited.RetryAfter {
		t.Errorf("Retry-After is %q, the body %s", limited.header.Get("Retry-After"), limited.text)
	}
	other := `{"username":"eve","password":"correct horse","email":"eve@example.com","app_list":["CRM"],"remote_addr":"203.0.113.9"}`
	f.send("POST", signupPath, other).want(t, http.StatusOK) // a trusted caller sends the user's address
}

// The header stands for the member, so a repeated request gets the same answer.
func TestIdempotencyKeyInAHeader(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, nil)
	first := f.send("POST", signupPath, ada, "Idempotency-Key", "key-1")
	first.want(t, http.StatusOK)
	if again := f.send("POST", signupPath, ada, "Idempotency-Key", "key-1"); again.text != first.text {
		t.Errorf("first %s, then %s", first.text, again.text)
	}
	f.send("POST", signupPath, strings.ReplaceAll(ada, "ada", "bob"), "Idempotency-Key", "key-1").
		want(t, http.StatusConflict, signup.IdempotencyConflict)
}
