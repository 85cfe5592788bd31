package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

const (
	signupPath  = "/zato/sso/user/signup"
	confirmPath = "/zato/sso/user/signup/confirm"
)

func TestSignupAndConfirmOnEveryRoute(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, nil)
	for i, route := range []struct{ method, path string }{
		{http.MethodPatch, signupPath},
		{http.MethodPatch, confirmPath},
		{http.MethodPost, confirmPath},
	} {
		name := "user" + string(rune('a'+i))
		signed := f.send(http.MethodPost, signupPath,
			`{"username":"`+name+`","password":"correct horse","email":"`+name+`@example.com","app_list":["CRM"],"cid":"mine"}`)
		signed.want(t, http.StatusOK)
		if len(signed.ConfirmToken) != 32 || signed.CID != "mine" {
			t.Errorf("signup answered %s", signed.text)
		}
		body := `{"confirm_token":"` + signed.ConfirmToken + `","current_app":"CRM"}`
		f.send(route.method, route.path, body).want(t, http.StatusOK)
		f.send(route.method, route.path, body).want(t, http.StatusForbidden, signup.SignupConfirmed)
	}
}

func TestStatusesOfTheFront(t *testing.T) {
	engine, _ := newEngine(t)
	open := serve(t, engine, httpapi.Options{}, nil)
	keyed := serve(t, engine, httpapi.Options{APIKey: apiKey}, nil)
	demanding, _ := newEngine(t, fastConf+"confirm_requires_password=True\n")
	strict := serve(t, demanding, httpapi.Options{}, nil)
	for _, test := range []struct {
		name         string
		front        *front
		method, path string
		body         string
		headers      []string
		status       int
		code         signup.Code
	}{
		{"no key", keyed, "POST", signupPath, ada, nil, 401, signup.NotAllowed},
		{"another key", keyed, "POST", signupPath, ada, []string{"Authorization", "Bearer " + strings.Repeat("x", 32)}, 401, signup.NotAllowed},
		{"the key twice", keyed, "POST", signupPath, ada, []string{"Authorization", "Bearer " + apiKey, "Authorization", "Bearer " + apiKey}, 401, signup.NotAllowed},
		{"another scheme", keyed, "POST", signupPath, ada, []string{"Authorization", "Basic " + apiKey}, 401, signup.NotAllowed},
		{"no scheme", keyed, "POST", signupPath, ada, []string{"Authorization", apiKey}, 401, signup.NotAllowed},
		{"no key, unknown path", keyed, "GET", "/", "", nil, 401, signup.NotAllowed},
		{"the key", keyed, "GET", "/", "", []string{"Authorization", "bearer " + apiKey}, 404, signup.InvalidOperation},
		{"unknown path", open, "GET", "/", "", nil, 404, signup.InvalidOperation},
		{"more path", open, "POST", signupPath + "/", ada, nil, 404, signup.InvalidOperation},
		{"dots in the path", open, "POST", "/x/.." + signupPath, ada, nil, 404, signup.InvalidOperation},
		{"escapes in the path", open, "POST", "/zato/sso/user%2Fsign%75p", ada, nil, 404, signup.InvalidOperation},
		{"GET of a decision", open, "GET", signupPath + "/approve", "", nil, 405, signup.InvalidOperation},
		{"PATCH of a decision", open, "PATCH", "/zato/sso/user/reject", `{"user_id":"x"}`, nil, 405, signup.InvalidOperation},
		{"GET of verify", open, "GET", "/zato/sso/user/verify", "", nil, 405, signup.InvalidOperation},
		{"HEAD of resend", open, "HEAD", signupPath + "/resend", "", nil, 405, ""},
		{"resend elsewhere", open, "POST", "/zato/sso/user/resend", "{}", nil, 404, signup.InvalidOperation},
		{"decision of no super-user", open, "POST", signupPath + "/approve", `{"user_id":"x"}`, nil, 403, signup.SuperUserRequired},
		{"listing for no super-user", open, "GET", signupPath + "?status=to-approve", "", nil, 403, signup.SuperUserRequired},
		{"listing without a key", keyed, "GET", signupPath + "?status=to-approve", "", nil, 401, signup.NotAllowed},
		{"no user_id", open, "POST", signupPath + "/approve", "{}", nil, 400, signup.MissingInput},
		{"confirm without the password", strict, "POST", signupPath + "/confirm", `{"confirm_token":"x"}`, nil, 400, signup.MissingInput},
		{"confirm with one", strict, "POST", signupPath + "/confirm", `{"confirm_token":"x","password":"y"}`, nil, 403, signup.NoSuchSignupToken},
		{"a reason to approve", open, "POST", signupPath + "/approve", `{"user_id":"x","reason":"y"}`, nil, 400, signup.InvalidInput},
		{"resend of nobody", open, "POST", signupPath + "/resend", `{"username":"x","email":"x@example.com"}`, nil, 200, ""},
		{"resend without address", open, "POST", signupPath + "/resend", `{"username":"x"}`, nil, 400, signup.MissingInput},
		{"verify of nobody", open, "POST", "/zato/sso/user/verify", `{"username":"x","password":"y"}`, nil, 403, signup.NotAllowed},
		{"verify of two", open, "POST", "/zato/sso/user/verify", `{"username":"x","email":"x@example.com","password":"y"}`, nil, 400, signup.InvalidInput},
		{"HEAD", open, "HEAD", signupPath, "", nil, 405, ""},
		{"HEAD of health", open, "HEAD", "/healthz", "", nil, 200, ""},
		{"HEAD of readiness", keyed, "HEAD", "/readyz", "", nil, 200, ""},
		{"HEAD of health through a proxy", open, "HEAD", "/healthz", "", []string{"Via", "1.1 x"}, 403, ""},
		{"OPTIONS", open, "OPTIONS", signupPath, "", nil, 405, signup.InvalidOperation},
		{"PUT", open, "PUT", confirmPath, ada, nil, 405, signup.InvalidOperation},
		{"a method of nobody", open, "FROB", signupPath, ada, nil, 405, signup.InvalidOperation},
		{"POST of health", open, "POST", "/healthz", "{}", nil, 405, signup.InvalidOperation},
		{"too large", open, "POST", signupPath, `{"username":"` + strings.Repeat("x", 64<<10) + `"}`, nil, 413, signup.InvalidInput},
		{"encoded", open, "POST", signupPath, ada, []string{"Content-Encoding", "gzip"}, 415, signup.InvalidInput},
		{"foreign host", open, "POST", signupPath, ada, []string{"Host", "example.com:" + open.port}, 421, signup.NotAllowed},
		{"foreign host of health", open, "GET", "/healthz", "", []string{"Host", "example.com"}, 421, signup.NotAllowed},
		{"another origin", open, "POST", signupPath, ada, []string{"Origin", "https://example.com"}, 403, signup.NotAllowed},
		{"empty", open, "POST", signupPath, "", nil, 400, signup.InvalidInput},
		{"no object", open, "POST", signupPath, "[]", nil, 400, signup.InvalidInput},
		{"no app_list", open, "POST", signupPath, `{"username":"x"}`, nil, 400, signup.MissingInput},
		{"no token", open, "PATCH", signupPath, `{}`, nil, 400, signup.MissingInput},
		{"unknown token", open, "PATCH", signupPath, `{"confirm_token":"x"}`, nil, 403, signup.NoSuchSignupToken},
		{"bad username", open, "POST", signupPath, `{"username":"a b","password":"correct horse","email":"a@example.com","app_list":["CRM"]}`, nil, 403, signup.UsernameHasWhitespace},
		{"bad application", open, "POST", signupPath, `{"username":"ab","password":"correct horse","email":"a@example.com","app_list":["X"]}`, nil, 403, signup.AppListInvalid},
		{"health", keyed, "GET", "/healthz", "", []string{"Host", "example.com"}, 200, ""},
		{"readiness", keyed, "GET", "/readyz", "", nil, 200, ""},
		{"identity", open, "PATCH", signupPath, `{}`, []string{"Content-Encoding", "identity"}, 400, signup.MissingInput},
		{"any content type", open, "PATCH", signupPath, `{}`, []string{"Content-Type", "text/plain"}, 400, signup.MissingInput},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.front.t = t
			r := test.front.send(test.method, test.path, test.body, test.headers...)
			if test.code == "" {
				r.want(t, test.status)
			} else {
				r.want(t, test.status, test.code)
			}
			if challenge := r.header.Get("WWW-Authenticate"); (test.status == 401) != (challenge == "Bearer") {
				t.Errorf("WWW-Authenticate is %q", challenge)
			}
			if allow := r.header.Get("Allow"); (test.status == 405) != (allow != "") {
				t.Errorf("Allow is %q", allow)
			}
		})
	}
	open.t = t
	if allow := open.send("PUT", signupPath, "").header.Get("Allow"); allow != "GET, PATCH, POST" {
		t.Errorf("Allow is %q", allow)
	}
	if log := open.log.String(); log != "" {
		t.Errorf("refusals were logged: %s", log)
	}
	// Wrong keys of one address after its first.
	if log := keyed.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, "wrong API keys") {
		t.Errorf("refusals were logged: %s", log)
	}
}

