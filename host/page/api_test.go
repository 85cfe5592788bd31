package page_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/host/page"
	"github.com/enrol-sso/enrol/signup"
)

// api calls the JSON API as a mobile application does.
func (w *world) api(operation, body string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.do(httptest.NewRequest(http.MethodPost, "/api/"+operation, strings.NewReader(body)))
}

const adaJSON = `{"username":"ada","password":"correct horse battery","email":"ada@example.com"`

func TestJSONAPI(t *testing.T) {
	w := newWorld(t, page.Options{})
	websitetest.Expect(t, w.api("validate", `{"username":"a b"}`), http.StatusUnprocessableEntity, `"E001004"`)
	websitetest.Expect(t, w.api("validate", `{"password":"correct horse battery"}`), http.StatusOK, `"strength":{"score":`)
	answer := w.api("signup", adaJSON+`,"app":"Billing","attrs":{"locale":"de"}}`)
	websitetest.Expect(t, answer, http.StatusOK, `"status":"ok"`)
	if got := members(t, answer); len(got) != 2 || got["cid"] == "" {
		t.Errorf("the answer is %v", got)
	}
	token := string(w.sent()[0].Token)
	websitetest.Expect(t, w.api("resend", `{"username":"ada","email":"ada@example.com","app":"Billing"}`), http.StatusOK)
	newer := string(w.sent()[1].Token)

	websitetest.Expect(t, w.api("confirm", `{"token":"`+token+`"}`), http.StatusBadRequest, `"E005006"`)
	answer = w.api("confirm", `{"token":"`+newer+`","app":"Billing"}`)
	websitetest.Expect(t, answer, http.StatusOK)
	if got := members(t, answer); len(got) != 2 {
		t.Errorf("the answer is %v", got)
	}
	used, unknown := w.api("confirm", `{"token":"`+newer+`","app":"Billing"}`), w.api("confirm", `{"token":"x","app":"Billing"}`)
	if sameCID(t, used) != sameCID(t, unknown) || used.Code != unknown.Code {
		t.Errorf("a used token: %s, an unknown one: %s", used.Body, unknown.Body)
	}
	account, err := w.engine.Get(t.Context(), signup.GetRequest{Username: "ada"})
	if err != nil || len(account.User.AppList) != 1 || account.User.AppList[0] != "Billing" {
		t.Errorf("the account is %+v, %v", account, err)
	}
}

