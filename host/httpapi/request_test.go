package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// hostile are the bodies of a signup with one mistake. The answer must name the
// field.
var hostile = []struct{ name, body, field string }{
	{"a name twice", `{"username":"ada","username":"ada","password":"correct horse","app_list":["CRM"]}`, ""},
	{"a name twice, once escaped", `{"username":"ada","\u0075sername":"ada","password":"correct horse","app_list":["CRM"]}`, ""},
	{"the application twice", `{"current_app":"CRM","current_app":"CRM","app_list":["CRM"]}`, ""},
	{"the application twice, once null", `{"current_app":null,"current_app":"CRM","app_list":["CRM"]}`, ""},
	{"the application twice, once escaped", `{"current_app":"CRM","current\u005fapp":"CRM","app_list":["CRM"]}`, ""},
	{"the address twice", `{"remote_addr":"::1","remote_addr":"::1","app_list":["CRM"]}`, ""},
	{"the address twice, both null", `{"remote_addr":null,"remote_addr":null,"app_list":["CRM"]}`, ""},
	{"the cid twice", `{"cid":"a","c\u0069d":"b","app_list":["CRM"]}`, ""},
	{"a name twice within attrs", `{"attrs":{"a":"1","\u0061":"2"},"app_list":["CRM"]}`, ""},
	{"an unknown field", `{"nickname":"x","app_list":["CRM"]}`, "nickname"},
	{"the account at both places", `{"ctx":{"username":"ada"},"app_list":["CRM"]}`, "app_list"},
	{"an unknown field in ctx", `{"ctx":{"nickname":"x","app_list":["CRM"]}}`, "ctx.nickname"},
	{"a field with the core's prefix", `{"ctx.username":"ada","app_list":["CRM"]}`, "ctx.username"},
	{"the status that nobody sets", `{"sign_up_status":"final","app_list":["CRM"]}`, "sign_up_status"},
	{"a field in other letters", `{"Username":"ada","app_list":["CRM"]}`, "Username"},
	{"a field without a name", `{"":"ada","app_list":["CRM"]}`, ""},
	{"NUL", `{"username":"a\u0000","app_list":["CRM"]}`, ""},
	{"NUL in a name", `{"username\u0000":"a","app_list":["CRM"]}`, ""},
	{"NUL in the cid", `{"cid":"\u0000","app_list":["CRM"]}`, ""},
	{"a bare NUL", "{\"username\":\"a\x00\",\"app_list\":[\"CRM\"]}", ""},
	{"a lone surrogate", `{"username":"\ud800","app_list":["CRM"]}`, ""},
	{"a lone surrogate in a name", `{"\udc00":"a","app_list":["CRM"]}`, ""},
	{"a lone surrogate in the application", `{"current_app":"\ud800x","app_list":["CRM"]}`, ""},
	{"no UTF-8", "{\"username\":\"\xff\",\"app_list\":[\"CRM\"]}", ""},
	{"no UTF-8 in a name", "{\"user\xffname\":\"a\",\"app_list\":[\"CRM\"]}", ""},
	{"no UTF-8 in the address", "{\"remote_addr\":\"\xc0\x80\",\"app_list\":[\"CRM\"]}", ""},
	{"a line break in a string", "{\"username\":\"a\nb\",\"app_list\":[\"CRM\"]}", ""},
	{"username of the wrong type", `{"username":1,"app_list":["CRM"]}`, "username"},
	{"password of the wrong type", `{"password":["x"],"app_list":["CRM"]}`, "password"},
	{"email of the wrong type", `{"email":true,"app_list":["CRM"]}`, "email"},
	{"app_list of the wrong type", `{"app_list":"CRM"}`, "app_list"},
	{"app_list of wrong types", `{"app_list":["CRM",1]}`, "app_list"},
	{"attrs of the wrong type", `{"attrs":[],"app_list":["CRM"]}`, "attrs"},
	{"current_app of the wrong type", `{"current_app":["CRM"],"app_list":["CRM"]}`, "current_app"},
	{"current_app that is an empty list", `{"current_app":[],"app_list":["CRM"]}`, "current_app"},
	{"remote_addr of the wrong type", `{"remote_addr":1,"app_list":["CRM"]}`, "remote_addr"},
	{"remote_addr that is none", `{"remote_addr":"localhost","app_list":["CRM"]}`, "remote_addr"},
	{"remote_addr that is empty", `{"remote_addr":"","app_list":["CRM"]}`, "remote_addr"},
	{"cid of the wrong type", `{"cid":1,"app_list":["CRM"]}`, "cid"},
	{"cid with a space", `{"cid":"a b","app_list":["CRM"]}`, "cid"},
	{"a display name that is too long", `{"display_name":"` + strings.Repeat("x", 129) + `","app_list":["CRM"]}`, "display_name"},
	{"deep lists", `{"attrs":` + strings.Repeat("[", 9) + strings.Repeat("]", 9) + `,"app_list":["CRM"]}`, ""},
	{"very deep lists", strings.Repeat("[", 60<<10), ""},
	{"very deep lists in a field", `{"username":` + strings.Repeat("[", 60<<10), ""},
	{"very deep lists that close", `{"username":` + strings.Repeat("[", 30<<10) + strings.Repeat("]", 30<<10) + `}`, ""},
	{"very deep objects", strings.Repeat(`{"a":`, 12<<10), ""},
	{"a list", `["username"]`, ""},
	{"a string", `"username"`, ""},
	{"null", `null`, ""},
	{"a number", `1`, ""},
	{"nothing", ``, ""},
	{"white space", "  \r\n\t ", ""},
	{"half an object", `{"username":"ada"`, ""},
	{"a comma at the end", `{"app_list":["CRM"],}`, ""},
	{"a comma at the beginning", `{,"app_list":["CRM"]}`, ""},
	{"two commas", `{"username":"a",,"app_list":["CRM"]}`, ""},
	{"no comma", `{"username":"a" "app_list":["CRM"]}`, ""},
	{"no colon", `{"username" "a"}`, ""},
	{"two objects", `{"app_list":["CRM"]}{}`, ""},
	{"an object and a brace", `{"app_list":["CRM"]}}`, ""},
	{"brackets that do not match", `{"app_list":["CRM"}`, ""},
	{"a value that closes the object", `{"username":"a"},"x":{"app_list":["CRM"]}`, ""},
	{"a byte order mark", "\xef\xbb\xbf" + `{"app_list":["CRM"]}`, ""},
	{"a comment", `{"app_list":["CRM"]/**/}`, ""},
	{"single quotes", `{'app_list':['CRM']}`, ""},
	{"a bare name", `{app_list:["CRM"]}`, ""},
	{"not a number", `{"username":NaN,"app_list":["CRM"]}`, ""},
	{"a number with a zero in front", `{"username":01,"app_list":["CRM"]}`, ""},
	{"a form", `username=ada&password=correct+horse`, ""},
}

