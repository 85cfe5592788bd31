package httpapi_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

const metricsKey = "00112233445566778899aabbccddeeff"

// measured stands for the handler of package promhttp.
var measured = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json") // as all answers of these tests
	io.WriteString(w, `{"cid":"c1","status":"ok","text":"enrol_instances 1"}`)
})

func TestWhoMayReadMetrics(t *testing.T) {
	keyed := httpapi.Options{APIKey: apiKey, SuperAPIKey: superKey, MetricsKey: metricsKey, Metrics: measured}
	open := httpapi.Options{Metrics: measured}
	for name, test := range map[string]struct {
		options      httpapi.Options
		method, path string
		headers      []string
		status       int
	}{
		"collector":             {keyed, "GET", "/metrics", []string{"Authorization", "Bearer " + metricsKey}, 200},
		"super-user":            {keyed, "GET", "/metrics", []string{"Authorization", "Bearer " + superKey}, 200},
		"caller":                {keyed, "GET", "/metrics", []string{"Authorization", "Bearer " + apiKey}, 401},
		"nobody":                {keyed, "GET", "/metrics", nil, 401},
		"wrong key":             {keyed, "GET", "/metrics", []string{"Authorization", "Bearer " + metricsKey + "0"}, 401},
		"HEAD":                  {keyed, "HEAD", "/metrics", []string{"Authorization", "Bearer " + metricsKey}, 200},
		"POST":                  {keyed, "POST", "/metrics", []string{"Authorization", "Bearer " + metricsKey}, 405},
		"collector signs up":    {keyed, "POST", signupPath, []string{"Authorization", "Bearer " + metricsKey}, 401},
		"collector reads":       {keyed, "POST", "/enrol/get", []string{"Authorization", "Bearer " + metricsKey}, 401},
		"this machine":          {open, "GET", "/metrics", nil, 200},
		"page of another site":  {open, "GET", "/metrics", []string{"Origin", "https://example.com"}, 403},
		"through a proxy":       {open, "GET", "/metrics", []string{"X-Forwarded-For", "192.0.2.1"}, 403},
		"no metrics":            {httpapi.Options{}, "GET", "/metrics", nil, 404},
		"another spelling":      {open, "GET", "/metric%73", nil, 404},
		"collector, below path": {keyed, "GET", "/metrics/", []string{"Authorization", "Bearer " + metricsKey}, 401},
	} {
		r := serve(t, fake{}, test.options, nil).send(test.method, test.path, "", test.headers...)
		if r.status != test.status {
			t.Errorf("%s: %d, want %d", name, r.status, test.status)
		}
		if served := strings.Contains(r.text, "enrol_instances"); served != (test.status == 200 && test.method == "GET") {
			t.Errorf("%s: got %s", name, r.text)
		}
		if r.header.Get("Cache-Control") != "no-store" || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: the headers are %v", name, r.header)
		}
	}
}

// A guess at a key for metrics is in the audit trail as one at any other key.
func TestWrongMetricsKeyIsNoted(t *testing.T) {
	engine, trail := newEngine(t)
	f := serve(t, engine, httpapi.Options{APIKey: apiKey, MetricsKey: metricsKey, Metrics: measured}, nil)
	f.send("GET", "/metrics", "", "Authorization", "Bearer "+metricsKey+"0").want(t, http.StatusUnauthorized, signup.NotAllowed)
	if len(trail.entries) != 1 || trail.entries[0].Op != "api.authenticate" {
		t.Errorf("the trail has %v", trail.entries)
	}
}

func TestMetricsKeyIsAnotherKey(t *testing.T) {
	for _, other := range []signup.Secret{apiKey, superKey} {
		if err := httpapi.CheckAPIKeys(apiKey, superKey, other); err == nil {
			t.Error("a key may have two purposes")
		}
	}
}