// sameCID returns an answer without its cid.
func sameCID(t *testing.T, answer *httptest.ResponseRecorder) string {
	got := members(t, answer)
	delete(got, "cid")
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestJSONAPITakesAppList(t *testing.T) {
	w := newWorld(t, page.Options{})
	websitetest.Expect(t, w.api("signup", adaJSON+`,"app_list":["CRM","Billing"]}`), http.StatusOK)
	account, err := w.engine.Get(t.Context(), signup.GetRequest{Username: "ada"})
	if err != nil || len(account.User.AppList) != 2 {
		t.Errorf("the account is %+v, %v", account, err)
	}
}

func TestJSONAPITellsNobodyWhoHasAnAccount(t *testing.T) {
	w := newWorld(t, page.Options{})
	first := w.api("signup", adaJSON+"}")
	w.post("/confirm", "token", string(w.sent()[0].Token))
	for _, body := range []string{adaJSON + "}", `{"username":"grace","password":"correct horse battery","email":"ada@example.com"}`} {
		answer := w.api("signup", body)
		if answer.Code != first.Code || sameCID(t, answer) != sameCID(t, first) || answer.Body.Len() != first.Body.Len() {
			t.Errorf("got %d %s, want %d %s", answer.Code, answer.Body, first.Code, first.Body)
		}
	}
}

func TestJSONAPIRefuses(t *testing.T) {
	w := newWorld(t, page.Options{})
	for name, test := range map[string]struct {
		operation, body string
		status          int
		want            string
	}{
		"unknown operation":   {"verify", "{}", http.StatusNotFound, `"E008001"`},
		"super-user":          {"approve", "{}", http.StatusNotFound, `"E008001"`},
		"not JSON":            {"signup", "username=ada", http.StatusBadRequest, `"E008002"`},
		"a list":              {"signup", "[]", http.StatusBadRequest, `"E008002"`},
		"repeated":            {"signup", `{"username":"a","username":"b"}`, http.StatusBadRequest, `"E008002"`},
		"deep":                {"signup", strings.Repeat("[", 100), http.StatusBadRequest, `"E008002"`},
		"long":                {"signup", `{"username":"` + strings.Repeat("a", 70_000) + `"}`, http.StatusRequestEntityTooLarge, `"E008002"`},
		"client address":      {"signup", adaJSON + `,"remote_addr":"192.0.2.1"}`, http.StatusBadRequest, `"field":"remote_addr"`},
		"the core's name":     {"signup", adaJSON + `,"current_app":"CRM"}`, http.StatusBadRequest, `"field":"current_app"`},
		"caller":              {"signup", adaJSON + `,"current_user":"x"}`, http.StatusBadRequest, `"field":"current_user"`},
		"super_user":          {"confirm", `{"token":"x","super_user":true}`, http.StatusBadRequest, `"field":"super_user"`},
		"app of another type": {"signup", adaJSON + `,"app":1}`, http.StatusBadRequest, `"field":"app"`},
		"unknown app":         {"signup", adaJSON + `,"app":"Nothing"}`, http.StatusUnprocessableEntity, `"E004001"`},
		"closed app":          {"signup", adaJSON + `,"app":"Archive"}`, http.StatusUnprocessableEntity, `"E004002"`},
		"long app":            {"signup", adaJSON + `,"app":"` + strings.Repeat("a", 300) + `"}`, http.StatusBadRequest, `"field":"app"`},
		"no token":            {"confirm", `{}`, http.StatusBadRequest, `"field":"token"`},
	} {
		answer := w.api(test.operation, test.body)
		if answer.Code != test.status || !strings.Contains(answer.Body.String(), test.want) {
			t.Errorf("%s: got %d %s, want %d %s", name, answer.Code, answer.Body, test.status, test.want)
		}
	}
	answer := w.do(httptest.NewRequest(http.MethodGet, "/api/signup", nil))
	if answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") != "OPTIONS, POST" {
		t.Errorf("GET: %d %v", answer.Code, answer.Header())
	}
	if messages := w.sent(); len(messages) != 0 {
		t.Errorf("got %d messages", len(messages))
	}
}

func TestJSONAPIRepeats(t *testing.T) {
	w := newWorld(t, page.Options{})
	var answers []string
	for range 2 {
		r := httptest.NewRequest(http.MethodPost, "/api/signup", strings.NewReader(adaJSON+"}"))
		r.Header.Set("Idempotency-Key", "0b9f8f9e")
		answers = append(answers, w.do(r).Body.String())
	}
	if answers[0] != answers[1] {
		t.Errorf("got %s and %s", answers[0], answers[1])
	}
}

// Clients that choose the same key do not affect each other: none is refused, or
// gets the answer of another one.
func TestKeysOfTheJSONAPIAreThoseOfTheirContent(t *testing.T) {
	w := newWorld(t, page.Options{})
	signup := func(name, key string) *httptest.ResponseRecorder {
		return w.api("signup", `{"username":"`+name+`","password":"correct horse battery","email":"`+name+`@example.com","idempotency_key":`+key+`}`)
	}
	first, other := signup("ada", `"1"`), signup("grace", `"1"`)
	websitetest.Expect(t, first, http.StatusOK)
	websitetest.Expect(t, other, http.StatusOK)
	messages := w.sent()
	if len(messages) != 2 || first.Body.String() == other.Body.String() {
		t.Fatalf("got %d messages, %s and %s", len(messages), first.Body, other.Body)
	}
	again := w.api("signup", `{ "idempotency_key": "1", "email": "ad\u0061@example.com", "password": "correct horse battery", "username": "ada" }`)
	if again.Body.String() != first.Body.String() || len(w.sent()) != 2 {
		t.Errorf("repeated, it is %s, not %s", again.Body, first.Body)
	}
	for _, message := range messages {
		websitetest.Expect(t, w.api("confirm", `{"token":"`+string(message.Token)+`","idempotency_key":"1"}`), http.StatusOK)
	}
	for _, wrong := range []string{"1", `["1"]`, `"` + strings.Repeat("x", 256) + `"`} {
		websitetest.Expect(t, signup("alan", wrong), http.StatusBadRequest, `"field":"idempotency_key"`)
	}
	websitetest.Expect(t, signup("alan", `"`+strings.Repeat("x", 255)+`"`), http.StatusOK)
}

