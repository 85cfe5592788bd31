package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

const (
	superKey = "fedcba9876543210fedcba9876543210"
	userPath = "/zato/sso/user"
)

// approvalConf is fastConf with approval, a verify that discloses all codes,
// and no cooldown of messages.
var approvalConf = strings.NewReplacer("is_approval_needed=False", "is_approval_needed=True", "[password]\n", "[password]\ninform_if_must_be_changed=True\n").Replace(fastConf) +
	"resend_cooldown=0\n[login]\ninform_if_locked=True\ninform_if_not_approved=True\ninform_if_not_confirmed=True\n"

var (
	asCaller    = []string{"Authorization", "Bearer " + apiKey}
	asSuperUser = []string{"Authorization", "Bearer " + superKey}
)

// signUp signs somebody up, and returns the token.
func (f *front) signUp(name string) string {
	f.t.Helper()
	r := f.send("POST", signupPath,
		`{"username":"`+name+`","password":"correct horse","email":"`+name+`@example.com","app_list":["CRM"]}`, asSuperUser...)
	r.want(f.t, http.StatusOK)
	return r.ConfirmToken
}

// confirmed signs somebody up and confirms, and returns the id.
func (f *front) confirmed(name string) string {
	f.t.Helper()
	r := f.send("POST", confirmPath, `{"confirm_token":"`+f.signUp(name)+`"}`, asSuperUser...)
	r.want(f.t, http.StatusOK)
	return r.UserID
}

func TestLifeOfAnAccount(t *testing.T) {
	engine, trail := newEngine(t, approvalConf)
	f := serve(t, engine, httpapi.Options{APIKey: apiKey, SuperAPIKey: superKey}, nil)
	for i, prefix := range []string{signupPath, userPath} {
		name := "user" + string(rune('a'+i))
		token := f.signUp(name)
		asked := `{"username":"` + name + `","email":"` + name + `@example.com","current_app":"CRM","remote_addr":"192.0.2.1"}`
		f.send("POST", signupPath+"/resend", asked, asCaller...).want(t, 200)
		if entry := trail.last(t); entry.Op != "user.resend_confirm_token" || entry.Extra.RemoteAddr != "192.0.2.1" {
			t.Errorf("%+v", entry)
		}
		login := `{"email":"` + name + `@example.com","password":"correct horse","current_app":"CRM","remote_addr":"192.0.2.1"}`
		f.send("POST", userPath+"/verify", login, asCaller...).want(t, 403, signup.NotAllowed) // no confirmed address yet
		f.send("POST", userPath+"/verify", strings.Replace(login, `"email":"`+name+`@example.com"`, `"username":"`+name+`"`, 1), asCaller...).
			want(t, 403, signup.NotConfirmed)
		id := f.send("POST", confirmPath, `{"confirm_token":"`+token+`"}`, asCaller...).UserID
		f.send("POST", userPath+"/verify", login, asCaller...).want(t, 403, signup.NotApproved)

		waiting := f.send("GET", signupPath+"?status=to-approve", "", asSuperUser...)
		waiting.want(t, 200)
		if len(waiting.Users) != 1 || waiting.Users[0].UserID != id {
			t.Errorf("waiting: %s", waiting.text)
		}
		body := `{"user_id":"` + id + `","cid":"mine"}`
		// Clients of the original send their session token, which grants nothing
		// here.
		withToken := strings.Replace(body, "{", `{"ust":"gAAAAABd","current_app":"CRM",`, 1)
		f.send("POST", prefix+"/approve", withToken, asCaller...).want(t, 403, signup.SuperUserRequired)
		f.send("POST", prefix+"/reject", withToken, asCaller...).want(t, 403, signup.SuperUserRequired)
		f.send("POST", prefix+"/approve", strings.Replace(withToken, `"gAAAAABd"`, "1", 1), asSuperUser...).want(t, 400, signup.InvalidInput)
		if r := f.send("POST", prefix+"/approve", body, asSuperUser...); r.status != 200 || r.CID != "mine" {
			t.Errorf("approve answered %d %s", r.status, r.text)
		}
		f.send("POST", prefix+"/approve", withToken, asSuperUser...).want(t, 200)              // already approved
		f.send("POST", prefix+"/reject", body, asSuperUser...).want(t, 403, signup.NotAllowed) // already decided
		if r := f.send("POST", userPath+"/verify", login, asCaller...); r.status != 200 || r.User.UserID != id {
			t.Errorf("verify answered %d %s", r.status, r.text)
		}
		f.send("POST", userPath+"/verify", strings.Replace(login, "horse", "house", 1), asCaller...).want(t, 403, signup.NotAllowed)

		f.send("POST", userPath+"/lock", body, asSuperUser...).want(t, 200)
		f.send("POST", userPath+"/verify", login, asCaller...).want(t, 403, signup.Locked)
		f.send("POST", userPath+"/lock", strings.Replace(body, "{", `{"password_must_change":true,`, 1), asSuperUser...).want(t, 400, signup.InvalidInput)
		f.send("POST", userPath+"/unlock", strings.Replace(body, "{", `{"password_must_change":true,`, 1), asSuperUser...).want(t, 200)
		f.send("POST", userPath+"/verify", login, asCaller...).want(t, 403, signup.PasswordMustChange)
		f.send("POST", userPath+"/unlock", strings.Replace(body, "{", `{"password_must_change":false,`, 1), asSuperUser...).want(t, 200)
		f.send("POST", userPath+"/verify", login, asCaller...).want(t, 200)

		rejected := `{"user_id":"` + f.confirmed(name+"2") + `","reason":"who is that?","ust":"gAAAAABd"}`
		f.send("POST", prefix+"/reject", rejected, asSuperUser...).want(t, 200)
		f.send("POST", prefix+"/reject", rejected, asSuperUser...).want(t, 403, signup.UserIDInvalid)
		f.confirmed(name + "2") // the name and the address are free again
		f.send("POST", prefix+"/reject", `{"user_id":"`+f.send("GET", signupPath+"?status=to-approve", "", asSuperUser...).Users[0].UserID+`"}`, asSuperUser...).want(t, 200)
	}
}

