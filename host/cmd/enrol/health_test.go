package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// health requests one of the paths for supervisors.
func health(t *testing.T, address, path string) (status int, text string) {
	t.Helper()
	response, err := http.Get("http://" + address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body [1 << 10]byte
	n, _ := response.Body.Read(body[:])
	return response.StatusCode, string(body[:n])
}

func TestHealthOfAServerThatWorks(t *testing.T) {
	h := newWorkdir(t)
	_, address := h.serve("--conf", "sso.conf")
	for _, url := range []string{"http://" + address, "http://" + address + "/", "http://" + address + "/readyz", "http://" + address + "/healthz"} {
		if got := h.run("", "health", "--url", url).want(exitOK); got.stdout != "ok\n" {
			t.Errorf("%s: it printed %q", url, got.stdout)
		}
	}
	h.run("", "health", "--url", "http://"+address+"/nothing").want(exitRefused, address, "unknown path")
}

func TestHealthOfOtherServers(t *testing.T) {
	h := newWorkdir(t)
	mux := http.NewServeMux()
	other := httptest.NewServer(mux)
	defer other.Close()
	mux.Handle("/redirect", http.RedirectHandler("/ok", http.StatusFound))
	mux.HandleFunc("/ok", func(http.ResponseWriter, *http.Request) {})
	h.run("", "health", "--url", other.URL+"/ok").want(exitOK)
	h.run("", "health", "--url", other.URL+"/redirect").want(exitRefused, "HTTP status 302")
	h.run("", "health", "--url", other.URL).want(exitRefused, "HTTP status 404")
	h.env = append(h.env, "HTTP_PROXY="+other.URL, "http_proxy="+other.URL) // which answers everything
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	gone := h.run("", "health", "--url", "http://"+listener.Addr().String()).want(exitRefused, "is not healthy", "refused")
	if strings.Contains(gone.stderr, "readyz") {
		t.Errorf("it printed the whole URL: %s", gone.stderr)
	}
}
