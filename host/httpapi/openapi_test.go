package httpapi_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/openapi"
	"github.com/enrol-sso/enrol/host/internal/openapi/openapitest"
	"github.com/enrol-sso/enrol/signup"
)

// description returns the description of a server with all keys and metrics.
func description(t *testing.T, conf string) (*front, *openapitest.Checker) {
	t.Helper()
	engine, _ := newEngine(t, conf)
	f := serve(t, engine, httpapi.Options{
		APIKey: apiKey, SuperAPIKey: superKey, Metrics: http.NotFoundHandler(), Version: "1.2.3", Commit: "abcdef",
	}, nil)
	r := f.fetch(t, http.MethodGet, openapi.Path)
	if r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.text)
	}
	return f, openapitest.New(t, []byte(r.text))
}

// fetch sends a request without a body, whose answer can be any text.
func (f *front) fetch(t *testing.T, method, path string) reply {
	t.Helper()
	request, err := http.NewRequest(method, f.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set(asSuperUser[0], asSuperUser[1])
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{status: response.StatusCode, header: response.Header, text: string(text)}
}

func TestEveryOperationOfOperatorsIsDescribed(t *testing.T) {
	for _, operation := range host.OperatorOperations() {
		if _, ok := host.DescribeOperation(operation); !ok {
			t.Errorf("%s is not described: add its summary, request and answer to described in signup/describe.go, or a describe to its entry in host/operate.go", operation)
		}
	}
}

// What is described is served, with these methods and no others; and what the page
// of the HTTP paths has is described.
func TestDescriptionHasWhatIsServed(t *testing.T) {
	f, described := description(t, fastConf)
	all := described.Endpoints()
	methods := map[string][]string{}
	for _, endpoint := range all {
		method, path, _ := strings.Cut(endpoint, " ")
		methods[path] = append(methods[path], method)
	}
	for path, served := range methods {
		slices.Sort(served)
		r := f.fetch(t, http.MethodPut, path)
		if want := strings.Join(served, ", "); r.status != http.StatusMethodNotAllowed || r.header.Get("Allow") != want {
			t.Errorf("PUT %s: %d, it allows %q, described are %q", path, r.status, r.header.Get("Allow"), want)
		}
	}
	page, err := os.ReadFile("../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := 0
	for _, heading := range regexp.MustCompile(`(?m)^### ((?:GET|POST|PATCH).*)$`).FindAllSubmatch(page, -1) {
		var verbs []string
		for _, word := range strings.FieldsFunc(string(heading[1]), func(r rune) bool { return r == ' ' || r == ',' }) {
			switch {
			case word == "or":
			case !strings.HasPrefix(word, "/"):
				verbs = append(verbs, word)
			default:
				headings++
				for _, verb := range verbs {
					if !described.Describes(verb+" "+word) && !described.Describes(verb+" "+userPath+word) {
						t.Errorf("%s %s is on the page and not described", verb, word)
					}
				}
				verbs = nil
			}
		}
	}
	if headings < 12 {
		t.Errorf("the page has %d paths", headings)
	}
}

// Real answers of a real engine have what is described, and no more.
func TestAnswersAreAsDescribed(t *testing.T) {
	f, described := description(t, approvalConf)
	called := map[string]bool{}
	call := func(endpoint, body string, status int) reply {
		t.Helper()
		called[endpoint] = true
		method, path, _ := strings.Cut(endpoint, " ")
		if method == "POST" || method == "PATCH" {
			err := described.Request(endpoint, []byte(body))
			if (err != nil) != (status == http.StatusBadRequest) {
				t.Errorf("%s %s: the status must be %d, and the schema says %v", endpoint, body, status, err)
			}
		}
		query := ""
		if method == "GET" {
			query, body = body, ""
		}
		r := f.send(method, path+query, body, asSuperUser...)
		if r.status != status {
			t.Errorf("%s %s: %d %s", endpoint, body, r.status, r.text)
		}
		if err := described.Answer(endpoint, r.status, r.header, []byte(r.text), true); err != nil {
			t.Error(err)
		}
		return r
	}
	post := func(path, body string, status int) reply { t.Helper(); return call("POST "+path, body, status) }
	account := func(name string) string {
		return `{"username":"` + name + `","password":"correct horse","email":"` + name + `@example.com","app_list":["CRM"],"display_name":"Ann","attrs":{"a":"b"}}`
	}
	for i, prefix := range []string{signupPath, "/enrol/signup"} {
		name := "user" + string(rune('a'+i))
		token := post(prefix, account(name), 200).ConfirmToken
		post(prefix, `{"ctx":`+account(name+"x")+`,"cid":"c","remote_addr":["192.0.2.1"]}`, 200)
		post(prefix, `{"username":"a b","password":"x","app_list":["CRM"]}`, 403)
		for _, wrong := range []string{`{}`, `{"app_list":[]}`, `{"app_list":["CRM"],"x":1}`, `{"app_list":["CRM"],"cid":"\n"}`, `{"app_list":["CRM"],"cid":1}`, `{"app_list":["CRM"],"super_user":true}`} {
			post(prefix, wrong, 400)
		}
		operation := func(name string) string {
			if i == 0 {
				return map[string]string{"confirm": confirmPath, "resend": signupPath + "/resend"}[name] + map[string]string{"verify": userPath + "/verify", "approve": userPath + "/approve", "reject": userPath + "/reject", "lock": userPath + "/lock", "unlock": userPath + "/unlock"}[name]
			}
			return "/enrol/" + name
		}
		post(operation("resend"), `{"username":"`+name+`","email":"`+name+`@example.com"}`, 200)
		post(operation("resend"), `{"username":"`+name+`"}`, 400)
		post(operation("confirm"), `{"confirm_token":"x"}`, 403)
		id := post(operation("confirm"), `{"confirm_token":"`+token+`"}`, 200).UserID
		post(operation("verify"), `{"username":"`+name+`","password":"correct horse"}`, 403)
		post(operation("verify"), `{"username":"`+name+`","email":"x","password":"correct horse"}`, 400)
		post(operation("verify"), `{"password":"correct horse"}`, 400)
		call("GET "+signupPath, "?status=to-approve&limit=1", 200)
		call("GET "+signupPath, "?status=to-confirm", 200)
		call("GET "+signupPath, "?status=x", 400)
		post("/enrol/pending", `{"status":"to-approve","limit":1}`, 200)
		post("/enrol/pending", `{"status":"x"}`, 400)
		post("/enrol/pending", `{"status":"to-approve","limit":101}`, 400)
		post(operation("approve"), `{"user_id":"`+id+`","ust":"x"}`, 200)
		post(operation("approve"), `{"user_id":"nobody"}`, 403)
		post(operation("reject"), `{"user_id":"`+id+`","reason":"x"}`, 403)
		post(operation("verify"), `{"username":"`+name+`","password":"correct horse"}`, 200)
		post(operation("lock"), `{"user_id":"`+id+`"}`, 200)
		post("/enrol/get", `{"user_id":"`+id+`"}`, 200)
		post(operation("unlock"), `{"user_id":"`+id+`","password_must_change":true}`, 200)
		post("/enrol/get", `{"username":"`+name+`"}`, 200)
		post("/enrol/get", `{}`, 400)
		post("/enrol/get", `{"user_id":"nobody"}`, 403)
	}
	gone := post("/enrol/search", `{"username":"usera"}`, 200).Users[0].UserID
	post("/enrol/erase", `{"user_id":"`+gone+`"}`, 200)
	post("/enrol/erase", `{"user_id":"`+gone+`"}`, 403)
	post("/enrol/erase", `{}`, 400)
	post("/enrol/validate", `{"username":"somebody","password":"correct horse","app_list":["CRM"]}`, 200)
	post("/enrol/validate", `{"username":"a b","password":"x"}`, 403)
	post("/enrol/dead", `{}`, 200)
	post("/enrol/dead", `{"limit":0}`, 400)
	post("/enrol/retry", `{}`, 400)
	post("/enrol/export", `{"hashes":true,"limit":2}`, 200)
	post("/enrol/import", `{"dry_run":true,"account":{"username":"moved","password_hash":"$2b$04$abcdefghijklmnopqrstuuJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJ"}}`, 200)
	post("/enrol/import", `{}`, 400)
	post("/enrol/purge", `{}`, 200)
	post("/enrol/rekey", `{"limit":1}`, 200)
	post("/enrol/search", `{"limit":3}`, 200)
	post("/enrol/search", `{"state":"x"}`, 400)
	post("/enrol/counters", `{}`, 200)
	post("/enrol/audit", `{}`, 400)
	call("GET /healthz", "", 200)
	call("GET /readyz", "", 200)
	for _, other := range []string{signupPath + "/approve", signupPath + "/reject"} {
		post(other, `{"user_id":"nobody"}`, 403)
	}
	for _, endpoint := range []string{"PATCH " + signupPath, "PATCH " + confirmPath} {
		call(endpoint, `{"confirm_token":"x"}`, 403)
	}
	rest := []string{"HEAD /healthz", "HEAD /readyz", "GET /metrics", "HEAD /metrics", "GET " + openapi.Path}
	for _, endpoint := range described.Endpoints() {
		if !called[endpoint] && !slices.Contains(rest, endpoint) {
			t.Errorf("%s is described and was never called: add a call to this test", endpoint)
		}
	}
}

// Unknown members are accepted if the configuration says so, except by operators.
func TestDescriptionFollowsTheConfiguration(t *testing.T) {
	const body = `{"user_id":"x","more":1}`
	for conf, accepted := range map[string]bool{fastConf: false, fastConf + ignoring: true} {
		_, described := description(t, conf)
		if err := described.Request("POST "+userPath+"/lock", []byte(body)); (err == nil) != accepted {
			t.Errorf("accepted must be %v: %v", accepted, err)
		}
		if described.Request("POST /enrol/lock", []byte(body)) == nil {
			t.Error("an operator's unknown member is accepted")
		}
	}
}

// The page of codes and the description have the same meanings and refusals.
func TestDescriptionHasTheCodesOfThePage(t *testing.T) {
	page := map[signup.Code]string{}
	for _, row := range codesPage(t, `([EW]\d{6}) \| \d{3} \| \d{3} \| \S+ \| ([^|]+) \| [^|]+`) {
		page[signup.Code(row[1])] = row[2]
	}
	meanings := openapi.Meanings()
	for code := range codeNames(t) {
		if meanings[code] == "" || meanings[code] != page[code] {
			t.Errorf("%s: host/internal/openapi/meanings.go has %q, host/docs/codes.md %q", code, meanings[code], page[code])
		}
	}
	var rows, own []string
	for _, row := range codesPage(t, `(\d{3}) \| (E\d{6}) \| ([^|]{5,})`) {
		rows = append(rows, strings.Join(row[1:], " "))
	}
	for _, r := range httpapi.Refusals() {
		own = append(own, fmt.Sprintf("%d %s %s", r.Status, r.Code, r.When))
	}
	slices.Sort(rows)
	slices.Sort(own)
	if !slices.Equal(rows, own) {
		t.Errorf("host/docs/codes.md has\n%s\nrefusals of host/httpapi/openapi.go\n%s", strings.Join(rows, "\n"), strings.Join(own, "\n"))
	}
}

// Each code is described where its status is.
func TestDescriptionHasEveryCodeUnderItsStatus(t *testing.T) {
	_, described := description(t, fastConf)
	for _, row := range codeTable(t) {
		if row.status != 0 && !strings.Contains(described.Meaning("POST "+signupPath, row.status), "`"+string(row.code)+"`") {
			t.Errorf("the status %d is described without %s", row.status, row.code)
		}
	}
}
