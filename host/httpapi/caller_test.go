package httpapi_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

func TestWithoutAKeyHostMustNameThisMachine(t *testing.T) {
	f := serve(t, answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{}, nil)
	for _, test := range []struct {
		host   string
		status int
	}{
		{"localhost:" + f.port, 200},
		{"LocalHost:" + f.port, 200},
		{"127.0.0.1:" + f.port, 200},
		{"127.9.9.9:" + f.port, 200},
		{"[::1]:" + f.port, 200},
		{"[::ffff:127.0.0.1]:" + f.port, 200},
		{"localhost", 421},
		{"localhost:1", 421},
		{"localhost.:" + f.port, 421},
		{"x.localhost:" + f.port, 421},
		{"localhost.example.com:" + f.port, 421},
		{"127.0.0.1.example.com:" + f.port, 421},
		{"10.0.0.1:" + f.port, 421},
		{"0.0.0.0:" + f.port, 421},
		{"2130706433:" + f.port, 421},
		{"[::]:" + f.port, 421},
		{"[::1", 421},
		{"::1", 421},
		{"example.com:" + f.port, 421},
	} {
		for _, path := range []string{signupPath, "/healthz", "/readyz"} {
			method := "GET"
			if path == signupPath {
				method = "POST"
			}
			if r := f.send(method, path, ada, "Host", test.host); r.status != test.status {
				t.Errorf("Host %s of %s: status %d, want %d", test.host, path, r.status, test.status)
			}
		}
	}
}

func TestWithoutAKeyPagesOfOtherOriginsAreRefused(t *testing.T) {
	f := serve(t, answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{}, nil)
	keyed := serve(t, answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{APIKey: apiKey}, nil)
	for _, test := range []struct {
		header, value string
		status        int
	}{
		{"Sec-Fetch-Site", "same-origin", 200},
		{"Sec-Fetch-Site", "none", 200},
		{"Sec-Fetch-Site", "same-site", 403},
		{"Sec-Fetch-Site", "cross-site", 403},
		{"Sec-Fetch-Site", "", 403},
		{"Origin", "http://127.0.0.1:" + f.port, 200},
		{"Origin", "https://127.0.0.1:" + f.port, 403},
		{"Origin", "http://127.0.0.1:1", 403},
		{"Origin", "http://localhost:" + f.port, 403},
		{"Origin", "http://example.com", 403},
		{"Origin", "null", 403},
		{"Origin", "", 403},
	} {
		for _, method := range []string{"POST", "PATCH", "GET"} {
			path := signupPath
			if method == "GET" {
				path = "/healthz"
			}
			r := f.send(method, path, `{"app_list":["CRM"]}`, test.header, test.value)
			if r.status != test.status {
				t.Errorf("%s %q with %s: status %d, want %d", test.header, test.value, method, r.status, test.status)
			}
		}
		keyed.send("POST", signupPath, ada, test.header, test.value, "Authorization", "Bearer "+apiKey).want(t, 200)
	}
}

func TestWithoutAKeyOnlyLoopbackIsServed(t *testing.T) {
	handler := httpapi.New(answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{})
	for name, local := range map[string]net.Addr{
		"unknown":         nil,
		"another address": &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 80},
		"every address":   &net.TCPAddr{IP: net.IPv4zero, Port: 80},
		"a socket":        &net.UnixAddr{Name: "x"},
	} {
		request := httptest.NewRequest("GET", "/healthz", nil)
		request.Host = "localhost"
		if local != nil {
			request = request.WithContext(withLocal(request, local))
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusUnauthorized {
			t.Errorf("%s: status %d", name, recorder.Code)
		}
	}
	request := httptest.NewRequest("GET", "/healthz", nil)
	request.Host = "localhost" // on port 80 it needs no port
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request.WithContext(withLocal(request, &net.TCPAddr{IP: net.IPv6loopback, Port: 80})))
	if recorder.Code != http.StatusOK {
		t.Errorf("status %d on loopback", recorder.Code)
	}
}

