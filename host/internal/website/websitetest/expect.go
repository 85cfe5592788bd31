// Package websitetest judges answers of pages in tests.
package websitetest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Expect fails the test unless an answer has a status and all texts.
func Expect(t *testing.T, answer *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	if answer.Code != status {
		t.Errorf("the status is %d, want %d:\n%s", answer.Code, status, answer.Body)
	}
	for _, text := range texts {
		if !strings.Contains(answer.Body.String(), text) {
			t.Errorf("the answer lacks %q:\n%s", text, answer.Body)
		}
	}
}

// ExpectRedirect fails the test unless an answer leads somewhere.
func ExpectRedirect(t *testing.T, answer *httptest.ResponseRecorder, location string) {
	t.Helper()
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != location {
		t.Errorf("got %d %q, want 303 %q:\n%s", answer.Code, answer.Header().Get("Location"), location, answer.Body)
	}
}