func TestSignupBodiesAreNoLaxerThanTheCore(t *testing.T) {
	engine, trail := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, nil)
	for _, test := range hostile {
		t.Run(test.name, func(t *testing.T) {
			f.t = t
			r := f.send("POST", signupPath, test.body)
			r.want(t, http.StatusBadRequest, signup.InvalidInput)
			if r.Field != test.field && test.field != "" {
				t.Errorf("field %q, want %q: %s", r.Field, test.field, r.text)
			}
			if r.Message == "" {
				t.Errorf("message %q", r.Message)
			}
		})
	}
	if len(trail.entries) != 0 {
		t.Errorf("the core began to decide: %v", trail.entries)
	}
}

func TestConfirmBodiesAreNoLaxerThanTheCore(t *testing.T) {
	engine, _ := newEngine(t)
	f := serve(t, engine, httpapi.Options{}, nil)
	for _, test := range []struct{ name, body, field string }{
		{"a token twice", `{"confirm_token":"x","confirm\u005ftoken":"x"}`, ""},
		{"a token of the wrong type", `{"confirm_token":1}`, "confirm_token"},
		{"an unknown field", `{"confirm_token":"x","username":"y"}`, "username"},
		{"an unknown field with the prefix of another", `{"confirm_token":"x","ctx.password":"y"}`, "ctx.password"},
		{"no UTF-8", "{\"confirm_token\":\"\xff\"}", ""},
		{"garbage", `confirm_token=x`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f.t = t
			r := f.send("PATCH", signupPath, test.body)
			r.want(t, http.StatusBadRequest, signup.InvalidInput)
			if r.Field != test.field {
				t.Errorf("field %q, want %q", r.Field, test.field)
			}
		})
	}
}

