package host

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// The answer of an endpoint decides what the failure means for other events.
func TestStatusOfAnEndpointDeterminesTheFailure(t *testing.T) {
	t.Parallel()
	const hour = 3600
	in := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		status              int
		header, body        string
		kind                signup.CallFailure
		atLeast, retryAfter int // seconds
	}{
		"500":                 {status: 500, kind: signup.CallDown},
		"500 and final":       {status: 500, body: `{"final":true}`, kind: signup.CallDown},
		"502":                 {status: 502, kind: signup.CallDown},
		"503 in seconds":      {status: 503, header: "7", kind: signup.CallDown, atLeast: 7, retryAfter: 7},
		"599":                 {status: 599, kind: signup.CallDown},
		"408":                 {status: 408, kind: signup.CallDown},
		"429":                 {status: 429, kind: signup.CallDown},
		"429 in seconds":      {status: 429, header: "120", kind: signup.CallDown, atLeast: 120, retryAfter: 120},
		"429 at a time":       {status: 429, header: in(hour * time.Second), kind: signup.CallDown, atLeast: hour - 120, retryAfter: hour},
		"429 in the past":     {status: 429, header: in(-hour * time.Second), kind: signup.CallDown},
		"429 below zero":      {status: 429, header: "-5", kind: signup.CallDown},
		"429 forever":         {status: 429, header: "99999999", kind: signup.CallDown, atLeast: 24 * hour, retryAfter: 24 * hour},
		"429 for centuries":   {status: 429, header: "Fri, 31 Dec 9999 23:59:59 GMT", kind: signup.CallDown, atLeast: 24 * hour, retryAfter: 24 * hour},
		"429 beyond numbers":  {status: 429, header: strings.Repeat("9", 40), kind: signup.CallDown, atLeast: 24 * hour, retryAfter: 24 * hour},
		"429 in words":        {status: 429, header: "soon", kind: signup.CallDown},
		"410":                 {status: 410, kind: signup.CallFinal},
		"422":                 {status: 422, kind: signup.CallRefused},
		"422 and final":       {status: 422, body: ` {"why":"no such address","final":true} `, kind: signup.CallFinal},
		"404 and final":       {status: 404, body: `{"final":true}`, kind: signup.CallFinal},
		"422 not final":       {status: 422, body: `{"final":false}`, kind: signup.CallRefused},
		"422 final in words":  {status: 422, body: `{"final":"true"}`, kind: signup.CallRefused},
		"422 cut off":         {status: 422, body: `{"final":true`, kind: signup.CallRefused},
		"422 a list":          {status: 422, body: `[{"final":true}]`, kind: signup.CallRefused},
		"422 far too long":    {status: 422, body: `{"final":true,"why":"` + strings.Repeat("a", 70_000) + `"}`, kind: signup.CallRefused},
		"400":                 {status: 400, body: "secret", kind: signup.CallRefused},
		"400 and Retry-After": {status: 400, header: "9", kind: signup.CallRefused},
		"302":                 {status: 302, kind: signup.CallRefused},
		"302 and final":       {status: 302, body: `{"final":true}`, kind: signup.CallRefused},
		"304":                 {status: 304, kind: signup.CallRefused},
		"no connection":       {kind: signup.CallDown},
	} {
		for _, wanted := range []bool{true, false} {
			url := nobodyListens
			if c.status != 0 {
				url = serveEndpoint(t, func(w http.ResponseWriter, _ *http.Request) {
					if c.header != "" {
						w.Header().Set("Retry-After", c.header)
					}
					w.WriteHeader(c.status)
					io.WriteString(w, c.body)
				}).url()
			}
			e := newEndpoints()
			answer, err := e.post(t.Context(), signup.ServiceCall{Service: url, Body: "{}"}, wanted)
			e.close()
			var failure *signup.CallError
			if !errors.As(err, &failure) || answer != "" {
				t.Errorf("%s: %q, %v", name, answer, err)
				continue
			}
			if failure.Kind != c.kind || failure.RetryAfter > c.retryAfter || failure.RetryAfter < c.atLeast {
				t.Errorf("%s: %s, retry after %d", name, failure.Kind, failure.RetryAfter)
			}
			if c.status != 0 && failure.Reason != "the service answered with HTTP status "+strconv.Itoa(c.status) || strings.Contains(failure.Reason, urlSecret) {
				t.Errorf("%s: %s", name, failure.Reason)
			}
		}
	}
}

// Of the answer to a delivery only the status counts.
func TestAnswersOfAnyLengthAreASuccessOfADelivery(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for name, answer := range map[string]http.HandlerFunc{
			"70,000 bytes": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat("a", 70_000)) },
			"endless":      endless,
			"cut off": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "9")
				io.WriteString(w, "x")
			},
		} {
			hook := serveEndpoint(t, answer)
			i := start(t, native, func(o *Options) {
				o.Conf = "[main]\nemail_service=" + hook.url() + "&mail\n" +
					strings.NewReplacer("email_confirm_enabled=False\n", "callback_service_list="+hook.url()+"\n").Replace(testConf)
			})
			i.signUp(t, ada())
			dispatched, err := i.Dispatch(t.Context(), signup.DispatchRequest{})
			if err != nil || dispatched.Delivered != 2 || len(hook.all()) != 2 {
				t.Errorf("%s: %+v, %v", name, dispatched, err)
			}
		}
	})
}

// The answer of a validation service decides, so all of it is read.
func TestAnswerOfAValidationServiceIsBounded(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		for name, c := range map[string]struct {
			answer  http.HandlerFunc
			refused bool
		}{
			"as much":      {longVerdict(maxAnswer), false},
			"70,000 bytes": {longVerdict(70_000), true},
			"endless":      {endless, true},
		} {
			rules := serveEndpoint(t, c.answer)
			i := start(t, native, func(o *Options) { o.Conf = testConf + "[user_validation]\nservice=" + rules.url() + "\n" })
			answer, err := i.Signup(t.Context(), ada())
			if c.refused != (err != nil && strings.Contains(err.Error(), "more than 65536 bytes")) || answer.OK() == c.refused {
				t.Errorf("%s: %+v, %v", name, answer, err)
			}
		}
	})
}

// longVerdict is an acceptance of n bytes.
func longVerdict(length int) http.HandlerFunc {
	const before, after = `{"is_valid":true,"note":"`, `"}`
	return func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, before+strings.Repeat("a", length-len(before)-len(after))+after)
	}
}
