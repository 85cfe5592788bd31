package httpapi_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

func withLocal(r *http.Request, local net.Addr) context.Context {
	return context.WithValue(r.Context(), http.LocalAddrContextKey, local)
}

// raw opens a connection and writes text.
func (f *front) raw(text string) net.Conn {
	f.t.Helper()
	connection, err := net.Dial("tcp", f.addr)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { connection.Close() })
	if _, err := io.WriteString(connection, text); err != nil {
		f.t.Fatal(err)
	}
	return connection
}

// reply reads one answer from a connection.
func (f *front) reply(connection net.Conn) reply {
	f.t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	return read(f.t, response, "POST")
}

// ended checks that the server closes a connection.
func (f *front) ended(connection net.Conn) {
	f.t.Helper()
	if _, err := io.Copy(io.Discard, connection); err != nil && !strings.Contains(err.Error(), "reset") {
		f.t.Error(err)
	}
}

func (f *front) head(method string, headers ...string) string {
	return method + " " + signupPath + " HTTP/1.1\r\nHost: " + f.addr + "\r\n" + strings.Join(append(headers, ""), "\r\n")
}

func TestLargeBodyIsRefusedBeforeItIsSent(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, nil)
	connection := f.raw(f.head("POST", "Content-Length: 10485760") + "\r\n")
	f.reply(connection).want(t, http.StatusRequestEntityTooLarge, signup.InvalidInput)
	f.ended(connection)

	connection = f.raw(f.head("POST", "Content-Length: 10485760", "Expect: 100-continue") + "\r\n")
	f.reply(connection).want(t, http.StatusRequestEntityTooLarge, signup.InvalidInput)

	chunk := strings.Repeat("x", 70<<10)
	connection = f.raw(f.head("POST", "Transfer-Encoding: chunked") + fmt.Sprintf("\r\n%x\r\n%s\r\n", len(chunk), chunk))
	f.reply(connection).want(t, http.StatusRequestEntityTooLarge, signup.InvalidInput)
}

func TestBodyOfARefusedRequestIsNotWaitedFor(t *testing.T) {
	engine, _ := newEngine(t)
	keyed := serve(t, engine, httpapi.Options{APIKey: apiKey}, nil)
	connection := keyed.raw(keyed.head("POST", "Content-Length: 100") + "\r\n")
	keyed.reply(connection).want(t, http.StatusUnauthorized, signup.NotAllowed)

	f := serve(t, engine, httpapi.Options{}, nil)
	connection = f.raw(f.head("PUT", "Content-Length: 100") + "\r\n")
	f.reply(connection).want(t, http.StatusMethodNotAllowed, signup.InvalidOperation)
}

// Strangers do not keep their connections, whatever they send.
func TestUnauthorizedCallersLoseTheirConnection(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{APIKey: apiKey}, nil)
	for name, text := range map[string]string{
		"no body":        f.head("GET"),
		"an empty body":  f.head("POST", "Content-Length: 0"),
		"a body":         f.head("POST", "Content-Length: 2"),
		"a wrong key":    f.head("GET", "Authorization: Bearer "+superKey),
		"another path":   strings.Replace(f.head("GET"), signupPath, "/", 1),
		"another method": f.head("DELETE"),
	} {
		connection := f.raw(text + "\r\n")
		answer, err := io.ReadAll(connection) // until the server closes it
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 401 ") || !strings.Contains(string(answer), "\r\nConnection: close\r\n") {
			t.Errorf("%s: %v %s", name, err, answer)
		}
	}
}

