package httpapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

const ignoring = "unknown_fields=ignore\n"

func TestUnknownFieldsAreIgnoredIfTheConfigurationSaysSo(t *testing.T) {
	engine, _ := newEngine(t, fastConf+ignoring)
	f := serve(t, engine, httpapi.Options{}, nil)
	const more = `,"nickname":"x","sign_up_status":"final","captcha":{"a":[1,{"b":null}]},"Username":1,"":2}`
	signed := f.send("POST", signupPath, strings.TrimSuffix(ada, "}")+more)
	signed.want(t, http.StatusOK)
	confirmed := f.send("POST", confirmPath, `{"x":1,"confirm_token":"`+signed.ConfirmToken+`","username":"nobody"}`)
	confirmed.want(t, http.StatusOK)
	verified := f.send("POST", userPath+"/verify", `{"username":"ada","remember_me":true,"password":"correct horse"}`)
	verified.want(t, http.StatusOK)
	if verified.User.Username != "ada" {
		t.Errorf("%+v", verified)
	}
	f.send("POST", signupPath+"/resend", `{"username":"ada","email":"ada@example.com","idempotency_key":"k"}`).want(t, http.StatusOK)
}

// The members of the account may be in ctx, together with unknown ones.
func TestUnknownFieldsInCtxAreIgnoredToo(t *testing.T) {
	engine, _ := newEngine(t, fastConf+ignoring)
	f := serve(t, engine, httpapi.Options{}, nil)
	const more = `,"nickname":"x","sign_up_status":"final","captcha":{"a":[1]},"Username":1,"":2,"cid":"x","super_user":true,"ctx":{}`
	signed := f.send("POST", signupPath, `{"x":1,"ctx":`+strings.TrimSuffix(ada, "}")+more+`,"current_app":"CRM","attrs":{"nickname":"y"}}}`)
	signed.want(t, http.StatusOK)
	if signed.CID == "x" {
		t.Error("the cid is that of ctx")
	}
	f.send("POST", confirmPath, `{"confirm_token":"`+signed.ConfirmToken+`","ctx":{"x":1}}`).want(t, http.StatusOK)
	verified := f.send("POST", userPath+"/verify", `{"username":"ada","password":"correct horse"}`)
	verified.want(t, http.StatusOK)
	if verified.User.Username != "ada" {
		t.Errorf("%+v", verified)
	}
}

func TestUnknownFieldsAreRefusedByDefault(t *testing.T) {
	for _, conf := range []string{fastConf, fastConf + "unknown_fields=refuse\n"} {
		engine, _ := newEngine(t, conf)
		f := serve(t, engine, httpapi.Options{}, nil)
		for path, body := range map[string]string{
			signupPath:             strings.TrimSuffix(ada, "}"),
			confirmPath:            `{"confirm_token":"x"`,
			signupPath + "/resend": `{"username":"x","email":"y@example.com"`,
			userPath + "/verify":   `{"username":"x","password":"y"`,
		} {
			r := f.send("POST", path, body+`,"nickname":"x"}`)
			r.want(t, http.StatusBadRequest, signup.InvalidInput)
			if r.Field != "nickname" {
				t.Errorf("%s: the field is %q", path, r.Field)
			}
		}
	}
}

