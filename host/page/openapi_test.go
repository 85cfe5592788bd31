package page_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/openapi"
	"github.com/enrol-sso/enrol/host/internal/openapi/openapitest"
	"github.com/enrol-sso/enrol/host/page"
)

// publicPaths are all paths of the pages: the description must have them and no other.
var publicPaths = []string{
	"/", "/api/confirm", "/api/resend", "/api/signup", "/api/validate", "/assets/{name}", "/confirm", "/confirmed",
	"/healthz", "/openapi.json", "/resend", "/rules", "/signup", "/signup/sent",
}

func describedBy(t *testing.T, w *world) *openapitest.Checker {
	t.Helper()
	r := w.get(openapi.Path)
	if r.Code != http.StatusOK {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	return openapitest.New(t, r.Body.Bytes())
}

func TestDescriptionHasThePublicPathsOnly(t *testing.T) {
	w := newWorld(t, page.Options{})
	methods := map[string][]string{}
	for _, endpoint := range describedBy(t, w).Endpoints() {
		method, path, _ := strings.Cut(endpoint, " ")
		methods[path] = append(methods[path], method)
	}
	for path, served := range methods {
		if !slices.Contains(publicPaths, path) {
			t.Errorf("%s is described: add it to publicPaths if it is public", path)
		}
		if path == "/assets/{name}" {
			continue
		}
		slices.Sort(served)
		r := w.do(httptest.NewRequest(http.MethodPut, path, nil))
		if want := strings.Join(served, ", "); r.Code != http.StatusMethodNotAllowed || r.Header().Get("Allow") != want {
			t.Errorf("PUT %s: %d, it allows %q, described are %q", path, r.Code, r.Header().Get("Allow"), want)
		}
	}
	for _, path := range publicPaths {
		if methods[path] == nil {
			t.Errorf("%s is not described: add it to pages in host/page/handler.go, or to description in host/page/openapi.go", path)
		}
	}
}

// The fields of a form are those that the page shows.
func TestFormsAreDescribed(t *testing.T) {
	w := newWorld(t, page.Options{}, "[enrol]\n", "[enrol]\nconfirm_requires_password=True\n")
	fields := page.FormFields()
	if len(fields) < 3 {
		t.Fatalf("there are only %d forms", len(fields))
	}
	for path, described := range fields {
		var shown []string
		for _, input := range regexp.MustCompile(`<(?:input|textarea)[^>]* name="?([a-z_]+)`).FindAllStringSubmatch(w.get(path).Body.String(), -1) {
			shown = append(shown, input[1])
		}
		slices.Sort(shown)
		slices.Sort(described)
		if !slices.Equal(shown, described) {
			t.Errorf("%s shows the fields %q, described are %q", path, shown, described)
		}
	}
}

// Real answers have what is described, and no more.
func TestAnswersAreAsDescribed(t *testing.T) {
	w := newWorld(t, page.Options{Limits: page.Limits{Resend: 2}}, "[signup]\n", "[signup]\ninform_if_user_invalid=True\n")
	described := describedBy(t, w)
	check := func(endpoint string, r *httptest.ResponseRecorder, status int) {
		t.Helper()
		if r.Code != status {
			t.Errorf("%s: %d, want %d: %s", endpoint, r.Code, status, r.Body)
		}
		if err := described.Answer(endpoint, r.Code, r.Header(), r.Body.Bytes(), true); err != nil {
			t.Error(err)
		}
	}
	for _, test := range []struct {
		path, body string
		status     int
	}{
		{"/api/signup", `{"username":"ada","password":"correct horse","email":"ada@example.com","attrs":{"locale":"en"}}`, 200},
		{"/api/signup", `{"username":"a b","password":"correct horse","email":"ada@example.com"}`, 422},
		{"/api/signup", `{"ctx":{}}`, 400},
		{"/api/signup", `{"app":1}`, 400},
		{"/api/validate", `{"username":"somebody","password":"correct horse"}`, 200},
		{"/api/validate", `{"username":"a b","password":"correct horse"}`, 422},
		{"/api/confirm", `{"token":"x"}`, 400},
		{"/api/confirm", `{}`, 400},
		{"/api/resend", `{"username":"ada"}`, 400},
		{"/api/resend", `{"username":"ada","email":"ada@example.com"}`, 200},
		{"/api/resend", `{"username":"ada","email":"ada@example.com"}`, 429},
	} {
		endpoint := "POST " + test.path
		err := described.Request(endpoint, []byte(test.body))
		if refused := test.status == 400 && test.body != `{"token":"x"}`; refused != (err != nil) {
			t.Errorf("%s %s: the schema says %v", endpoint, test.body, err)
		}
		check(endpoint, w.do(httptest.NewRequest(http.MethodPost, test.path, strings.NewReader(test.body))), test.status)
		check("OPTIONS "+test.path, w.do(httptest.NewRequest(http.MethodOptions, test.path, nil)), 204)
	}
	foreign := httptest.NewRequest(http.MethodPost, "/api/signup", strings.NewReader("{}"))
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	check("POST /api/signup", w.do(foreign), 403)
	for path, status := range map[string]int{
		"/": 303, "/signup": 200, "/signup/sent": 200, "/confirm": 200, "/confirmed": 200, "/resend": 200, "/rules": 200,
		"/healthz": 200, "/signup?app=x": 404, openapi.Path: 200,
	} {
		name, _, _ := strings.Cut(path, "?")
		check("GET "+name, w.get(path), status)
	}
	check("GET /assets/{name}", w.get("/assets/nothing"), 404)
	check("POST /signup", w.post("/signup", "username", "a b"), 422)
	check("POST /signup", w.post("/signup", "username", "bob", "email", "bob@example.com", "password", "correct horse"), 303)
	check("POST /confirm", w.post("/confirm", "token", "x"), 422)
	check("POST /resend", w.post("/resend", "username", "bob", "email", "bob@example.com"), 429)
}
