package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// A proxy on this machine would let everybody in: forwarded requests are
// refused, whatever else they contain.
func TestWithoutAKeyForwardedRequestsAreRefused(t *testing.T) {
	ok := answering(signup.Response{CID: "c", Status: signup.StatusOK})
	f := serve(t, ok, httpapi.Options{SuperAPIKey: superKey}, nil)
	keyed := serve(t, ok, httpapi.Options{APIKey: apiKey}, nil)
	for _, name := range []string{
		"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Server",
		"x-forwarded-anything", "X-Real-IP", "CF-Connecting-IP", "CF-Ray", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP",
		"Fastly-Client-IP", "Fly-Client-IP", "CDN-Loop", "X-Original-Forwarded-For", "X-Envoy-External-Address",
	} {
		for _, value := range []string{"127.0.0.1", ""} {
			for _, as := range [][]string{nil, asSuperUser} {
				r := f.send("POST", signupPath, ada, append(as, name, value)...)
				r.want(t, http.StatusForbidden, signup.NotAllowed)
				if !strings.Contains(r.Message, "proxy") || !strings.Contains(r.Message, "ENROL_API_KEY") {
					t.Errorf("the answer does not say what to do: %s", r.text)
				}
			}
			f.send("GET", "/healthz", "", name, value).want(t, http.StatusForbidden, signup.NotAllowed)
			keyed.send("POST", signupPath, ada, append(asCaller, name, value)...).want(t, http.StatusOK)
		}
	}
	for _, name := range []string{"X-Forward", "Viable", "X-Request-Id", "User-Agent"} {
		f.send("POST", signupPath, ada, name, "x").want(t, http.StatusOK)
	}
}

// By default, nginx before 1.29.7 speaks HTTP/1.0 to the server behind it, and adds no
// header.
func TestWithoutAKeyHTTP10IsRefused(t *testing.T) {
	ok := answering(signup.Response{CID: "c", Status: signup.StatusOK})
	for key, want := range map[signup.Secret]int{"": http.StatusForbidden, apiKey: http.StatusOK} {
		f := serve(t, ok, httpapi.Options{APIKey: key}, nil)
		connection := f.raw("GET /healthz HTTP/1.0\r\nHost: " + f.addr + "\r\nConnection: close\r\n\r\n")
		if r := f.reply(connection); r.status != want {
			t.Errorf("status %d, want %d: %s", r.status, want, r.text)
		}
	}
}