func TestRemoteAddress(t *testing.T) {
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	const forwarded = "X-Forwarded-For"
	for _, test := range []struct {
		name    string
		proxies []netip.Prefix
		body    string
		headers []string
		want    string
	}{
		{"the connection", nil, ada, nil, "127.0.0.1"},
		{"a peer that is no proxy", nil, ada, []string{forwarded, "192.0.2.1"}, "127.0.0.1"},
		{"a proxy that tells nothing", loopback, ada, nil, "127.0.0.1"},
		{"a proxy", loopback, ada, []string{forwarded, "192.0.2.1"}, "192.0.2.1"},
		{"what the user claims", loopback, ada, []string{forwarded, "198.51.100.1, 192.0.2.1"}, "192.0.2.1"},
		{"proxies in a row", loopback, ada, []string{forwarded, "198.51.100.1, 192.0.2.1,10.1.1.1 , fd00::1"}, "192.0.2.1"},
		{"several headers", loopback, ada, []string{forwarded, "198.51.100.1", forwarded, "192.0.2.1", forwarded, "10.0.0.1"}, "192.0.2.1"},
		{"nothing but proxies", loopback, ada, []string{forwarded, "10.0.0.2, 10.0.0.1"}, "10.0.0.2"},
		{"nonsense that is not looked at", loopback, ada, []string{forwarded, "unknown, 192.0.2.1, 10.0.0.1"}, "192.0.2.1"},
		{"nonsense of a peer that is no proxy", nil, ada, []string{forwarded, "unknown"}, "127.0.0.1"},
		{"empty elements", loopback, ada, []string{forwarded, ", 192.0.2.1,, 10.0.0.1 ,"}, "192.0.2.1"},
		{"empty elements only", loopback, ada, []string{forwarded, " , "}, "127.0.0.1"},
		{"IPv6", loopback, ada, []string{forwarded, "2001:db8::a"}, "2001:db8::a"},
		{"IPv6 in brackets", loopback, ada, []string{forwarded, "[2001:db8::a]"}, "2001:db8::a"},
		{"IPv6 in brackets behind proxies", loopback, ada, []string{forwarded, "[2001:db8::a], [fd00::1], [::ffff:10.0.0.1]:80"}, "2001:db8::a"},
		{"IPv6 in quotes", loopback, ada, []string{forwarded, `"[2001:db8::a]:4711"`}, "2001:db8::a"},
		{"IPv6 with a zone", loopback, ada, []string{forwarded, "fe80::1%eth0, [fe80::2%25eth0]"}, "fe80::2"},
		{"nonsense and an address in the body", loopback, `{"remote_addr":"203.0.113.9","username":"x","app_list":["CRM"]}`, []string{forwarded, "unknown"}, "203.0.113.9"},
		{"with a port", loopback, ada, []string{forwarded, "192.0.2.1:4711"}, "192.0.2.1"},
		{"IPv6 with a port", loopback, ada, []string{forwarded, "[2001:db8::1]:4711"}, "2001:db8::1"},
		{"IPv4 in IPv6", loopback, ada, []string{forwarded, "192.0.2.1, ::ffff:10.0.0.1"}, "192.0.2.1"},
		{"the body", loopback, `{"remote_addr":"203.0.113.9","username":"x","app_list":["CRM"]}`, []string{forwarded, "192.0.2.1"}, "203.0.113.9"},
		{"the body's list", nil, `{"remote_addr":["203.0.113.9","::1"],"username":"x","app_list":["CRM"]}`, nil, "203.0.113.9;::1"},
		{"null in the body", nil, `{"remote_addr":null,"username":"x","app_list":["CRM"]}`, nil, "127.0.0.1"},
		{"an empty list in the body", nil, `{"remote_addr":[ ],"username":"x","app_list":["CRM"]}`, nil, "127.0.0.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			engine, trail := newEngine(t)
			f := serve(t, engine, httpapi.Options{APIKey: apiKey, TrustedProxies: test.proxies}, nil)
			f.send("POST", signupPath, test.body, append(test.headers, asCaller...)...)
			if got := trail.last(t).Extra.RemoteAddr; got != test.want {
				t.Errorf("remote_addr %q, want %q", got, test.want)
			}
		})
	}
}

// If the proxy does not send an address, the user does not pass for the proxy
// itself.
func TestRequestWithoutAClientAddressIsRefused(t *testing.T) {
	engine, trail := newEngine(t)
	f := serve(t, engine, httpapi.Options{APIKey: apiKey, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, nil)
	for _, entry := range []string{
		"unknown", "_hidden", "192.0.2.1, unknown", "192.0.2.1, unknown, 127.0.0.2", "192.0.2.1 198.51.100.1", "1.2.3", "192.0.2.1:99999",
		"[2001:db8::a", "2001:db8::a]", "[192.0.2.1]", "[]", `"192.0.2.1`, `"`, "for=192.0.2.1", "example.com",
	} {
		for path, body := range map[string]string{signupPath: ada, confirmPath: `{"confirm_token":"x"}`, signupPath + "/resend": `{"remote_addr":[ ]}`, userPath + "/verify": `{"remote_addr":null}`} {
			r := f.send("POST", path, body, append(asCaller, "X-Forwarded-For", entry)...)
			r.want(t, http.StatusBadRequest, signup.InvalidInput)
			if r.Field != "remote_addr" || !strings.Contains(r.Message, "X-Forwarded-For") {
				t.Errorf("%s: %s", entry, r.text)
			}
		}
	}
	if len(trail.entries) != 0 {
		t.Errorf("something was decided: %v", trail.entries)
	}
}

func TestCurrentAppOfTheHeaderIsAudited(t *testing.T) {
	engine, trail := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, nil)
	f.send("POST", signupPath, ada, "X-Zato-SSO-Current-App", "Billing").want(t, 200)
	if got := trail.last(t).Extra.CurrentApp; got != "Billing" {
		t.Errorf("current_app %q", got)
	}
}

// The default header is ignored if the configuration names another.
func TestConfigurationNamesTheHeaderOfTheApp(t *testing.T) {
	for name, want := range map[string]string{"X-Our-App": "Billing", "X-Zato-SSO-Current-App": "CRM"} {
		engine, trail := newEngine(t, strings.Replace(fastConf, "[apps]\n", "[apps]\nhttp_header=X-Our-App\n", 1))
		f := serve(t, engine, httpapi.Options{}, nil)
		f.send("POST", signupPath, ada, name, "Billing").want(t, 200)
		if got := trail.last(t).Extra.CurrentApp; got != want {
			t.Errorf("in %s: current_app %q, want %q", name, got, want)
		}
	}
}