// decisions are requests for super-users.
var decisions = []struct{ method, path, body string }{
	{"POST", signupPath + "/approve", `{"user_id":"x"}`},
	{"POST", userPath + "/approve", `{"user_id":"x"}`},
	{"POST", signupPath + "/reject", `{"user_id":"x","reason":"y"}`},
	{"POST", userPath + "/reject", `{"user_id":"x"}`},
	{"POST", userPath + "/lock", `{"user_id":"x"}`},
	{"POST", userPath + "/unlock", `{"user_id":"x","password_must_change":true}`},
	{"GET", signupPath + "?status=to-approve", ""},
	{"GET", signupPath + "?status=to-confirm", ""},
}

func TestSuperUsersNeedTheirKey(t *testing.T) {
	engine, _ := newEngine(t, approvalConf)
	fronts := map[string]*front{
		"no key":    serve(t, engine, httpapi.Options{}, nil),
		"key":       serve(t, engine, httpapi.Options{APIKey: apiKey}, nil),
		"super key": serve(t, engine, httpapi.Options{SuperAPIKey: superKey}, nil),
		"both keys": serve(t, engine, httpapi.Options{APIKey: apiKey, SuperAPIKey: superKey}, nil),
	}
	const may, mayNot, unknown = 0, 403, 401
	for _, test := range []struct {
		front  string
		as     []string
		status int
	}{
		{"no key", nil, mayNot},
		{"no key", asCaller, mayNot},
		{"no key", asSuperUser, mayNot},
		{"key", nil, unknown},
		{"key", asCaller, mayNot},
		{"key", asSuperUser, unknown},
		{"super key", nil, mayNot},
		{"super key", asCaller, mayNot},
		{"super key", asSuperUser, may},
		{"super key", slices.Concat(asSuperUser, asSuperUser), mayNot},
		{"both keys", nil, unknown},
		{"both keys", asCaller, mayNot},
		{"both keys", asSuperUser, may},
		{"both keys", slices.Concat(asCaller, asSuperUser), unknown},
		{"both keys", []string{"Authorization", "Basic " + superKey}, unknown},
		{"both keys", []string{"Authorization", "Bearer " + superKey + " "}, may}, // net/http trims it
		{"both keys", []string{"Authorization", "Bearer " + superKey + "x"}, unknown},
	} {
		f := fronts[test.front]
		for _, d := range decisions {
			r := f.send(d.method, d.path, d.body, test.as...)
			switch {
			case test.status == mayNot:
				r.want(t, 403, signup.SuperUserRequired)
			case test.status == unknown:
				r.want(t, 401, signup.NotAllowed)
			case d.method == "GET":
				r.want(t, 200)
			default:
				r.want(t, 403, signup.UserIDInvalid)
			}
			if t.Failed() {
				t.Fatalf("%s of %s with %v", d.path, test.front, test.as)
			}
		}
		// All other paths are unchanged, and accept the super-user's key too.
		status := 400
		if test.status == unknown {
			status = 401
		}
		for _, path := range []string{signupPath, confirmPath, signupPath + "/resend", userPath + "/verify"} {
			if r := f.send("POST", path, "{}", test.as...); r.status != status {
				t.Errorf("%s of %s with %v: %d, want %d", path, test.front, test.as, r.status, status)
			}
		}
	}
}

