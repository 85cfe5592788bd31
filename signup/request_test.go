package signup

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// ctx wraps members of a ctx into a request of signup.
func ctx(members string) string { return `{"ctx":{` + members + `}}` }

func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return `"` + strings.Repeat("é", n) + `"` }
	for _, test := range []struct{ operation, request, code, field string }{
		{"signup", `{}`, "E008003", "app_list"},
		{"signup", `{"ctx":null}`, "E008003", "app_list"},
		{"signup", `{"ctx":[]}`, "E008002", "ctx"},
		{"signup", `{"ctx":"x"}`, "E008002", "ctx"},
		{"signup", ctx(``), "E008003", "ctx.app_list"},
		{"signup", ctx(`"app_list":null`), "E008003", "ctx.app_list"},
		{"signup", ctx(`"app_list":[]`), "E008003", "ctx.app_list"},
		{"signup", ctx(`"app_list":"CRM"`), "E008002", "ctx.app_list"},
		{"signup", ctx(`"app_list":{}`), "E008002", "ctx.app_list"},
		{"signup", ctx(`"app_list":["CRM",1]`), "E008002", "ctx.app_list"},
		{"signup", ctx(`"app_list":["CRM",null]`), "E008002", "ctx.app_list"},
		{"signup", ctx(`"app_list":[` + long(129) + `]`), "E008002", "ctx.app_list"},
		{"signup", ctx(`"app_list":[` + strings.Repeat(`"a",`, 64) + `"a"]`), "E008002", "ctx.app_list"},
		{"signup", ctx(`"app_list":[` + strings.Repeat(long(127)+",", 20) + `"a"]`), "E008002", "ctx.app_list"},
		{"signup", ctx(`"username":1`), "E008002", "ctx.username"},
		{"signup", ctx(`"username":["a"]`), "E008002", "ctx.username"},
		{"signup", ctx(`"username":` + long(4097)), "E008002", "ctx.username"},
		{"signup", ctx(`"password":true`), "E008002", "ctx.password"},
		{"signup", ctx(`"password":` + long(4097)), "E008002", "ctx.password"},
		{"signup", ctx(`"email":{}`), "E008002", "ctx.email"},
		{"signup", ctx(`"email":` + long(4097)), "E008002", "ctx.email"},
		{"signup", ctx(`"current_app":` + long(129)), "E008002", "ctx.current_app"},
		{"signup", ctx(`"display_name":` + long(129)), "E008002", "ctx.display_name"},
		{"signup", ctx(`"first_name":` + long(129)), "E008002", "ctx.first_name"},
		{"signup", ctx(`"middle_name":` + long(129)), "E008002", "ctx.middle_name"},
		{"signup", ctx(`"last_name":0`), "E008002", "ctx.last_name"},
		{"signup", ctx(`"attrs":[]`), "E008002", "ctx.attrs"},
		{"signup", ctx(`"attrs":{"a":1}`), "E008002", "ctx.attrs.a"},
		{"signup", ctx(`"attrs":{"a":{}}`), "E008002", "ctx.attrs.a"},
		{"signup", ctx(`"attrs":{"":"a"}`), "E008002", "ctx.attrs"},
		{"signup", ctx(`"attrs":{` + long(65) + `:"a"}`), "E008002", "ctx.attrs"},
		{"signup", ctx(`"attrs":{"a":` + long(1025) + `}`), "E008002", "ctx.attrs.a"},
		{"signup", ctx(`"attrs":{` + attributes(33, 1) + `}`), "E008002", "ctx.attrs"},
		{"signup", ctx(`"attrs":{` + attributes(9, 1000) + `}`), "E008002", "ctx.attrs"},
		{"signup", ctx(`"sign_up_status":"final"`), "E008002", "ctx.sign_up_status"},
		{"signup", ctx(`"user_id":"x"`), "E008002", "ctx.user_id"},
		{"signup", ctx(`"user\u006eame":"a","Username":"b"`), "E008002", "ctx.Username"},
		{"signup", ctx(`"username":"a","\u0075sername":"b"`), "E008002", ""},
		{"signup", `{"ctx":{"b":1,"a":1},"z":1,"y":1}`, "E008002", "y"},
		{"signup", `{"` + strings.Repeat("é", 100) + `":1,"ctx":{}}`, "E008002", strings.Repeat("é", 64) + "…"},
		{"signup", `{"username":"ada"}`, "E008003", "app_list"},
		{"signup", `{"username":"ada","app_list":[]}`, "E008003", "app_list"},
		{"signup", `{"username":5,"app_list":["CRM"]}`, "E008002", "username"},
		{"signup", `{"attrs":{"a":1},"app_list":["CRM"]}`, "E008002", "attrs.a"},
		{"signup", `{"ctx":{},"username":"ada"}`, "E008002", "username"},
		{"signup", `{"ctx":{"username":"ada"},"app_list":["CRM"]}`, "E008002", "app_list"},
		{"signup", `{"ctx":{"username":"ada","app_list":["CRM"]},"attrs":{}}`, "E008002", "attrs"},
		{"signup", `{"username":"ada","signup_app":"HR"}`, "E008002", "signup_app"},
		{"signup", `{"cid":5,"ctx":{}}`, "E008002", "cid"},
		{"signup", `{"cid":` + long(1) + `,"ctx":{}}`, "E008002", "cid"},
		{"signup", `{"cid":"a b","ctx":{}}`, "E008002", "cid"},
		{"signup", `{"cid":"a\nb","ctx":{}}`, "E008002", "cid"},
		{"signup", `{"cid":"` + strings.Repeat("a", 65) + `","ctx":{}}`, "E008002", "cid"},
		{"signup", `{"current_app":` + long(129) + `,"ctx":{}}`, "E008002", "current_app"},
		{"signup", `{"remote_addr":"","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"localhost","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"192.0.2.1,","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"192.0.2.1:","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"192.0.2.1:65536","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"[192.0.2.1]","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"[[::1]]","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"[::1","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"[::1]x","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"unknown","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":"192.0.2.01","ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":["192.0.2.1",5],"ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":5,"ctx":{}}`, "E008002", "remote_addr"},
		{"signup", `{"remote_addr":["192.0.2.1` + strings.Repeat(",192.0.2.1", 16) + `"],"ctx":{}}`, "E008002", "remote_addr"},
		{"confirm", `{}`, "E008003", "confirm_token"},
		{"confirm", `{"confirm_token":""}`, "E008003", "confirm_token"},
		{"confirm", `{"confirm_token":5}`, "E008002", "confirm_token"},
		{"confirm", `{"confirm_token":` + long(129) + `}`, "E008002", "confirm_token"},
		{"confirm", `{"confirm_token":"x","ctx":{}}`, "E008002", "ctx"},
		{"get", `{}`, "E008003", "user_id"},
		{"get", `{"user_id":` + long(65) + `}`, "E008002", "user_id"},
		{"get", `{"username":"a","x":1}`, "E008002", "x"},
		{"verify", `{"password":"x"}`, "E008003", "username"},
		{"verify", `{"username":"a","email":"b@example.com","password":"x"}`, "E008002", "email"},
		{"verify", `{"username":"a"}`, "E008003", "password"},
		{"verify", `{"username":"a","password":""}`, "E008003", "password"},
		{"pending", `{"super_user":true}`, "E008003", "status"},
		{"pending", `{"super_user":true,"status":"all"}`, "E008002", "status"},
		{"approve", `{"super_user":true}`, "E008003", "user_id"},
		{"reject", `{"super_user":true,"user_id":""}`, "E008003", "user_id"},
		{"approve", `{"super_user":true,"user_id":"x","current_user":"ada@example.com"}`, "E008002", "current_user"},
		{"reject", `{"super_user":true,"user_id":"x","reason":` + long(1025) + `}`, "E008002", "reason"},
		{"signup", ctx(`"last_name":` + long(129)), "E008002", "ctx.last_name"},
		{"dispatch", `{"limit":-1}`, "E008002", "limit"},
		{"dispatch", `{"destination":"https://crm.example"}`, "E008002", "destination"},
		{"dispatch", `{"destination":"d0123456789abcdeg"}`, "E008002", "destination"},
		{"dispatch", `{"limit":101}`, "E008002", "limit"},
		{"dispatch", `{"limit":1.5}`, "E008002", "limit"},
		{"dispatch", `{"limit":"1"}`, "E008002", "limit"},
		{"dispatch", `{"limit":true}`, "E008002", "limit"},
		{"dispatch", `{"limit":1e400}`, "E008002", "limit"},
		{"dispatch", `{"limit":-9223372036854775808}`, "E008002", "limit"},
		{"dispatch", `{"limit":18446744073709551617}`, "E008002", "limit"},
		{"dispatch", `{"limit":1,"x":2}`, "E008002", "x"},
		{"open", `{"x":2}`, "E008002", "x"},
		{"open", `[]`, "E008002", ""},
	} {
		w := newWorld(t)
		before := len(w.dump())
		r := w.run(test.operation, test.request)
		if r.codes() != test.code || r.Field != test.field || r.Message == "" || r.Fault != "" || r.CID == "" {
			t.Errorf("%s %.100s: got %s", test.operation, test.request, r.text)
		}
		if got := w.kinds(); got != "now entropy" || len(w.dump()) != before {
			t.Errorf("%s %.100s: the effects are %s", test.operation, test.request, got)
		}
	}
}

