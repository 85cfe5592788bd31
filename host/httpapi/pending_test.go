package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

func TestPendingPagesThroughWaitingAccounts(t *testing.T) {
	engine, _ := newEngine(t, approvalConf)
	f := serve(t, engine, httpapi.Options{SuperAPIKey: superKey}, nil)
	for _, name := range []string{"ada", "grace", "edith"} {
		f.signUp(name)
	}
	seen := map[string]bool{}
	query := "?status=to-confirm&limit=2"
	for page := range 2 {
		r := f.send("GET", signupPath+query, "", asSuperUser...)
		r.want(t, http.StatusOK)
		if want := 2 - page; len(r.Users) != want || (r.Cursor == "") != (page == 1) {
			t.Fatalf("page %d: %s", page, r.text)
		}
		for _, user := range r.Users {
			seen[user.Username] = true
			if user.Email != user.Username+"@example.com" || user.RemoteAddr != "127.0.0.1" {
				t.Errorf("%+v", user)
			}
			// Clients of the original read times without a zone.
			if _, err := time.Parse("2006-01-02T15:04:05", user.SignUpTime); err != nil {
				t.Errorf("sign_up_time is %q", user.SignUpTime)
			}
			if shown, err := engine.Get(t.Context(), signup.GetRequest{Username: user.Username}); err != nil ||
				shown.User.SignUpTime.Format("2006-01-02T15:04:05") != user.SignUpTime {
				t.Errorf("sign_up_time is %q of %+v, %v", user.SignUpTime, shown.User, err)
			}
		}
		query = "?status=to-confirm&limit=2&cursor=" + url.QueryEscape(r.Cursor)
	}
	if len(seen) != 3 {
		t.Errorf("%v", seen)
	}
	r := f.send("GET", signupPath+"?status=to-approve", "", asSuperUser...)
	r.want(t, http.StatusOK)
	if !strings.Contains(r.text, `"users":[]`) {
		t.Errorf("nobody is %s", r.text)
	}
}

func TestQueriesOfPending(t *testing.T) {
	engine, _ := newEngine(t, approvalConf)
	f := serve(t, engine, httpapi.Options{SuperAPIKey: superKey}, nil)
	for _, test := range []struct {
		query  string
		status int
		code   signup.Code
		field  string
	}{
		{"", 400, signup.MissingInput, "status"},
		{"?status=", 400, signup.MissingInput, "status"},
		{"?status=all", 400, signup.InvalidInput, "status"},
		{"?status=%ff", 400, signup.InvalidInput, "status"},
		{"?status=to-approve%00", 400, signup.InvalidInput, ""},
		{"?status=to-approve&status=to-approve", 400, signup.InvalidInput, "status"},
		{"?status=to-approve&Status=to-approve", 400, signup.InvalidInput, "Status"},
		{"?status=to-approve&super_user=true", 400, signup.InvalidInput, "super_user"},
		{"?status=to-approve&nickname", 400, signup.InvalidInput, "nickname"},
		{"?status=to-approve&=", 400, signup.InvalidInput, ""},
		{"?status=to-approve;limit=1", 400, signup.InvalidInput, ""},
		{"?status=%zz", 400, signup.InvalidInput, ""},
		{"?status=to-approve&limit=", 400, signup.InvalidInput, "limit"},
		{"?status=to-approve&limit=0", 400, signup.InvalidInput, "limit"},
		{"?status=to-approve&limit=-1", 400, signup.InvalidInput, "limit"},
		{"?status=to-approve&limit=01", 400, signup.InvalidInput, "limit"},
		{"?status=to-approve&limit=%2B1", 400, signup.InvalidInput, "limit"},
		{"?status=to-approve&limit=1e1", 400, signup.InvalidInput, "limit"},
		{"?status=to-approve&limit=101", 400, signup.InvalidInput, "limit"},
		{"?status=to-approve&limit=99999999999999999999999", 400, signup.InvalidInput, "limit"},
		{"?status=to-approve&limit=1&limit=2", 400, signup.InvalidInput, "limit"},
		{"?status=to-approve&cursor=x", 400, signup.InvalidInput, "cursor"},
		{"?status=to-approve&cursor=pending/", 400, signup.InvalidInput, "cursor"},
		{"?status=to-approve&cursor=" + strings.Repeat("x", 257), 400, signup.InvalidInput, "cursor"},
		{"?status=to-approve&cursor=&limit=100", 200, "", ""},
		{"?status=to%2Dapprove", 200, "", ""},
	} {
		t.Run(test.query, func(t *testing.T) {
			f.t = t
			r := f.send("GET", signupPath+test.query, "", asSuperUser...)
			if test.code == "" {
				r.want(t, test.status)
			} else {
				r.want(t, test.status, test.code)
			}
			if r.Field != test.field {
				t.Errorf("field %q, want %q: %s", r.Field, test.field, r.text)
			}
		})
	}
}

func TestBodyOfAListingIsIgnored(t *testing.T) {
	engine, _ := newEngine(t, approvalConf)
	f := serve(t, engine, httpapi.Options{}, nil)
	r := f.send("GET", signupPath+"?status=to-approve", `{"super_user":true}`)
	r.want(t, http.StatusForbidden, signup.SuperUserRequired)
}
