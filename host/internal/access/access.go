// Package access writes a line to the log for each request that a server answers.
// Log is the entry point. A line has only what handlers and this package know: the
// path of a route and a known method, never a text of the caller, which could be an
// address or a token.
package access

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// Other stands for a path that no route has, and for an unknown method.
const Other = "other"

// methods are those of RFC 9110 and RFC 5789 that servers get.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// Log returns a handler that serves with next, and then writes one line: method,
// path, status, code, cid and duration_ms. The status is 0 if nothing was answered,
// because the caller was gone. Code and cid are absent where no operation was
// decided about. Lines are at level info, those of successful health checks at debug.
func Log(next http.Handler, logger *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		l := &line{ResponseWriter: w, path: Other}
		defer func() { l.write(logger, r, time.Since(began)) }()
		next.ServeHTTP(l, r)
	})
}

// Route tells Log the path of the route that serves a request. It does nothing for a
// writer that is not of Log.
func Route(w http.ResponseWriter, path string) {
	if l := lineOf(w); l != nil {
		l.path = path
	}
}

// HealthCheck tells Log that a request is one, in addition to its path.
func HealthCheck(w http.ResponseWriter, path string) {
	if l := lineOf(w); l != nil {
		l.path, l.health = path, true
	}
}

// Outcome tells Log the correlation id and the codes of the answer.
func Outcome(w http.ResponseWriter, cid string, codes []signup.Code) {
	if l := lineOf(w); l != nil {
		l.cid, l.codes = cid, codes
	}
}

// line is the http.ResponseWriter of a request, and what its line has.
type line struct {
	http.ResponseWriter
	path   string
	health bool
	status int
	cid    string
	codes  []signup.Code
}

func lineOf(w http.ResponseWriter) *line {
	l, _ := w.(*line)
	return l
}

// Unwrap is for http.ResponseController.
func (l *line) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (l *line) WriteHeader(status int) {
	if l.status == 0 && status >= 200 {
		l.status = status
	}
	l.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (l *line) Write(data []byte) (int, error) {
	if l.status == 0 {
		l.status = http.StatusOK
	}
	return l.ResponseWriter.Write(data)
}

func (l *line) write(logger *slog.Logger, r *http.Request, took time.Duration) {
	level := slog.LevelInfo
	if l.health && l.status == http.StatusOK {
		level = slog.LevelDebug
	}
	method := Other
	if slices.Contains(methods, r.Method) {
		method = r.Method
	}
	attributes := []slog.Attr{slog.String("method", method), slog.String("path", l.path), slog.Int("status", l.status)}
	if len(l.codes) > 0 {
		attributes = append(attributes, slog.String("code", joined(l.codes)))
	}
	if l.cid != "" {
		attributes = append(attributes, slog.String("cid", l.cid))
	}
	milliseconds := float64(took.Round(time.Microsecond).Microseconds()) / 1000
	attributes = append(attributes, slog.Float64("duration_ms", milliseconds))
	logger.LogAttrs(r.Context(), level, "request", attributes...)
}

func joined(codes []signup.Code) string {
	texts := make([]string, len(codes))
	for i, code := range codes {
		texts[i] = string(code)
	}
	return strings.Join(texts, ",")
}
