package host

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

func TestSignupConfirmGet(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		request := ada()
		request.CID = "my-cid"
		request.FirstName, request.LastName = "Ada", "Lovelace"
		request.Attrs = map[string]string{"locale": "en", "a": "b"}
		answer, err := i.Signup(t.Context(), request)
		if err != nil || !answer.OK() || answer.CID != "my-cid" || len(answer.SubStatus) > 0 {
			t.Fatalf("%+v, %v", answer, err)
		}
		if !regexp.MustCompile(`^[A-Za-z0-9_-]{32}$`).MatchString(string(answer.ConfirmToken)) {
			t.Error("the token has another form")
		}
		got, err := i.Get(t.Context(), signup.GetRequest{Username: "ADA"})
		if err != nil || !got.OK() || got.User.SignUpStatus != "before_confirmation" {
			t.Errorf("%+v, %v", got, err)
		}
		id := i.confirm(t, answer.ConfirmToken)
		got, err = i.Get(t.Context(), signup.GetRequest{UserID: id})
		user := got.User
		if err != nil || user.UserID != id || user.Username != "ada" || user.Email != "ada@example.com" || user.DisplayName != "Ada Lovelace" ||
			user.SignUpStatus != "final" || user.SignUpConfirmTime.Before(user.SignUpTime) || user.SignUpTime.IsZero() || user.Attrs["locale"] != "en" || !slices.Equal(user.AppList, []string{"CRM"}) {
			t.Errorf("%+v, %v", got, err)
		}
		if !regexp.MustCompile(`^[0-9a-f]{24}$`).MatchString(got.CID) {
			t.Errorf("the cid is %q", got.CID)
		}
		trail := i.trail.all()
		var told []string
		for _, entry := range trail {
			told = append(told, entry.Op+" "+entry.Result+" "+entry.TargetUser)
			if entry.Time.IsZero() || entry.Extra.CurrentApp != "CRM" {
				t.Errorf("%+v", entry)
			}
		}
		want := []string{"user.signup  ", "user.create_user ok " + id, "user.confirm_signup  ", "user.confirm_signup ok " + id}
		if !slices.Equal(told, want) {
			t.Errorf("the audit trail is %q", told)
		}
	})
}

func TestValidateIsADryRun(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		answer, err := i.Validate(t.Context(), signup.SignupRequest{Username: "admin", Password: "short", AppList: []string{"CRM"}})
		if err != nil || answer.OK() || !slices.Equal(answer.SubStatus, []signup.Code{signup.UsernameInvalid, signup.PasswordTooShort}) {
			t.Errorf("%+v, %v", answer, err)
		}
		if s := answer.Strength; s == nil || s.Score != 0 || s.Warning != zxcvbn.SingleWord || !slices.Equal(s.Suggestions, []zxcvbn.Suggestion{zxcvbn.AddWords}) {
			t.Errorf("the strength is %+v", s)
		}
		if answer, err := i.Validate(t.Context(), ada()); err != nil || !answer.OK() {
			t.Errorf("%+v, %v", answer, err)
		}
		if len(i.trail.all()) > 0 {
			t.Error("it was audited")
		}
	})
}

func TestRefusalsAreAnswers(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		bad := ada()
		bad.Password = "short"
		answer, err := i.Signup(t.Context(), bad)
		if err != nil || answer.OK() || !slices.Equal(answer.SubStatus, []signup.Code{signup.PasswordTooShort}) || answer.ConfirmToken != "" {
			t.Errorf("%+v, %v", answer, err)
		}
		confirmed, err := i.Confirm(t.Context(), signup.ConfirmRequest{ConfirmToken: "none"})
		if err != nil || !slices.Equal(confirmed.SubStatus, []signup.Code{signup.NoSuchSignupToken}) {
			t.Errorf("%+v, %v", confirmed, err)
		}
		got, err := i.Get(t.Context(), signup.GetRequest{Username: "nobody"})
		if err != nil || !slices.Equal(got.SubStatus, []signup.Code{signup.UserIDInvalid}) {
			t.Errorf("%+v, %v", got, err)
		}
		got, err = i.Get(t.Context(), signup.GetRequest{})
		if err != nil || !slices.Equal(got.SubStatus, []signup.Code{signup.MissingInput}) || got.Field != "user_id" {
			t.Errorf("%+v, %v", got, err)
		}
		dispatched, err := i.Dispatch(t.Context(), signup.DispatchRequest{Limit: 101})
		if err != nil || !slices.Equal(dispatched.SubStatus, []signup.Code{signup.InvalidInput}) || dispatched.Field != "limit" {
			t.Errorf("%+v, %v", dispatched, err)
		}
		dispatched, err = i.Dispatch(t.Context(), signup.DispatchRequest{})
		if err != nil || !dispatched.OK() || !dispatched.NextDue.IsZero() {
			t.Errorf("%+v, %v", dispatched, err)
		}
	})
}

