package page_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/page"
)

// A POST that is refused before its body is read is answered at once, and its
// connection ends: the rest of the body is not read as another request.
func TestRefusedPOSTsDoNotWaitForTheirBody(t *testing.T) {
	w := newWorld(t, page.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	for name, test := range map[string]struct {
		target, header string
		status         int
	}{
		"unknown page":        {"POST /nothing", "", http.StatusNotFound},
		"method":              {"PUT /signup", "", http.StatusMethodNotAllowed},
		"another origin":      {"POST /signup", "Sec-Fetch-Site: cross-site\r\n", http.StatusForbidden},
		"client":              {"POST /signup", "X-Forwarded-For: unknown\r\n", http.StatusBadRequest},
		"application":         {"POST /signup?app=Nothing", "", http.StatusNotFound},
		"health":              {"POST /healthz", "", http.StatusMethodNotAllowed},
		"API, unknown path":   {"POST /api/nothing", "", http.StatusNotFound},
		"API, method":         {"PUT /api/signup", "", http.StatusMethodNotAllowed},
		"API, another origin": {"POST /api/signup", "Sec-Fetch-Site: cross-site\r\n", http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			connection, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			connection.SetDeadline(time.Now().Add(time.Minute))
			fmt.Fprintf(connection, "%s HTTP/1.1\r\nHost: x\r\n%sContent-Length: 1000\r\n\r\nusername=", test.target, test.header)
			answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, answer.Body)
			if answer.StatusCode != test.status || !answer.Close {
				t.Errorf("got %d, the connection ends: %t", answer.StatusCode, answer.Close)
			}
		})
	}
	answer := w.get("/nothing")
	if got := answer.Header().Get("Connection"); got != "" {
		t.Errorf("a request without a body: Connection is %q", got)
	}
}

// The log tells the operator what is wrong with a proxy, without addresses, once.
func TestLogTellsAboutProxies(t *testing.T) {
	trusted := page.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	for name, test := range map[string]struct {
		options         page.Options
		forwarded, want string
	}{
		"not an address": {trusted, "secret", "something other than addresses"},
		"not trusted":    {page.Options{}, "198.51.100.7", "come from no trusted proxy"},
		"trusted":        {trusted, "198.51.100.7", ""},
		"direct":         {page.Options{}, "", ""},
	} {
		w := newWorld(t, test.options)
		for range 3 {
			for _, r := range []*http.Request{formRequest("/resend"), httptest.NewRequest(http.MethodPost, "/api/resend", strings.NewReader("{}"))} {
				if test.forwarded != "" {
					r.Header.Set("X-Forwarded-For", test.forwarded) // httptest connects from 192.0.2.1
				}
				w.do(r)
			}
		}
		logged := w.logged()
		if test.want == "" && logged != "" || test.want != "" && strings.Count(logged, test.want) != 1 {
			t.Errorf("%s: the log is %q", name, logged)
		}
		for _, address := range []string{"secret", "198.51.100", "192.0.2"} {
			if strings.Contains(logged, address) {
				t.Errorf("%s: an address is logged: %s", name, logged)
			}
		}
	}
}
