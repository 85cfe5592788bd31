// Package contract compares the two public surfaces: that of the Go server
// (host/page), and the handler of @enrol-sso/enrol/http. Both get the requests of
// cases.json, and must give the same answers.
package contract

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup"
)

// world is one configuration, and the requests to it, one after the other.
type world struct {
	Name     string
	Changes  map[string]string // old and new text of the configuration
	Origins  []string          // that may call the routes
	Limits   struct{ Signup, Confirm, Resend, Validate int }
	Proxied  bool // whether X-Forwarded-For is trusted
	Refused  bool // whether it must not be served
	Requests []request
}

// request is one request, with one kind of body at most.
type request struct {
	Method  string // POST if empty
	Path    string
	Headers map[string]string
	Again   map[string]string // headers that are sent a second time
	From    string            // in X-Forwarded-For
	Body    json.RawMessage
	Text    *string
	Base64  string
	Long    int  // a username of that length
	Chunked bool // without a Content-Length
	Latin1  bool // headers are sent as ISO 8859-1
	Times   int  // how often it is sent; 0 means once
}

// surface is one of the two servers of a world.
type surface struct {
	url     string
	refused string                      // why it cannot be served; "" if it can
	token   func(address string) string // the first one that was sent to an address; waits for it
}

// answer is what must be the same.
type answer struct {
	Status  int
	Headers map[string]string
	Body    any
}

// headers are those that must be the same.
var headers = []string{
	"Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin",
	"Access-Control-Max-Age", "Allow", "Cache-Control", "Content-Type", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
	"Permissions-Policy", "Referrer-Policy", "Retry-After", "Set-Cookie", "Strict-Transport-Security", "Vary",
	"X-Content-Type-Options", "X-Frame-Options",
}