// capture returns an engine that records its request.
func capture(into *string) fake {
	return fake{run: func(_ context.Context, _ string, request []byte) (signup.Response, []byte) {
		*into = string(request)
		return signup.Response{CID: "c", Status: signup.StatusOK}, []byte(`{"cid":"c","status":"ok"}`)
	}}
}

func TestBodyReachesTheCoreAsItIs(t *testing.T) {
	var got string
	f := serve(t, capture(&got), httpapi.Options{}, nil)
	const everything = ` { "username" : "ad\u0061" , "password":" x ","email":"a@b", "current_app":"CRM", "app_list":[ "CRM" ],
		"display_name":"A","first_name":"B","middle_name":"C","last_name":"D","attrs":{"x":"}"},"remote_addr":["::1","1.2.3.4"],"cid":"c1" } `
	f.send("POST", signupPath, everything).want(t, http.StatusOK)
	const want = `{"username":"ad\u0061","password":" x ","email":"a@b","current_app":"CRM","app_list":[ "CRM" ],` +
		`"display_name":"A","first_name":"B","middle_name":"C","last_name":"D","attrs":{"x":"}"},"remote_addr":["::1","1.2.3.4"],"cid":"c1"}`
	if got != want {
		t.Errorf("the core got\n%s\nwant\n%s", got, want)
	}
}

func TestHeadersReplaceAbsentMembers(t *testing.T) {
	const app, idempotency = "X-Zato-SSO-Current-App", "Idempotency-Key"
	for _, test := range []struct {
		name, body string
		headers    []string
		want       string // of the call, without remote_addr
	}{
		{"neither", `{}`, nil, `{}`},
		{"the application", `{}`, []string{app, "Bill\"ing"}, `{"current_app":"Bill\"ing"}`},
		{"the body wins", `{"current_app":"CRM"}`, []string{app, "Billing"}, `{"current_app":"CRM"}`},
		{"null says nothing", `{"current_app": null }`, []string{app, "Billing"}, `{"current_app":"Billing"}`},
		{"the empty name says nothing", `{"current_app":""}`, []string{app, "Billing"}, `{"current_app":"Billing"}`},
		{"the same header twice", `{}`, []string{app, "CRM", app, "CRM"}, `{"current_app":"CRM"}`},
		{"the key", `{}`, []string{idempotency, "k1"}, `{"idempotency_key":"k1"}`},
		{"the body's key wins", `{"idempotency_key":"k2"}`, []string{idempotency, "k1"}, `{"idempotency_key":"k2"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got string
			f := serve(t, capture(&got), httpapi.Options{}, nil)
			f.send("POST", signupPath, test.body, test.headers...).want(t, http.StatusOK)
			got = strings.NewReplacer(`"remote_addr":"127.0.0.1",`, "", `,"remote_addr":"127.0.0.1"`, "", `"remote_addr":"127.0.0.1"`, "").Replace(got)
			if got != test.want {
				t.Errorf("the core got %s, want %s", got, test.want)
			}
		})
	}
	var got string
	f := serve(t, capture(&got), httpapi.Options{}, nil)
	f.send("POST", signupPath, `{}`, app, "CRM", app, "Billing").want(t, http.StatusBadRequest, signup.InvalidInput)
	r := f.send("POST", signupPath, `{}`, app, "\xff")
	r.want(t, http.StatusBadRequest, signup.InvalidInput)
	if r.Field != "current_app" || got != "" {
		t.Errorf("field %q, and the core got %q", r.Field, got)
	}
}

// FuzzBody checks that the front accepts what the core does, and that the core
// receives every member of the body, unchanged, and nothing else.
func FuzzBody(f *testing.F) {
	for _, test := range hostile {
		if len(test.body) < 1000 {
			f.Add(test.body)
		}
	}
	f.Fuzz(func(t *testing.T, body string) {
		request, ok := httpapi.RequestOf(body)
		if ok != (signup.CheckJSON([]byte(body)) == nil) {
			t.Fatalf("%q: taken %v", body, ok)
		}
		if !ok {
			return
		}
		if !json.Valid([]byte(request)) {
			t.Fatalf("%q became %q", body, request)
		}
		if got, want := pieces(t, request), pieces(t, body); got != want {
			t.Errorf("%q became %q", body, request)
		}
	})
}

// pieces counts the tokens of a JSON text.
func pieces(t *testing.T, text string) int {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	n := 0
	for {
		if _, err := decoder.Token(); err != nil {
			return n
		}
		n++
	}
}
