package access_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/internal/access"
	"github.com/enrol-sso/enrol/signup"
)

// lineOf serves a request, and returns its line of the log without the time.
func lineOf(t *testing.T, method, target string, level slog.Level, serve http.HandlerFunc) string {
	t.Helper()
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level}))
	request := httptest.NewRequest("GET", target, strings.NewReader("secret=body"))
	request.Method = method
	access.Log(serve, logger).ServeHTTP(httptest.NewRecorder(), request)
	return regexp.MustCompile(`time=\S+ `).ReplaceAllString(log.String(), "")
}

func TestLineOfARequest(t *testing.T) {
	line := lineOf(t, "POST", "/signup?token=secret", slog.LevelInfo, func(w http.ResponseWriter, r *http.Request) {
		access.Route(w, r.URL.Path)
		access.Outcome(w, "c1", []signup.Code{signup.UsernameExists, signup.EmailExists})
		http.NewResponseController(w).SetReadDeadline(time.Now()) // reaches the connection
		w.WriteHeader(http.StatusForbidden)
		w.Write([]byte("secret answer"))
	})
	want := `^level=INFO msg=request method=POST path=/signup status=403 code=E001002,E002002 cid=c1 duration_ms=\d+(\.\d+)?\n$`
	if !regexp.MustCompile(want).MatchString(line) {
		t.Errorf("got %s, want %s", line, want)
	}
}

// What no route knows is the caller's text, and may be an address or a token.
func TestLineHasNoTextOfTheCaller(t *testing.T) {
	line := lineOf(t, "SECRET", "/ada@example.com?a=secret", slog.LevelInfo, func(w http.ResponseWriter, r *http.Request) {
		http.NotFound(w, r)
	})
	if want := "level=INFO msg=request method=other path=other status=404 duration_ms="; !strings.HasPrefix(line, want) {
		t.Errorf("got %s, want %s", line, want)
	}
}

func TestLineOfAHealthCheck(t *testing.T) {
	for status, logged := range map[int]bool{http.StatusOK: false, http.StatusServiceUnavailable: true} {
		line := lineOf(t, "GET", "/healthz", slog.LevelInfo, func(w http.ResponseWriter, r *http.Request) {
			access.HealthCheck(w, r.URL.Path)
			w.WriteHeader(status)
		})
		if strings.Contains(line, "path=/healthz") != logged {
			t.Errorf("%d: %q", status, line)
		}
	}
	line := lineOf(t, "GET", "/healthz", slog.LevelDebug, func(w http.ResponseWriter, r *http.Request) {
		access.HealthCheck(w, r.URL.Path)
		w.Write([]byte("ok"))
	})
	if !strings.HasPrefix(line, "level=DEBUG msg=request method=GET path=/healthz status=200") {
		t.Error(line)
	}
}

// A handler that panics has a line too, and one that answers nothing has status 0.
func TestLineOfAPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the panic is hidden from the server")
		}
	}()
	var line string
	defer func() {
		if !strings.Contains(line, "path=other status=0") {
			t.Errorf("got %q", line)
		}
	}()
	var log strings.Builder
	defer func() { line = log.String() }()
	logger := slog.New(slog.NewTextHandler(&log, nil))
	access.Log(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), logger).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}