// A body with an error other than an unknown name stays invalid, even if the
// error is within an ignored member.
func TestIgnoringUnknownFieldsRefusesAllElse(t *testing.T) {
	engine, trail := newEngine(t, fastConf+ignoring)
	f := serve(t, engine, httpapi.Options{}, nil)
	nameless := []string{"an unknown field", "an unknown field in ctx", "a field with the core's prefix", "the status that nobody sets", "a field in other letters", "a field without a name"}
	for _, test := range hostile {
		if slices.Contains(nameless, test.name) {
			continue
		}
		f.send("POST", signupPath, test.body).want(t, http.StatusBadRequest, signup.InvalidInput)
	}
	for _, member := range []string{
		`"x":1,"x":2`, `"x":1,"\u0078":2`, `"x":{"a":1,"\u0061":2}`, `"x":"\ud800"`, `"x\udc00":1`, `"x":"\u0000"`, `"\u0000":1`,
		"\"x\":\"\xff\"", "\"\xff\":1", `"x":` + strings.Repeat("[", 9) + strings.Repeat("]", 9), `"super_user":true`, `"current_user":null`,
		`"username":1`, `"x":01`, `"ctx":{"username":1}`, `"ctx":{"x":1,"x":2}`, `"ctx":[]`, `"ctx":"x"`, `"ctx":{"username":"ada","x":1},"username":"ada"`,
	} {
		f.send("POST", signupPath, `{"app_list":["CRM"],`+member+`}`).want(t, http.StatusBadRequest, signup.InvalidInput)
	}
	if len(trail.entries) != 0 {
		t.Errorf("the core began to decide: %v", trail.entries)
	}
}

func TestUnknownFieldsAreIgnoredInEveryBody(t *testing.T) {
	var got string
	engine := capture(&got)
	engine.conf = "[enrol]\n" + ignoring
	f := serve(t, engine, httpapi.Options{SuperAPIKey: superKey}, nil)
	bodies := 0
	for path, methods := range httpapi.Routes() {
		for _, method := range methods {
			if method == http.MethodGet || method == http.MethodHead {
				continue
			}
			bodies++
			f.send(method, path, `{"x":[],"cid":"c1","remote_addr":"::1"}`, asSuperUser...).want(t, http.StatusOK)
			if !strings.Contains(got, `"cid":"c1"`) || !strings.Contains(got, `"remote_addr":"::1"`) || strings.Contains(got, `"x"`) {
				t.Errorf("%s %s: the core got %s", method, path, got)
			}
		}
	}
	if bodies < 10 {
		t.Errorf("there are only %d bodies", bodies)
	}
}

// The front knows as many members as the core does.
func TestKnownFieldsMatchTheCore(t *testing.T) {
	for operation, request := range map[string]interface{ JSON() ([]byte, error) }{
		"signup":  &signup.SignupRequest{},
		"confirm": &signup.ConfirmRequest{},
		"resend":  &signup.ResendRequest{},
		"verify":  &signup.VerifyRequest{},
		"reject":  &signup.ApprovalRequest{},
		"unlock":  &signup.LockRequest{},
	} {
		fill(reflect.ValueOf(request).Elem())
		text, err := request.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]any
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatal(err)
		}
		if ctx, ok := members["ctx"].(map[string]any); ok {
			want := slices.Sorted(maps.Keys(ctx))
			if got := slices.Sorted(slices.Values(httpapi.KnownMembers("ctx"))); !slices.Equal(got, want) {
				t.Errorf("ctx: the front knows %q, the core %q", got, want)
			}
			maps.Copy(members, ctx)
		}
		delete(members, "super_user")
		delete(members, "current_user")
		want := slices.Sorted(maps.Keys(members))
		if got := slices.Sorted(slices.Values(httpapi.KnownMembers(operation))); !slices.Equal(got, want) {
			t.Errorf("%s: the front knows %q, the core %q", operation, got, want)
		}
	}
}

// fill gives every field a value that JSON does not omit.
func fill(v reflect.Value) {
	for _, field := range v.Fields() {
		if !field.CanSet() {
			continue
		}
		switch field.Kind() {
		case reflect.String:
			field.SetString("x")
		case reflect.Bool:
			field.SetBool(true)
		case reflect.Pointer:
			field.Set(reflect.New(field.Type().Elem()))
		case reflect.Slice:
			field.Set(reflect.ValueOf([]string{"x"}))
		case reflect.Map:
			field.Set(reflect.ValueOf(map[string]string{"x": "y"}))
		case reflect.Struct:
			fill(field)
		}
	}
}
