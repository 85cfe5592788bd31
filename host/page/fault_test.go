package page_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/page"
)

// A fault is logged with its cid, without what was entered, and not shown.
func TestFaultsAreLoggedAndNotShown(t *testing.T) {
	w := newWorld(t, page.Options{})
	if err := w.engine.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, w.post("/signup", ada...), http.StatusServiceUnavailable, "Please wait a moment")
	expect(t, w.post("/confirm", "token", "secret-token"), http.StatusServiceUnavailable)
	expect(t, w.api("signup", adaJSON+"}"), http.StatusServiceUnavailable, `"E901002"`)
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