func TestRequestThatIsNotUTF8IsAnError(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		request := ada()
		request.Password = "\xff\xff\xff\xff\xff\xff\xff\xff"
		_, err := i.Signup(t.Context(), request)
		var fault *signup.Error
		if !errors.As(err, &fault) || fault.Code != signup.InvalidInput {
			t.Error(err)
		}
	})
}

// TestRunAnswersAnyRequest also checks that both modes give the same
// answers.
func TestRunAnswersAnyRequest(t *testing.T) {
	t.Parallel()
	sandboxed, native := start(t, false, nil), start(t, true, nil)
	huge := `{"ctx":{"username":"` + strings.Repeat("a", 5<<20) + `"}}`
	for _, c := range []struct {
		operation, request string
		code               signup.Code
	}{
		{"open", "{}", ""},
		{"signup", `{"ctx":{"username":"bob","password":"correct horse","email":"b@example.com","app_list":["CRM"]}}`, ""},
		{"signup", "", signup.InvalidInput},
		{"signup", "null", signup.InvalidInput},
		{"signup", "{", signup.InvalidInput},
		{"signup", "\xff", signup.InvalidInput},
		{"signup", "{}", signup.MissingInput},
		{"signup", `{"ctx":{},"more":1}`, signup.InvalidInput},
		{"signup", strings.Repeat("[", 60000), signup.InvalidInput},
		{"signup", huge, signup.InvalidInput},
		{"get", `{"username":"bob"}`, ""},
		{"get", huge, signup.InvalidInput},
		{"erase", "{}", signup.MissingInput},
		{"remove", "{}", signup.InvalidOperation},
		{"resume", "{}", signup.InvalidOperation},
		{"_initialize", "{}", signup.InvalidOperation},
		{"", "{}", signup.InvalidOperation},
	} {
		var answers [2]signup.Response
		for n, i := range []*installation{sandboxed, native} {
			response, data := i.Run(t.Context(), c.operation, []byte(c.request))
			var again signup.Response
			if err := json.Unmarshal(data, &again); err != nil || again.CID != response.CID || again.Status != response.Status {
				t.Fatalf("%s: %s is not %+v", c.operation, data, response)
			}
			if len(response.CID) != 24 || response.Fault != "" {
				t.Errorf("%s: %+v", c.operation, response)
			}
			if want := c.code; want == "" && !response.OK() || want != "" && (response.OK() || !slices.Equal(response.SubStatus, []signup.Code{want})) {
				t.Errorf("%s %.40q: %+v", c.operation, c.request, response)
			}
			answers[n] = response
		}
		if a, b := answers[0], answers[1]; a.Message != b.Message || a.Field != b.Field {
			t.Errorf("%s %.40q:\nmodule %+v\nnative %+v", c.operation, c.request, a, b)
		}
	}
	if response, _ := sandboxed.Run(t.Context(), "get", []byte(`{"username":"bob"}`)); !response.OK() {
		t.Errorf("afterwards: %+v", response)
	}
}

func TestClosedEnrolAnswersBusy(t *testing.T) {
	modes(t, func(t *testing.T, native bool) {
		i := start(t, native, nil)
		if err := i.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := i.Signup(t.Context(), ada())
		var fault *signup.Error
		if !errors.As(err, &fault) || fault.Code != signup.Busy {
			t.Error(err)
		}
		response, data := i.Run(t.Context(), "signup", []byte("{}"))
		if response.CID == "" || !slices.Equal(response.SubStatus, []signup.Code{signup.Busy}) || !json.Valid(data) {
			t.Errorf("%+v, %s", response, data)
		}
		if err := i.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func TestNewCIDIsRandom(t *testing.T) {
	t.Parallel()
	if a, b := NewCID(), NewCID(); a == b || !regexp.MustCompile(`^[0-9a-f]{24}$`).MatchString(a) {
		t.Error(a, b)
	}
}
