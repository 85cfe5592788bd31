package host

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// urlSecret is in the query of every endpoint, and must not occur anywhere
// else.
const urlSecret = "url-secret-7f3a"

// received is a request that an endpoint received.
type received struct {
	method, path, body string
	header             http.Header
}

// endpoint is a receiver on this machine, with its requests.
type endpoint struct {
	*httptest.Server
	mu       sync.Mutex
	requests []received
}

func serveEndpoint(t *testing.T, answer http.HandlerFunc) *endpoint {
	t.Helper()
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		e.mu.Lock()
		e.requests = append(e.requests, received{r.Method, r.URL.Path, string(body), r.Header})
		e.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(e.Close)
	return e
}

// nobodyListens is the URL of an endpoint that is not there. A port below 1024 is
// never given to another test, as the port of a closed server can be.
const nobodyListens = "http://127.0.0.1:1/hook?key=" + urlSecret

func (e *endpoint) url() string { return e.URL + "/hook?key=" + urlSecret }

func (e *endpoint) all() []received {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.requests)
}

// verify checks a request as Standard Webhooks 1.0 specifies for receivers.
func verify(secret signup.Secret, r received) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(secret), "whsec_"))
	if err != nil || len(key) < 24 {
		return false
	}
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, r.header.Get("webhook-id")+"."+r.header.Get("webhook-timestamp")+"."+r.body)
	for _, signature := range strings.Fields(r.header.Get("webhook-signature")) {
		version, encoded, _ := strings.Cut(signature, ",")
		sum, err := base64.StdEncoding.DecodeString(encoded)
		if version == "v1" && err == nil && hmac.Equal(sum, mac.Sum(nil)) {
			return true
		}
	}
	return false
}

func TestEndpointsGetSignedCalls(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		rules := serveEndpoint(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"is_valid":true}`) })
		hook := serveEndpoint(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		i := start(t, native, func(o *Options) {
			o.Conf = confWith("signup", "callback_service_list="+hook.url()) + "[user_validation]\nservice=" + rules.url() + "\n"
		})
		before := time.Now().Unix()
		token := i.signUp(t, ada())
		if dispatched, err := i.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil || dispatched.Delivered != 1 {
			t.Errorf("%+v, %v", dispatched, err)
		}
		for _, e := range []*endpoint{rules, hook} {
			requests := e.all()
			if len(requests) != 1 {
				t.Fatalf("%d requests", len(requests))
			}
			r := requests[0]
			if r.method != "POST" || r.path != "/hook" || r.header.Get("Content-Type") != "application/json" || r.header.Get("User-Agent") != "enrol" {
				t.Errorf("%+v", r)
			}
			stamp, err := strconv.ParseInt(r.header.Get("webhook-timestamp"), 10, 64)
			if err != nil || stamp < before || stamp > time.Now().Unix() {
				t.Errorf("the timestamp is %d: %v", stamp, err)
			}
			secrets := i.webhookSecrets(t, e.url())
			if len(secrets) != 1 || !verify(secrets[0], r) {
				t.Error("the signature does not verify")
			}
			if verify(i.keys.WebhookSecrets("another")[0], r) {
				t.Error("the secret of another service verifies")
			}
			if r.body += " "; verify(secrets[0], r) {
				t.Error("another body verifies")
			}
		}
		if body := rules.all()[0].body; !strings.HasPrefix(body, `{"type":"user.validate","timestamp":"`) || !strings.Contains(body, testPassword) {
			t.Errorf("%s", body)
		}
		if body := hook.all()[0].body; !strings.HasPrefix(body, `{"type":"user.signup","timestamp":"`) || !strings.Contains(body, string(token)) || strings.Contains(body, testPassword) {
			t.Errorf("%s", body)
		}
	})
}

