package signup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// The answer has the code of the first failing rule of each field, in the order
// app, username, e-mail, password.
func TestFirstCodeOfEachFieldInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.inform_if_user_invalid=True", "signup.inform_if_email_invalid=True", "signup.password_allow_whitespace=False")
	long := strings.Repeat("admin ", 100)
	for _, test := range []struct {
		change func(*SignupRequest)
		want   string
	}{
		{func(r *SignupRequest) { r.Password = "x y" }, "E003002"},
		{func(r *SignupRequest) { r.Password = Secret("password " + long) }, "E003003"},
		{func(r *SignupRequest) { r.Password = Secret(strings.Repeat("a", 1025) + "\u0007") }, "E003003"}, // too long to be checked
		{func(r *SignupRequest) { r.Email = long }, "E002003"},
		{func(r *SignupRequest) { r.Email = "admin @" }, "E002004"},
		{func(r *SignupRequest) { r.Username = long }, "E001003"},
		{func(r *SignupRequest) { r.Username = "admin a" }, "E001004"},
		{func(r *SignupRequest) {
			*r = SignupRequest{CurrentApp: "none", Username: "a b", Email: "a b", Password: "x", AppList: []string{"CRM"}}
		}, "E004001 E001004 E002004 E003002"},
	} {
		request := ask("ada", "ada@example.com")
		request.Password = "correcthorsebattery"
		test.change(&request)
		if r := w.run("signup", request); r.codes() != test.want {
			t.Errorf("got %s, want %s", r.text, test.want)
		}
	}
}

func TestAttrsHaveAtMostEightKiB(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for size, want := range map[int]string{8192: "", 8193: "E008002"} {
		attrs, left := map[string]string{}, size-len("{}")+len(",")
		for n := 0; left > 0; n++ {
			value := min(left-len(`"a0":"",`), 900)
			if rest := left - len(`"a0":"",`) - value; rest > 0 && rest < len(`"a0":"",`) {
				value -= 8
			}
			attrs[fmt.Sprintf("a%d", n)] = strings.Repeat("x", value)
			left -= len(`"a0":"",`) + value
		}
		if got := len(inJSON(attrs)); got != size {
			t.Fatalf("the test made %d bytes, not %d", got, size)
		}
		request := ask(fmt.Sprintf("user-%d", size), "ada@example.com")
		request.Attrs = attrs
		if r := w.run("signup", request); r.codes() != want {
			t.Errorf("%d bytes: %s", size, r.text)
		}
	}
}

// Sealed texts have the same length for every outcome of a signup.
func TestEventsHaveTheSameLengthForEveryOutcome(t *testing.T) {
	t.Parallel()
	lengths := map[string]int{}
	for name, request := range map[string]SignupRequest{
		"new": ask("eve", "eve@example.com"), "name taken": ask("ada", "eve@example.com"), "address taken": ask("eve", "ada@example.com"),
	} {
		w := newWorld(t)
		w.account("ada", "ada@example.com")
		before := map[string]bool{}
		for _, e := range w.list(record.EventPrefix) {
			before[e.Key] = true
		}
		w.mustRun("signup", request)
		for _, e := range w.list(record.EventPrefix) {
			if !before[e.Key] {
				lengths[name] += len(e.Data)
			}
		}
	}
	if lengths["new"] == 0 || lengths["new"] != lengths["name taken"] || lengths["new"] != lengths["address taken"] {
		t.Errorf("got %v", lengths)
	}
}
