package httpapi_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// patience is far longer than an answer takes, and shorter than an idle
// connection lasts.
const patience = 20 * time.Second

// open opens a connection from an address of this machine, with a deadline.
func (f *front) open(from string) net.Conn {
	f.t.Helper()
	dialer := net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	connection, err := dialer.Dial("tcp", f.addr)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { connection.Close() })
	connection.SetDeadline(time.Now().Add(patience))
	return connection
}

// ask sends a request on a kept-alive connection, and returns the status, 0 if
// the server closed it.
func (f *front) ask(connection net.Conn, method, path, body string) int {
	f.t.Helper()
	io.WriteString(connection, method+" "+path+" HTTP/1.1\r\nHost: "+f.addr+"\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body)
	request, _ := http.NewRequest(method, path, nil)
	response, err := http.ReadResponse(bufio.NewReader(connection), request)
	if err != nil {
		if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
			f.t.Fatalf("no answer to %s %s", method, path)
		}
		return 0
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return response.StatusCode
}

// More idle connections than the limit keep nobody out.
func TestIdleConnectionsGiveWay(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, nil)
	first := f.open("127.0.0.1") // sends nothing, so that it is the longest idle one
	for i := range 1100 {
		connection := f.open("127.0.0.1")
		if i%2 == 0 { // others send nothing at all
			if status := f.ask(connection, "GET", "/healthz", ""); status != http.StatusOK {
				t.Fatalf("connection %d: status %d", i, status)
			}
		}
	}
	last := f.open("127.0.0.1")
	if status := f.ask(last, "GET", "/healthz", ""); status != http.StatusOK {
		t.Errorf("health: status %d", status)
	}
	if status := f.ask(last, "POST", signupPath, ada); status != http.StatusOK {
		t.Errorf("signup: status %d", status)
	}
	if status := f.ask(f.open("127.0.0.1"), "HEAD", "/readyz", ""); status != http.StatusOK {
		t.Errorf("readiness: status %d", status)
	}
	f.ended(first)
}

// stuck is an engine whose operations block until the test releases them.
func stuck() (engine fake, began, release chan struct{}) {
	began, release = make(chan struct{}), make(chan struct{})
	return fake{run: func(context.Context, string, []byte) (signup.Response, []byte) {
		began <- struct{}{}
		<-release
		return signup.Response{CID: "c", Status: signup.StatusOK}, []byte(`{"cid":"c","status":"ok"}`)
	}}, began, release
}

func limitTo(most, reserve int) func(net.Listener) net.Listener {
	return func(listener net.Listener) net.Listener { return httpapi.LimitTo(listener, most, reserve, time.Hour) }
}

// While requests are served on all connections, health checks are still
// answered, other requests get 503 at once, and nobody loses an answer.
func TestHealthIsAnsweredBeyondTheLimit(t *testing.T) {
	const most, reserve = 4, 2
	engine, began, release := stuck()
	f := serveLimited(t, engine, httpapi.Options{}, nil, limitTo(most, reserve))
	answers := make(chan int, most)
	for range most {
		connection := f.open("127.0.0.1")
		go func() { answers <- f.ask(connection, "POST", signupPath, ada) }()
		<-began
	}
	for range 3 * reserve {
		for _, method := range []string{"GET", "HEAD"} {
			for _, path := range []string{"/healthz", "/readyz"} {
				connection := f.open("127.0.0.1")
				if status := f.ask(connection, method, path, ""); status != http.StatusOK {
					t.Errorf("%s %s: status %d", method, path, status)
				}
				f.ended(connection)
			}
		}
		connection := f.open("127.0.0.1")
		io.WriteString(connection, f.head("POST", "Content-Length: 0")+"\r\n")
		r := f.reply(connection)
		r.want(t, http.StatusServiceUnavailable, signup.Busy)
		if r.header.Get("Retry-After") == "" {
			t.Error("the answer does not say when to try again")
		}
		f.ended(connection)
	}
	var idle []net.Conn
	for range 3 * reserve { // connections of the reserve give way to each other
		idle = append(idle, f.open("127.0.0.1"))
	}
	if status := f.ask(f.open("127.0.0.1"), "GET", "/healthz", ""); status != http.StatusOK {
		t.Errorf("health: status %d", status)
	}
	for _, connection := range idle {
		connection.Close()
	}
	close(release)
	for range most {
		if status := <-answers; status != http.StatusOK {
			t.Errorf("a request that was served got %d", status)
		}
	}
	go func() { <-began }()
	if status := f.ask(f.open("127.0.0.1"), "POST", signupPath, ada); status != http.StatusOK {
		t.Errorf("after all that: status %d", status)
	}
}