func TestSlowAndBrokenRequests(t *testing.T) {
	engine, trail := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, func(s *http.Server) {
		s.ReadHeaderTimeout = 50 * time.Millisecond
		s.ReadTimeout = 100 * time.Millisecond
		s.IdleTimeout = 50 * time.Millisecond
	})
	f.ended(f.raw(""))               // says nothing
	f.ended(f.raw("POST /zato/sso")) // never ends its first line
	f.ended(f.raw(f.head("POST")))   // nor its headers
	connection := f.raw(f.head("POST", "Content-Length: 90") + "\r\n" + ada[:50])
	f.reply(connection).want(t, http.StatusBadRequest, signup.InvalidInput)
	f.ended(connection)

	connection = f.raw(f.head("POST", "Content-Length: 90") + "\r\n" + ada[:50])
	connection.(*net.TCPConn).CloseWrite()
	f.reply(connection).want(t, http.StatusBadRequest, signup.InvalidInput)

	for name, text := range map[string]string{
		"garbage":             "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
		"no host":             "POST " + signupPath + " HTTP/1.1\r\n\r\n",
		"two hosts":           f.head("POST", "Host: example.com") + "\r\n",
		"two lengths":         f.head("POST", "Content-Length: 1", "Content-Length: 2") + "\r\nxx",
		"length and chunks":   f.head("POST", "Content-Length: 1", "Transfer-Encoding: gzip") + "\r\nxx",
		"a negative length":   f.head("POST", "Content-Length: -1") + "\r\n",
		"headers of 100 KiB":  f.head("POST", "X-A: "+strings.Repeat("a", 100<<10)) + "\r\n",
		"a header without :":  f.head("POST", "X-A") + "\r\n",
		"a version of nobody": "POST " + signupPath + " HTTP/9.9\r\nHost: " + f.addr + "\r\n\r\n",
	} {
		connection, err := net.Dial("tcp", f.addr)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(connection, text) // the server may close before everything is written
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err == nil && (response.StatusCode < 400 || response.StatusCode > 505) {
			t.Errorf("%s: status %d", name, response.StatusCode)
		}
		connection.Close()
	}
	if len(trail.entries) != 0 {
		t.Errorf("something was decided: %v", trail.entries)
	}
	f.send("POST", signupPath, ada).want(t, http.StatusOK)
}

func TestAbsoluteTargetIsTheHost(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, nil)
	connection := f.raw("GET http://example.com/healthz HTTP/1.1\r\nHost: " + f.addr + "\r\n\r\n")
	f.reply(connection).want(t, http.StatusMisdirectedRequest, signup.NotAllowed)
	connection = f.raw("OPTIONS * HTTP/1.1\r\nHost: " + f.addr + "\r\n\r\n")
	f.reply(connection).want(t, http.StatusNotFound, signup.InvalidOperation)
	connection = f.raw("GET /healthz HTTP/1.0\r\n\r\n")
	f.reply(connection).want(t, http.StatusMisdirectedRequest, signup.NotAllowed)
}

func TestCallerWhoHangsUpEndsTheOperation(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	f := serve(t, fake{run: func(ctx context.Context, _ string, _ []byte) (signup.Response, []byte) {
		close(began)
		<-ctx.Done()
		close(ended)
		return signup.Response{CID: "c", Status: signup.StatusError, SubStatus: []signup.Code{signup.Busy}, Fault: "given up"}, nil
	}}, httpapi.Options{}, nil)
	connection := f.raw(f.head("POST", "Content-Length: 2") + "\r\n{}")
	<-began
	connection.Close()
	<-ended
}

func TestShutdownAnswersWhatWasAccepted(t *testing.T) {
	const callers = 20
	var accepted sync.WaitGroup
	accepted.Add(callers)
	release := make(chan struct{})
	f := serve(t, fake{run: func(context.Context, string, []byte) (signup.Response, []byte) {
		accepted.Done()
		<-release
		return signup.Response{CID: "c", Status: signup.StatusOK}, []byte(`{"cid":"c","status":"ok"}`)
	}}, httpapi.Options{}, nil)
	replies := make(chan reply, callers)
	for range callers {
		go func() { replies <- f.send("POST", signupPath, ada) }()
	}
	accepted.Wait()
	stopped := make(chan error, 1)
	go func() { stopped <- f.server.Shutdown(context.Background()) }()
	for { // until no new connection is accepted
		connection, err := net.Dial("tcp", f.addr)
		if err != nil {
			break
		}
		connection.Close()
	}
	close(release)
	for range callers {
		r := <-replies
		r.want(t, http.StatusOK)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
