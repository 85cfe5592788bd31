package signup

import (
	"fmt"
	"strings"
	"testing"
)

// Each field tells the first of its rules that fails, and the fields come in
// the order app, username, e-mail, password.
func TestFirstCodeOfEachFieldInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.inform_if_user_invalid=True", "signup.inform_if_email_invalid=True", "signup.password_allow_whitespace=False")
	long := strings.Repeat("admin ", 100)
	for _, test := range []struct {
		change func(*SignupRequest)
		want   string
	}{
		{func(r *SignupRequest) { r.Ctx.Password = "x y" }, "E003002"},
		{func(r *SignupRequest) { r.Ctx.Password = Secret("password " + long) }, "E003003"},
		{func(r *SignupRequest) { r.Ctx.Password = Secret(strings.Repeat("a", 1025) + "\u0007") }, "E003003"}, // too long to be looked at
		{func(r *SignupRequest) { r.Ctx.Email = long }, "E002003"},
		{func(r *SignupRequest) { r.Ctx.Email = "admin @" }, "E002004"},
		{func(r *SignupRequest) { r.Ctx.Username = long }, "E001003"},
		{func(r *SignupRequest) { r.Ctx.Username = "admin a" }, "E001004"},
		{func(r *SignupRequest) {
			*r = SignupRequest{CurrentApp: "none", Ctx: SignupCtx{Username: "a b", Email: "a b", Password: "x", AppList: []string{"CRM"}}}
		}, "E004001 E001004 E002004 E003002"},
	} {
		request := ask("ada", "ada@example.com")
		request.Ctx.Password = "correcthorsebattery"
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
		if got := len(encode(attrs)); got != size {
			t.Fatalf("the test made %d bytes, not %d", got, size)
		}
		request := ask(fmt.Sprintf("user-%d", size), "ada@example.com")
		request.Ctx.Attrs = attrs
		if r := w.run("signup", request); r.codes() != want {
			t.Errorf("%d bytes: %s", size, r.text)
		}
	}
}

// What is sealed has the same length whatever became of the signup.
func TestEventsHaveOneLengthWhateverTheOutcome(t *testing.T) {
	t.Parallel()
	lengths := map[string]int{}
	for name, request := range map[string]SignupRequest{
		"new": ask("eve", "eve@example.com"), "name taken": ask("ada", "eve@example.com"), "address taken": ask("eve", "ada@example.com"),
	} {
		w := newWorld(t)
		w.account("ada", "ada@example.com")
		before := map[string]bool{}
		for _, e := range w.list(eventPrefix) {
			before[e.Key] = true
		}
		w.mustRun("signup", request)
		for _, e := range w.list(eventPrefix) {
			if !before[e.Key] {
				lengths[name] += len(e.Data)
			}
		}
	}
	if lengths["new"] == 0 || lengths["new"] != lengths["name taken"] || lengths["new"] != lengths["address taken"] {
		t.Errorf("got %v", lengths)
	}
}
