package page_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/page"
)

func TestLessDataMeansNoModule(t *testing.T) {
	w := newWorld(t, page.Options{})
	for header, module := range map[string]bool{"": true, "off": true, "on": false, " On;x=1": false} {
		r := httptest.NewRequest(http.MethodGet, "/signup", nil)
		r.Header.Set("Save-Data", header)
		body := w.do(r).Body.String()
		if got := !strings.Contains(body, `data-module=""`); got != module || !strings.Contains(body, "data-module=") {
			t.Errorf("Save-Data: %s: the page names the module: %t", header, got)
		}
		if !strings.Contains(body, "assets/page.") {
			t.Errorf("Save-Data: %s: the page has no script", header)
		}
	}
}