func TestEndpointsThatFailAreRetriedWithTheSameID(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		var tries int
		hook := serveEndpoint(t, func(w http.ResponseWriter, _ *http.Request) {
			if tries++; tries == 1 {
				w.WriteHeader(http.StatusInternalServerError)
			}
		})
		clock := newClock()
		i := start(t, native, func(o *Options) { o.Conf = confWith("signup", "callback_service_list="+hook.url()) })
		i.clock = clock.now
		i.signUp(t, ada())
		first, err := i.Dispatch(t.Context(), signup.DispatchRequest{})
		if err != nil || first.Failed != 1 || first.Delivered != 0 || !first.NextDue.After(clock.now()) {
			t.Fatalf("%+v, %v", first, err)
		}
		if again, err := i.Dispatch(t.Context(), signup.DispatchRequest{}); err != nil || again.Failed+again.Delivered != 0 {
			t.Fatalf("%+v, %v", again, err)
		}
		clock.advance(time.Minute)
		second, err := i.Dispatch(t.Context(), signup.DispatchRequest{})
		if err != nil || second.Delivered != 1 {
			t.Fatalf("%+v, %v", second, err)
		}
		requests := hook.all()
		if len(requests) != 2 || requests[0].header.Get("webhook-id") != requests[1].header.Get("webhook-id") || requests[0].body != requests[1].body {
			t.Errorf("%+v", requests)
		}
		secret := i.webhookSecrets(t, hook.url())[0]
		if !verify(secret, requests[0]) || !verify(secret, requests[1]) {
			t.Error("a signature does not verify")
		}
		if requests[0].header.Get("webhook-timestamp") == requests[1].header.Get("webhook-timestamp") {
			t.Error("the timestamp is that of the first try")
		}
	})
}

// post posts to a URL and returns the answer or the error, which never contains
// the URL.
func post(t *testing.T, ctx context.Context, url string) (string, string) {
	t.Helper()
	e := newEndpoints()
	defer e.close()
	answer, err := e.post(ctx, signup.ServiceCall{Service: url, Body: `{"a":1}`}, true)
	if err == nil {
		return answer, ""
	}
	if strings.Contains(err.Error(), urlSecret) || strings.Contains(err.Error(), "/hook") || answer != "" {
		t.Errorf("%q, %v", answer, err)
	}
	return "", err.Error()
}

func TestEndpointAnswers(t *testing.T) {
	t.Parallel()
	elsewhere := serveEndpoint(t, nil)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   string // of the error
		body   string
	}{
		"ok":       {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "fine") }, "", "fine"},
		"nothing":  {func(http.ResponseWriter, *http.Request) {}, "", ""},
		"accepted": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(299); io.WriteString(w, "x") }, "", "x"},
		"bytes":    {func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte{0xff, 0xfe}) }, "", ""},
		"as much":  {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat("a", maxAnswer)) }, "", strings.Repeat("a", maxAnswer)},
		"more":     {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat("a", maxAnswer+1)) }, "more than 65536", ""},
		"endless":  {endless, "more than 65536", ""},
		"bad":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400); io.WriteString(w, "secret") }, "HTTP status 400", ""},
		"gone":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "HTTP status 500", ""},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.url(), http.StatusTemporaryRedirect)
		}, "HTTP status 307", ""},
		"see other": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.url(), http.StatusSeeOther)
		}, "HTTP status 303", ""},
		"nowhere":  {func(w http.ResponseWriter, r *http.Request) { moved(w, "http://[::1"+r.URL.String()) }, "HTTP status 302", ""},
		"no place": {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(302) }, "HTTP status 302", ""},
		"hung up":  {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "cannot be reached", ""},
		"broken off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			io.WriteString(w, "x")
		}, "cannot be reached", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := serveEndpoint(t, c.answer)
			body, err := post(t, t.Context(), e.url())
			if body != c.body || (err == "") != (c.want == "") || !strings.Contains(err, c.want) {
				t.Errorf("%.80q, %s", body, err)
			}
			if len(e.all()) != 1 {
				t.Errorf("%d requests", len(e.all()))
			}
			if len(elsewhere.all()) > 0 {
				t.Error("a redirect was followed")
			}
		})
	}
}

func moved(w http.ResponseWriter, where string) {
	w.Header().Set("Location", where)
	w.WriteHeader(http.StatusFound)
}

func endless(w http.ResponseWriter, r *http.Request) {
	block := []byte(strings.Repeat("a", 4096))
	for {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestSlowEndpointsAreGivenUp(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	for name, answer := range map[string]http.HandlerFunc{
		"before the header": func(http.ResponseWriter, *http.Request) { <-over },
		"within the body": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "{")
			w.(http.Flusher).Flush()
			<-over
		},
	} {
		e := serveEndpoint(t, answer)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if _, err := post(t, ctx, e.url()); err != "the service took too long" {
			t.Errorf("%s: %s", name, err)
		}
		cancel()
	}
	close(over)
}