func TestBothSurfacesAnswerAlike(t *testing.T) {
	data, err := os.ReadFile("cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases struct {
		Conf   string
		Worlds []world
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	inJS := startJS(t, len(cases.Worlds))
	for i, w := range cases.Worlds {
		t.Run(w.Name, func(t *testing.T) {
			conf := cases.Conf
			for before, after := range w.Changes {
				if !strings.Contains(conf, before) {
					t.Fatalf("the configuration lacks %q", before)
				}
				conf = strings.Replace(conf, before, after, 1)
			}
			inGo, js := startGo(t, conf, w), inJS[i]
			if w.Refused {
				if inGo.refused == "" || js.refused == "" {
					t.Fatalf("Go: %q, JavaScript: %q", inGo.refused, js.refused)
				}
				for line := range strings.Lines(inGo.refused) {
					if sentence := strings.TrimPrefix(strings.TrimSpace(line), "public pages: "); !strings.Contains(js.refused, sentence) {
						t.Errorf("JavaScript does not say %q: %s", sentence, js.refused)
					}
				}
				return
			}
			if js.refused != "" || inGo.refused != "" {
				t.Fatalf("Go: %q, JavaScript: %q", inGo.refused, js.refused)
			}
			for n, r := range w.Requests {
				for range max(r.Times, 1) {
					want, got := ask(t, inGo, r), ask(t, js, r)
					if !reflect.DeepEqual(got, want) {
						t.Errorf("request %d, %s %s\nGo:         %s\nJavaScript: %s", n+1, r.Path, r.Body, printed(want), printed(got))
					}
				}
			}
		})
	}
}

func printed(a answer) string { return fmt.Sprintf("%d %v %v", a.Status, a.Body, a.Headers) }

// startGo starts the Go server of a world.
func startGo(t *testing.T, conf string, w world) surface {
	sent := newOutbox()
	engine, err := host.New(t.Context(), host.Options{
		Conf: conf, SecretKey: host.NewSecretKey(), Store: memory.New(), Audit: discard{}, Native: true,
		Services: map[string]host.Service{"outbox": host.MessageService(func(_ context.Context, m host.Message, _ signup.WebhookHeaders) error {
			sent.put(m.To, string(m.Token))
			return nil
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close(context.Background()) })
	options := page.Options{Origins: w.Origins, Limits: page.Limits(w.Limits)}
	if w.Proxied {
		options.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	}
	handler, err := page.New(engine, options)
	if err != nil {
		return surface{refused: err.Error()}
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return surface{url: server.URL, token: func(address string) string { return sent.first(t, address) }}
}

type discard struct{}

func (discard) Append(context.Context, host.AuditEntry) error { return nil }

// startJS starts the JavaScript servers of all worlds, in one process of Node.
func startJS(t *testing.T, worlds int) []surface {
	if _, err := os.Stat("../../bindings/js/dist/http/index.js"); err != nil {
		t.Fatal("the npm package is not built: run make build/.js")
	}
	node := exec.Command("node", "server.js")
	node.Stderr = os.Stderr
	stdout, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		node.Process.Kill()
		node.Wait() // an error: it was killed
	})
	surfaces, boxes := make([]surface, worlds), make([]*outbox, worlds)
	for i := range boxes {
		boxes[i] = newOutbox()
		surfaces[i].token = func(address string) string { return boxes[i].first(t, address) }
	}
	started := make(chan struct{})
	go func() {
		lines, left := json.NewDecoder(bufio.NewReader(stdout)), worlds
		for {
			var line struct {
				World, Port        int
				Refused, To, Token string
			}
			if lines.Decode(&line) != nil {
				if left > 0 {
					close(started)
				}
				return
			}
			if line.To != "" {
				boxes[line.World].put(line.To, line.Token)
				continue
			}
			surfaces[line.World].url, surfaces[line.World].refused = fmt.Sprintf("http://127.0.0.1:%d", line.Port), line.Refused
			if left--; left == 0 {
				close(started)
			}
		}
	}()
	select {
	case <-started:
	case <-time.After(2 * time.Minute):
		t.Fatal("the JavaScript servers do not start")
	}
	for _, s := range surfaces {
		if s.url == "" {
			t.Fatal("the JavaScript servers ended")
		}
	}
	return surfaces
}

// outbox has the first token that was sent to each address.
type outbox struct {
	mu     sync.Mutex
	tokens map[string]string
	more   chan struct{} // closed when there is another one
}

func newOutbox() *outbox { return &outbox{tokens: map[string]string{}, more: make(chan struct{})} }

func (o *outbox) put(address, token string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tokens[address] == "" {
		o.tokens[address] = token
	}
	close(o.more)
	o.more = make(chan struct{})
}

func (o *outbox) first(t *testing.T, address string) string {
	late := time.After(time.Minute)
	for {
		o.mu.Lock()
		token, more := o.tokens[address], o.more
		o.mu.Unlock()
		if token != "" {
			return token
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("no token is sent to %s", address)
		}
	}
}

// placeholder stands for the first token that was sent to an address.
var placeholder = regexp.MustCompile(`\{\{token ([^}]+)\}\}`)

// ask sends a request to a server.
func ask(t *testing.T, s surface, r request) answer {
	t.Helper()
	body := []byte(r.Body)
	switch {
	case r.Text != nil:
		body = []byte(*r.Text)
	case r.Base64 != "":
		var err error
		if body, err = base64.StdEncoding.DecodeString(r.Base64); err != nil {
			t.Fatal(err)
		}
	case r.Long > 0:
		body = []byte(`{"username":"` + strings.Repeat("a", r.Long) + `"}`)
	}
	body = placeholder.ReplaceAllFunc(body, func(found []byte) []byte {
		return []byte(s.token(string(placeholder.FindSubmatch(found)[1])))
	})
	var reader io.Reader = bytes.NewReader(body)
	if r.Chunked {
		reader = io.MultiReader(reader) // whose length net/http does not know
	}
	method := r.Method
	if method == "" {
		method = http.MethodPost
	}
	sent, err := http.NewRequestWithContext(t.Context(), method, s.url+r.Path, reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range r.Headers {
		if r.Latin1 {
			latin1 := []byte{}
			for _, char := range value {
				latin1 = append(latin1, byte(char))
			}
			value = string(latin1)
		}
		sent.Header.Set(name, strings.ReplaceAll(value, "{{origin}}", s.url))
	}
	for name, value := range r.Again {
		sent.Header.Add(name, value)
	}
	if r.From != "" {
		sent.Header.Set("X-Forwarded-For", r.From)
	}
	received, err := http.DefaultClient.Do(sent)
	if err != nil {
		t.Fatal(err)
	}
	defer received.Body.Close()
	data, err := io.ReadAll(received.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := answer{Status: received.StatusCode, Headers: map[string]string{}}
	for _, name := range headers {
		if values := received.Header.Values(name); len(values) > 0 {
			got.Headers[name] = strings.Join(values, ", ")
		}
	}
	if got.Headers["Retry-After"] != "" {
		got.Headers["Retry-After"] = "seconds" // which pass
	}
	if len(data) > 0 {
		if data[len(data)-1] != '\n' {
			t.Errorf("%s: the body does not end a line: %s", s.url, data)
		}
		var members map[string]any
		if err := json.Unmarshal(data, &members); err != nil {
			t.Fatalf("%v: %s", err, data)
		}
		if cid, _ := members["cid"].(string); len(cid) != 24 {
			t.Errorf("the cid is %q", cid)
		}
		members["cid"] = "cid"
		if _, has := members["retry_after"]; has {
			members["retry_after"] = "seconds"
		}
		got.Body = members
	}
	return got
}