// Connections whose request never ends give way too.
func TestSlowHeadersGiveWay(t *testing.T) {
	f := serveLimited(t, answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{}, func(s *http.Server) {
		s.ReadHeaderTimeout = time.Hour
	}, limitTo(4, 1))
	for range 20 {
		io.WriteString(f.open("127.0.0.1"), "POST /zato")
	}
	if status := f.ask(f.open("127.0.0.1"), "POST", signupPath, ada); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}

// Connections whose request stops in the middle of its body give way too, and
// the reserve gives way to health checks even if all connections serve requests.
func TestUnfinishedBodiesGiveWay(t *testing.T) {
	const most, reserve = 4, 2
	for name, busy := range map[string]int{"no request is served": 0, "all serve requests": most} {
		t.Run(name, func(t *testing.T) {
			engine, began, release := stuck()
			f := serveLimited(t, engine, httpapi.Options{}, func(s *http.Server) { s.ReadTimeout = time.Hour }, limitTo(most, reserve))
			served := make(chan int, most)
			serve := func() {
				connection := f.open("127.0.0.1")
				go func() { served <- f.ask(connection, "POST", signupPath, ada) }()
				select {
				case <-began:
				case status := <-served:
					t.Fatalf("a signup got %d", status)
				}
			}
			for range busy {
				serve()
			}
			for _, length := range []string{"Content-Length: 100", "Transfer-Encoding: chunked"} {
				for range 5 * (most + reserve) {
					io.WriteString(f.open("127.0.0.1"), f.head("POST", length)+"\r\n2\r\n{\"")
				}
				for _, path := range []string{"/healthz", "/readyz"} {
					if status := f.ask(f.open("127.0.0.1"), "GET", path, ""); status != http.StatusOK {
						t.Errorf("%s: status %d", path, status)
					}
				}
			}
			if busy == 0 {
				serve()
				busy++
			}
			close(release)
			for range busy {
				if status := <-served; status != http.StatusOK {
					t.Errorf("a request that was served got %d", status)
				}
			}
		})
	}
}

// One address that opens many connections does not close the connections of others.
func TestAddressWithMostConnectionsGivesWay(t *testing.T) {
	f := serveLimited(t, answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{}, nil, limitTo(8, 1))
	ours := f.open("127.0.0.2")
	if status := f.ask(ours, "POST", signupPath, ada); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	for range 50 {
		if status := f.ask(f.open("127.0.0.3"), "GET", "/healthz", ""); status != http.StatusOK {
			t.Errorf("status %d", status)
		}
	}
	if status := f.ask(ours, "POST", signupPath, ada); status != http.StatusOK {
		t.Errorf("the connection of another address gave way: status %d", status)
	}
}

// While the server is nearly full, connections may be idle only briefly. Those
// that were idle before keep their time.
func TestIdleTimeIsShortWhenNearlyFull(t *testing.T) {
	const most, idle, short = 4, time.Hour, time.Minute
	limits := make(chan time.Duration, 100)
	f := serveLimited(t, answering(signup.Response{CID: "c", Status: signup.StatusOK}), httpapi.Options{}, func(s *http.Server) {
		s.ReadTimeout, s.ReadHeaderTimeout = 0, 0 // so that only idle connections have a read deadline
		s.IdleTimeout = idle
	}, func(listener net.Listener) net.Listener {
		return httpapi.LimitTo(timed{listener, limits}, most, 1, short)
	})
	for i := range most {
		if status := f.ask(f.open("127.0.0.1"), "GET", "/healthz", ""); status != http.StatusOK {
			t.Fatalf("connection %d: status %d", i, status)
		}
		nearlyFull := i+1 >= most-most/4
		select {
		case limit := <-limits:
			if (limit <= short) != nearlyFull {
				t.Errorf("connection %d may be idle for %v", i, limit)
			}
		case <-time.After(patience):
			t.Fatalf("connection %d may be idle without a limit", i)
		}
	}
}

