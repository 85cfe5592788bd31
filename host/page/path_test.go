package page_test

import (
	"net/http"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
)

// Links are relative to the path as it was sent.
func TestPathsWithEscapesAreOtherPaths(t *testing.T) {
	w := newWorld(t, page.Options{})
	for path, link := range map[string]string{
		"/signup%2Fsent": `href="signup"`,
		"/%73ignup":      `href="signup"`,
		"/a%2Fb/c":       `href="../signup"`,
		"/api%2Fsignup":  `href="signup"`,
		"/healthz%2F":    `href="signup"`,
	} {
		websitetest.Expect(t, w.get(path), http.StatusNotFound, link)
	}
}
