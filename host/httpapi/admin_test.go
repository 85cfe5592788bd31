package httpapi_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// Pages for operators have no API key, and still only this machine reaches a server
// without one.
func TestWhoReachesThePagesForOperators(t *testing.T) {
	pages := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")

		io.WriteString(w, `{"cid":"c","status":"ok"}`)
	})
	open := serve(t, answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{Admin: pages}, nil)
	keyed := serve(t, answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{Admin: pages, APIKey: apiKey}, nil)
	none := serve(t, answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{}, nil)
	for _, test := range []struct {
		path, header, value string
		open, keyed         int
	}{
		{"/admin", "Accept", "*/*", 200, 200},
		{"/admin/waiting", "Accept", "*/*", 200, 200},
		{"/admin", "Host", "evil.example", 421, 200},
		{"/admin", "Sec-Fetch-Site", "cross-site", 403, 200},
		{"/admin", "X-Forwarded-For", "192.0.2.1", 403, 200},
		{"/administrator", "Accept", "*/*", 404, 401},
		{"/%61dmin", "Accept", "*/*", 404, 401},
	} {
		if got := open.send("GET", test.path, "", test.header, test.value).status; got != test.open {
			t.Errorf("%s with %s: %s: status %d without a key, want %d", test.path, test.header, test.value, got, test.open)
		}
		if got := keyed.send("GET", test.path, "", test.header, test.value).status; got != test.keyed {
			t.Errorf("%s with %s: %s: status %d, want %d", test.path, test.header, test.value, got, test.keyed)
		}
		if got := none.send("GET", test.path, "").status; got != http.StatusNotFound {
			t.Errorf("%s: status %d where there are no such pages", test.path, got)
		}
	}
}