// timed is a listener that reports how long its connections may wait for data
// each time a deadline is set.
type timed struct {
	net.Listener
	limits chan<- time.Duration
}

func (l timed) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return timedConnection{c, l.limits}, err
}

type timedConnection struct {
	net.Conn
	limits chan<- time.Duration
}

func (c timedConnection) SetReadDeadline(deadline time.Time) error {
	if limit := time.Until(deadline); limit > 0 {
		c.limits <- limit
	}
	return c.Conn.SetReadDeadline(deadline)
}

func TestRequestsWithTwoLengthsAreRefused(t *testing.T) {
	const chunked = "Transfer-Encoding: chunked"
	body := "0\r\n\r\n"
	head := func(f *front, version string, headers ...string) string {
		return "POST " + signupPath + " " + version + "\r\nHost: " + f.addr + "\r\nAuthorization: Bearer " + apiKey + "\r\n" + strings.Join(append(headers, "", ""), "\r\n")
	}
	for name, test := range map[string]struct {
		version string
		headers []string
		refused bool
	}{
		"both":                    {"HTTP/1.1", []string{"Content-Length: 5", chunked}, true},
		"both, the other way":     {"HTTP/1.1", []string{chunked, "Content-Length: 5"}, true},
		"in other case":           {"HTTP/1.1", []string{"cONTENT-lENGTH:5", "TRANSFER-encoding:Chunked"}, true},
		"with more between":       {"HTTP/1.1", []string{"Content-Length: 5", "X-A: GET / HTTP/1.1", "X-B: " + strings.Repeat("b", 5000), chunked}, true},
		"a length of 0":           {"HTTP/1.1", []string{"Content-Length: 0", chunked}, true},
		"chunks in HTTP/1.0":      {"HTTP/1.0", []string{chunked}, true},
		"chunks":                  {"HTTP/1.1", []string{chunked}, false},
		"chunks and other names":  {"HTTP/1.1", []string{chunked, "X-Content-Length: 5", "Content-Length-X: 5", "X: Content-Length: 5"}, false},
		"a length in HTTP/1.0":    {"HTTP/1.0", []string{"Content-Length: 5"}, false},
		"a length, other names":   {"HTTP/1.1", []string{"Content-Length: 5", "X-Transfer-Encoding: chunked"}, false},
		"a length":                {"HTTP/1.1", []string{"Content-Length: 5"}, false},
		"neither":                 {"HTTP/1.1", nil, false},
		"a very long name":        {"HTTP/1.1", []string{strings.Repeat("Content-Length", 9) + ": 1", chunked}, false},
		"a length that is folded": {"HTTP/1.1", []string{"X-A: b", " Content-Length: 5", chunked}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var runs int
			engine := fake{run: func(context.Context, string, []byte) (signup.Response, []byte) {
				runs++
				return signup.Response{CID: "c", Status: signup.StatusOK}, []byte(`{"cid":"c","status":"ok"}`)
			}}
			f := serve(t, engine, httpapi.Options{APIKey: apiKey}, nil)
			connection := f.open("127.0.0.1")
			// Before it, requests of both kinds on the same connection.
			reader := bufio.NewReader(connection)
			for _, before := range []string{
				head(f, "HTTP/1.1", "Content-Length: 2") + "{}",
				head(f, "HTTP/1.1", chunked) + "2\r\n{}\r\n" + body,
			} {
				io.WriteString(connection, before)
				response, err := http.ReadResponse(reader, nil)
				if err != nil || response.StatusCode != http.StatusOK {
					t.Fatalf("before it: %v %v", response, err)
				}
				io.Copy(io.Discard, response.Body)
			}
			runs = 0
			for _, b := range []byte(head(f, test.version, test.headers...) + body) {
				if _, err := connection.Write([]byte{b}); err != nil {
					break // it was refused before its end
				}
			}
			response, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(response.Body)
			if refused := strings.Contains(string(text), "two lengths"); refused != test.refused || refused && (response.StatusCode != http.StatusBadRequest || !response.Close || runs > 0) {
				t.Errorf("status %d, close %v, %d operations: %s", response.StatusCode, response.Close, runs, text)
			}
			if test.refused {
				f.ended(connection)
			}
		})
	}
}