// attributes returns n members of an object, with values of a length.
func attributes(n, length int) string {
	var members []string
	for i := range n {
		members = append(members, fmt.Sprintf(`"a%d":"%s"`, i, strings.Repeat("x", length)))
	}
	return strings.Join(members, ",")
}

func TestRequestAtItsLimitsIsRead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 128)
	request, _, err := readSignup([]byte(`{"cid":"` + strings.Repeat("a_-Z9", 12) + `","current_app":"` + long + `","remote_addr":["192.0.2.1, ::1","2001:DB8::0:1"],"ctx":{
		"username":"` + strings.Repeat("é", 4096) + `","email":null,"display_name":"` + long + `","attrs":{` + attributes(32, 200) + `},"app_list":["` + long + `"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(request.RemoteAddr, " "); got != "192.0.2.1 ::1 2001:db8::1" {
		t.Errorf("the addresses are %s", got)
	}
	if utf8.RuneCountInString(request.Username) != 4096 || request.DisplayName != long || len(request.Attrs) != 32 || request.AppList[0] != long {
		t.Errorf("got %+v", request)
	}
	var r DispatchRequest
	if err := readRequest([]byte(`{"limit":1e2}`), r.members); err != nil || r.Limit != 100 {
		t.Errorf("got %+v, %v", r, err)
	}
	if err := readRequest([]byte(`{"limit":null}`), r.members); err != nil || r.Limit != 16 {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestCorrelationIDOfABadRequestIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, operation := range Operations() {
		if r := w.run(operation, `{"x":1,"cid":"mine"}`); r.CID != "mine" {
			t.Errorf("%s answers %s", operation, r.text)
		}
	}
}

// An error does not contain the password.
func TestRefusalDoesNotRepeatThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, request := range []string{
		ctx(`"password":["hunter22"]`), ctx(`"password":"hunter22","username":5`), ctx(`"password":"hunter22`), ctx(`"password":"hunter22","password":"hunter22"`), `hunter22`,
	} {
		if r := w.run("signup", request); strings.Contains(r.text, "hunter22") {
			t.Errorf("%s: got %s", request, r.text)
		}
	}
}

func TestRequestsReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	full := SignupRequest{
		CID: "c", CurrentApp: "CRM", RemoteAddr: []string{"192.0.2.1", "::1"},
		Username: "Ada <&>\u2028\"\\", Password: "pass\x01word 😀", Email: "ada@example.com", SignupApp: "HR", AppList: []string{"a", "b"},
		DisplayName: "D", FirstName: "F", MiddleName: "M", LastName: "L", Attrs: map[string]string{"k": "v", "é": "😀"},
	}
	for _, request := range []SignupRequest{full, {Username: "a"}} {
		data, err := request.JSON()
		if err != nil {
			t.Fatal(err)
		}
		got, _, failure := readSignup(data)
		if failure != nil || deep(got) != deep(request) {
			t.Errorf("%s\nreads as %s, %v\nwant     %s", data, deep(got), failure, deep(request))
		}
	}
}

// The account may be in ctx or in the request itself: both are the same
// request.
func TestAccountIsReadInsideAndOutsideCtx(t *testing.T) {
	t.Parallel()
	const account = `"username":"ada","password":"correct horse battery","email":"ada@example.com","app_list":["CRM","Wiki"],` +
		`"display_name":"D","first_name":"F","middle_name":"M","last_name":"L","attrs":{"k":"v"}`
	const call = `{"cid":"c","current_app":"CRM","idempotency_key":"k",`
	nested, flat := call+`"ctx":{`+account+`}}`, call+account+`}`
	one, _, err := readSignup([]byte(nested))
	if err != nil || one.Attrs["k"] != "v" {
		t.Fatal(deep(one), err)
	}
	for _, request := range []string{flat, call + `"ctx":null,` + account + `}`} {
		if other, _, err := readSignup([]byte(request)); err != nil || deep(one) != deep(other) {
			t.Errorf("%s\nreads as %s, %v", request, deep(other), err)
		}
	}
	w := newWorld(t)
	if r := w.run("signup", `{"ctx":{"username":"ada"},"app_list":["CRM"]}`); r.Field != "app_list" || !strings.Contains(r.Message, "outside ctx") {
		t.Errorf("at both places: got %s", r.text)
	}
	if first, again := w.mustRun("signup", nested), w.mustRun("signup", flat); first.ConfirmToken != again.ConfirmToken {
		t.Error("the flat request is not a repetition of the other")
	}
}

// deep prints a request with its secrets.
func deep(request any) string {
	switch r := request.(type) {
	case SignupRequest:
		return fmt.Sprintf("%q %+v", string(r.Password), r)
	case ConfirmRequest:
		return fmt.Sprintf("%q %+v", string(r.ConfirmToken), r)
	}
	return ""
}

func TestRequestsThatAreNotUTF8AreNotWritten(t *testing.T) {
	t.Parallel()
	for _, request := range []interface{ JSON() ([]byte, error) }{
		SignupRequest{Password: "a\xff"}, SignupRequest{Attrs: map[string]string{"\xff": ""}}, SignupRequest{RemoteAddr: []string{"\xff"}},
		SignupRequest{AppList: []string{"\xff"}}, ConfirmRequest{ConfirmToken: "\xff"}, GetRequest{Username: "\xff"}, DispatchRequest{CID: "\xff"},
	} {
		if data, err := request.JSON(); err == nil {
			t.Errorf("%+v is written as %s", request, data)
		}
	}
}