func TestSuperKeyDoesNotServeOtherOriginsAndNames(t *testing.T) {
	engine, _ := newEngine(t, approvalConf)
	f := serve(t, engine, httpapi.Options{SuperAPIKey: superKey}, nil)
	f.send("GET", signupPath+"?status=to-approve", "", append(asSuperUser, "Host", "example.com")...).want(t, 421, signup.NotAllowed)
	f.send("GET", signupPath+"?status=to-approve", "", append(asSuperUser, "Origin", "null")...).want(t, 403, signup.NotAllowed)
}

func TestBodyCannotClaimASuperUser(t *testing.T) {
	var got string
	f := serve(t, capture(&got), httpapi.Options{SuperAPIKey: superKey}, nil)
	for _, path := range []string{
		signupPath + "/approve", userPath + "/approve", signupPath + "/reject", userPath + "/reject", userPath + "/lock", userPath + "/unlock",
		signupPath, confirmPath, signupPath + "/resend", userPath + "/verify",
	} {
		for _, as := range [][]string{nil, asSuperUser} {
			for field, bodies := range map[string][]string{
				"super_user": {
					`{"user_id":"x","super_user":true}`,
					`{"super_user":false,"user_id":"x"}`,
					`{"super_user":null}`,
					`{"super\u005fuser":true}`,
				},
				"":             {`{"super_user":true,"super_user":true}`}, // a repeated name is refused before names are read
				"current_user": {`{"user_id":"x","current_user":"y"}`, `{"\u0063urrent_user":null}`},
			} {
				for _, body := range bodies {
					r := f.send("POST", path, body, as...)
					r.want(t, http.StatusBadRequest, signup.InvalidInput)
					if r.Field != field {
						t.Errorf("%s of %s: field %q", body, path, r.Field)
					}
				}
			}
		}
	}
	if got != "" {
		t.Errorf("the core got %s", got)
	}
}

func TestSuperUserIsWhatTheKeySays(t *testing.T) {
	var got string
	f := serve(t, capture(&got), httpapi.Options{SuperAPIKey: superKey}, nil)
	const (
		here = `,"remote_addr":"127.0.0.1"`
		us   = `,"current_user":"key:super"`
	)
	for _, test := range []struct {
		method, path, body string
		as                 []string
		want               string
	}{
		{"POST", "/approve", `{"user_id":"x"}`, asSuperUser, `{"user_id":"x"` + here + us + `,"super_user":true}`},
		{"POST", "/approve", `{"user_id":"x"}`, nil, `{"user_id":"x"` + here + `}`},
		{"POST", "/reject", `{"reason":"y","cid":"c"}`, asSuperUser, `{"reason":"y","cid":"c"` + here + us + `,"super_user":true}`},
		{"POST", "/resend", `{"username":"x"}`, asSuperUser, `{"username":"x"` + here + us + `}`},
		{"POST", "/confirm", `{}`, append(asSuperUser, "Idempotency-Key", "k"), `{"remote_addr":"127.0.0.1","idempotency_key":"k"` + us + `}`},
		{"POST", "/resend", `{}`, append(asSuperUser, "Idempotency-Key", "k"), `{"remote_addr":"127.0.0.1"` + us + `}`},
		{"POST", "/resend", `{"idempotency_key":"k"}`, nil, `{"idempotency_key":"k"` + here + `}`}, // which the core refuses
		{"GET", "?status=to-approve&limit=7", "", asSuperUser, `{"limit":7,"status":"to-approve"` + here + us + `,"super_user":true}`},
		{"GET", "?cursor=%22&limit=x", "", nil, `{"cursor":"\"","limit":"x","remote_addr":"127.0.0.1"}`},
	} {
		f.send(test.method, signupPath+test.path, test.body, test.as...).want(t, 200)
		if got != test.want {
			t.Errorf("the core got %s, want %s", got, test.want)
		}
	}
}