// TestPlainHTTPStaysOnThisMachine needs no network: the connection is refused
// before it is made. 192.0.2.1 is an address for documentation.
func TestPlainHTTPStaysOnThisMachine(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"192.0.2.1", "0.0.0.0:1", "[2001:db8::1]", "[::ffff:192.0.2.1]"} {
		if _, err := post(t, t.Context(), "http://"+host+"/hook?key="+urlSecret); !strings.Contains(err, "this machine only") {
			t.Errorf("%s: %s", host, err)
		}
	}
	if _, err := post(t, t.Context(), "HTTP://192.0.2.1/hook?key="+urlSecret); !strings.Contains(err, "this machine only") {
		t.Error(err)
	}
}

// TestPlainHTTPToListedHosts connects the listed hosts to a server of this machine.
func TestPlainHTTPToListedHosts(t *testing.T) {
	t.Parallel()
	hook := serveEndpoint(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "http://callbacks.internal/hook", http.StatusTemporaryRedirect)
		}
	})
	i := start(t, true, func(o *Options) {
		o.Conf = confWith("enrol", "plain_http_hosts=Callbacks.internal, [2001:db8::1]")
	})
	e := i.services.endpoints
	var mu sync.Mutex
	var dialed []string
	e.listed.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		dialed = append(dialed, address)
		return new(net.Dialer).DialContext(ctx, network, hook.Listener.Addr().String())
	}
	call := func(url string) string {
		if _, err := e.post(t.Context(), signup.ServiceCall{Service: url, Body: "{}"}, false); err != nil {
			return err.Error()
		}
		return ""
	}
	for _, url := range []string{"http://callbacks.internal/hook", "http://[2001:db8::1]:8080/hook"} {
		if err := call(url); err != "" {
			t.Errorf("%s: %s", url, err)
		}
	}
	if want := []string{"callbacks.internal:80", "[2001:db8::1]:8080"}; !slices.Equal(dialed, want) {
		t.Errorf("it connected to %q, want %q", dialed, want)
	}
	if err := call("http://callbacks.internal/moved"); !strings.Contains(err, "HTTP status 307") {
		t.Errorf("a redirect: %s", err)
	}
	if err := call("http://192.0.2.1/hook"); !strings.Contains(err, "this machine only: use https, or list the host in enrol.plain_http_hosts") {
		t.Errorf("a host that is not listed: %s", err)
	}
	if err := i.Reload(t.Context(), testConf); err != nil {
		t.Fatal(err)
	}
	if err := call("http://[2001:db8::1]:8080/hook"); !strings.Contains(err, "this machine only") {
		t.Errorf("a host that is no longer listed: %s", err)
	}
	if n := len(hook.requests); n != 3 {
		t.Errorf("there were %d calls", n)
	}
}

func TestAddressesThatCannotBeCalledAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		nobodyListens,
		"https://127.0.0.1:1/hook?key=" + urlSecret,
		"http://127.0.0.1:99999/hook?key=" + urlSecret,
		"http://\x7f/hook?key=" + urlSecret,
		"http://[::1/hook?key=" + urlSecret,
		"http://%zz/hook?key=" + urlSecret,
		"http:///hook?key=" + urlSecret,
		"ftp://127.0.0.1/hook?key=" + urlSecret,
	} {
		if _, err := post(t, t.Context(), url); err == "" {
			t.Errorf("%s was called", url)
		}
	}
}

func TestEndpointsOverTLSNeedATrustedCertificate(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was called") }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	if _, err := post(t, t.Context(), server.URL+"/hook?key="+urlSecret); !strings.Contains(err, "cannot be reached") {
		t.Error(err)
	}
}

type replacedTransport struct{ http.RoundTripper }

// TestProgramsMayReplaceTheDefaultTransport is not parallel: it changes shared
// state.
func TestProgramsMayReplaceTheDefaultTransport(t *testing.T) {
	original := http.DefaultTransport
	defer func() { http.DefaultTransport = original }()
	http.DefaultTransport = replacedTransport{original}
	newEndpoints().close()
}
