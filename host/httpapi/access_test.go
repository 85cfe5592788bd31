package httpapi_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

func TestEachRequestIsALineOfTheLog(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{APIKey: apiKey, SuperAPIKey: superKey}, nil)
	signed := f.send("POST", signupPath, ada, "Authorization", "Bearer "+apiKey)
	signed.want(t, http.StatusOK)
	f.send("POST", "/enrol/get", `{"username":"ada"}`, "Authorization", "Bearer "+superKey).want(t, http.StatusOK)
	f.send("POST", signupPath+"?email=ada@example.com", ada).want(t, http.StatusUnauthorized, signup.NotAllowed)
	f.send("GET", "/ada@example.com", "", "Authorization", "Bearer "+apiKey).want(t, http.StatusNotFound, signup.InvalidOperation)
	if err := f.server.Shutdown(t.Context()); err != nil { // after the last line
		t.Fatal(err)
	}
	want := `^time=\S+ level=INFO msg=request method=POST path=/zato/sso/user/signup status=200 cid=` + signed.CID + ` duration_ms=\S+
time=\S+ level=INFO msg=request method=POST path=/enrol/get status=200 cid=\w+ duration_ms=\S+
time=\S+ level=INFO msg=request method=POST path=/zato/sso/user/signup status=401 code=E005001 cid=\w+ duration_ms=\S+
time=\S+ level=INFO msg=request method=GET path=other status=404 code=E008001 cid=\w+ duration_ms=\S+
$`
	if log := f.log.requests.String(); !regexp.MustCompile(want).MatchString(log) {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
}

func TestHealthHasTheBuild(t *testing.T) {
	f := serve(t, fake{}, httpapi.Options{Version: "v1.2.3", Commit: "abc"}, nil)
	r := f.send("GET", "/healthz", "")
	if want := `{"cid":"` + r.CID + `","status":"ok","version":"v1.2.3","commit":"abc"}` + "\n"; r.text != want {
		t.Errorf("got %s, want %s", r.text, want)
	}
	r = serve(t, fake{}, httpapi.Options{}, nil).send("GET", "/healthz", "")
	if want := `{"cid":"` + r.CID + `","status":"ok"}` + "\n"; r.text != want {
		t.Errorf("got %s, want %s", r.text, want)
	}
}