func TestOriginsOfTheJSONAPI(t *testing.T) {
	w := newWorld(t, page.Options{Origins: []string{"https://shop.example.com"}}, "[enrol]", "[enrol]\npublic_origins=https://app.example.com")
	send := func(method, path, origin string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(`{"username":"ada"}`))
		r.Header.Set("Origin", origin)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		return w.do(r)
	}
	for origin, allowed := range map[string]string{"https://app.example.com": "https://app.example.com", "https://shop.example.com": "https://shop.example.com", "https://evil.example": "", "null": ""} {
		preflight := send(http.MethodOptions, "/api/validate", origin)
		if got := preflight.Header().Get("Access-Control-Allow-Origin"); got != allowed {
			t.Errorf("%s: the preflight allows %q", origin, got)
		}
		if got := preflight.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: the preflight has Cache-Control: %s", origin, got)
		}
		answer := send(http.MethodPost, "/api/validate", origin)
		if got := answer.Header().Get("Access-Control-Allow-Origin"); got != allowed || (answer.Code == http.StatusOK) != (allowed != "") {
			t.Errorf("%s: got %d, allowed %q", origin, answer.Code, got)
		}
		if got := answer.Header().Get("Access-Control-Allow-Credentials"); got != "" {
			t.Errorf("%s: credentials are allowed", origin)
		}
		form := formRequest("/signup", ada...)
		form.Header.Set("Origin", origin)
		form.Header.Set("Sec-Fetch-Site", "cross-site")
		websitetest.Expect(t, w.do(form), http.StatusForbidden)
	}
	for _, origin := range []string{
		"app.example.com", "https://app.example.com/", "*", "https://App.example.com", "HTTPS://app.example.com", "https://app.example.com:443",
		"http://app.example.com:80", "https://user@app.example.com", "https://bücher.example", "https://app.example.com:",
	} {
		if _, err := page.New(w.engine, page.Options{Origins: []string{origin}}); err == nil || !strings.Contains(err.Error(), "public_origins") {
			t.Errorf("%s: %v", origin, err)
		}
	}
	for _, origin := range []string{"https://app.example.com:8443", "http://localhost:3000", "http://[::1]:3000", "https://xn--bcher-kva.example", "https://a_b.example"} {
		if _, err := page.New(w.engine, page.Options{Origins: []string{origin}}); err != nil {
			t.Errorf("%s: %v", origin, err)
		}
	}
}

func TestClientAddressThroughProxies(t *testing.T) {
	w := newWorld(t, page.Options{Limits: page.Limits{Resend: 1}, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	from := func(address string) int {
		r := formRequest("/resend")
		r.Header.Set("X-Forwarded-For", address) // httptest connects from 192.0.2.1
		return w.do(r).Code
	}
	for _, test := range []struct {
		address string
		want    int
	}{
		{"198.51.100.1", http.StatusUnprocessableEntity}, {"198.51.100.2", http.StatusUnprocessableEntity},
		{"198.51.100.1", http.StatusTooManyRequests}, {"203.0.113.9, 198.51.100.1", http.StatusTooManyRequests}, {"unknown", http.StatusBadRequest},
	} {
		if got := from(test.address); got != test.want {
			t.Errorf("%s: got %d, want %d", test.address, got, test.want)
		}
	}
}