func TestReadyReadsTheStore(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{Ready: func(context.Context) error { return errors.New("the disk is gone") }}, nil)
	r := f.send("GET", "/readyz", "")
	r.want(t, http.StatusServiceUnavailable, signup.Busy)
	if strings.Contains(r.text, "disk") || !strings.Contains(f.log.String(), "the disk is gone") {
		t.Errorf("sent %s, logged %s", r.text, f.log)
	}
	f.send("GET", "/healthz", "").want(t, http.StatusOK)
}

func TestFaultsAreLoggedAndNotSent(t *testing.T) {
	f := serve(t, answering(signup.Response{
		CID: "c1", Status: signup.StatusError, SubStatus: []signup.Code{signup.Busy}, Fault: "the disk is full",
	}), httpapi.Options{}, nil)
	r := f.send("POST", signupPath, ada)
	r.want(t, http.StatusServiceUnavailable, signup.Busy)
	log := f.log.String()
	if !strings.Contains(log, "the disk is full") || !strings.Contains(log, "cid=c1") {
		t.Errorf("the log has no fault: %s", log)
	}
	for _, secret := range []string{"ada", "correct horse"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q: %s", secret, log)
		}
	}
}

func TestEngineThatIsClosedIsBusy(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, nil)
	engine.Close(t.Context())
	f.send("POST", signupPath, ada).want(t, http.StatusServiceUnavailable, signup.Busy)
}

