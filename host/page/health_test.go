package page_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
)

func TestLoadBalancersAskForHealth(t *testing.T) {
	var sick error
	w := newWorld(t, page.Options{Healthy: func(context.Context) error { return sick }})
	answer := w.get("/healthz")
	websitetest.Expect(t, answer, http.StatusOK, "ok\n")
	if got := answer.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
	websitetest.Expect(t, w.do(httptest.NewRequest(http.MethodHead, "/healthz", nil)), http.StatusOK)
	websitetest.Expect(t, w.do(httptest.NewRequest(http.MethodPost, "/healthz", nil)), http.StatusMethodNotAllowed)
	sick = errors.New("the disk is full")
	answer = w.get("/healthz")
	if websitetest.Expect(t, answer, http.StatusServiceUnavailable); strings.Contains(answer.Body.String(), "disk") {
		t.Errorf("the reason is told: %s", answer.Body)
	}
	sick = nil
	conf := strings.Replace(openConf, "[signup]", "[signup]\ninform_if_email_exists=True", 1)
	if err := w.engine.Reload(t.Context(), conf); err != nil {
		t.Fatal(err)
	}
	websitetest.Expect(t, w.get("/healthz"), http.StatusServiceUnavailable)
}
