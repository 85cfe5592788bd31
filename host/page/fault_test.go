package page_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
)

// A fault is logged with its cid, without what was entered, and not shown.
func TestFaultsAreLoggedAndNotShown(t *testing.T) {
	w := newWorld(t, page.Options{})
	if err := w.engine.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	busy := w.post("/signup", ada...)
	websitetest.Expect(t, busy, http.StatusServiceUnavailable, "Please wait a moment", "Please try again in 1 s.")
	if got := busy.Header().Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After is %q", got)
	}
	websitetest.Expect(t, w.post("/confirm", "token", "secret-token"), http.StatusServiceUnavailable)
	answer := w.api("signup", adaJSON+"}")
	websitetest.Expect(t, answer, http.StatusServiceUnavailable, `"E901002"`)
	if got := answer.Header().Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After of the API is %q", got)
	}
	logged := w.logged()
	if strings.Count(logged, "no decision") != 3 || !strings.Contains(logged, "cid=") {
		t.Errorf("the log is %s", logged)
	}
	for _, secret := range []string{"ada@", "=ada", "correct horse", "secret-token"} {
		if strings.Contains(logged, secret) {
			t.Errorf("%q was logged: %s", secret, logged)
		}
	}
}