func TestPanicIsAnsweredAsABug(t *testing.T) {
	f := serve(t, fake{run: func(context.Context, string, []byte) (signup.Response, []byte) {
		panic("correct horse")
	}}, httpapi.Options{}, nil)
	r := f.send("POST", signupPath, ada)
	r.want(t, http.StatusInternalServerError, signup.InternalError)
	log := f.log.String()
	if strings.Contains(log, "correct horse") || strings.Contains(log, "goroutine") || !strings.Contains(log, r.CID) ||
		!strings.Contains(log, "TestPanicIsAnsweredAsABug") {
		t.Errorf("logged %s", log)
	}
	f.send("GET", "/healthz", "").want(t, http.StatusOK)
}

func TestNewRefusesMisuse(t *testing.T) {
	for name, call := range map[string]func(){
		"no engine": func() { httpapi.New(nil, httpapi.Options{}) },
		"short key": func() { httpapi.New(fake{}, httpapi.Options{APIKey: "short"}) },
		"key with a space": func() {
			httpapi.New(fake{}, httpapi.Options{APIKey: "0123456789abcdef 0123456789abcdef"})
		},
		"short super key": func() { httpapi.New(fake{}, httpapi.Options{APIKey: apiKey, SuperAPIKey: "short"}) },
		"equal keys":      func() { httpapi.New(fake{}, httpapi.Options{APIKey: apiKey, SuperAPIKey: apiKey}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if p, _ := recover().(string); !strings.HasPrefix(p, "httpapi: ") {
					t.Errorf("panicked with %q", p)
				}
			}()
			call()
		})
	}
}
