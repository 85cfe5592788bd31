package signup

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

func TestMinComplexityIsAScore(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		password string
		score    int
	}{
		{"qwertyuiop", 0}, {"P@ssw0rd", 0}, {"19.5.1987", 1}, {"adelya1999", 2}, {"Troubadour-Cave", 3}, {"correct horse battery staple", 4},
	} {
		for least := range 5 {
			e := testEngine(t, "password.reject_list=", "password.min_complexity="+string(rune('0'+least)))
			want := Code("")
			if test.score < least {
				want = PasswordNotComplexEnough
			}
			if _, code := e.checkPassword(test.password, circumstances{year: 2026}); code != want {
				t.Errorf("%q gets %q where %d is the least score, want %q", test.password, code, least, want)
			}
		}
	}
}

// The length is checked first, then white space and keywords, and the score
// last.
func TestComplexityIsCheckedLast(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "password.min_complexity=4", "signup.password_allow_whitespace=False", "enrol.block_common_passwords=True", "password.reject_list=horse")
	for password, want := range map[string]Code{
		"abc":                    PasswordTooShort,
		strings.Repeat("a", 257): PasswordTooLong,
		"a\u0007aaaaaaaa":        PasswordInvalid, // no form to judge
		"password 1":             PasswordInvalid,
		"horsehorse":             PasswordInvalid,
		"password":               PasswordInvalid,
		"aaaaaaaa":               PasswordNotComplexEnough,
		"correct battery staple": PasswordInvalid,
		"correctHORSEbatterie":   PasswordInvalid,
		"correctbatteriestaple":  "",
	} {
		if _, code := e.checkPassword(password, circumstances{year: 2026}); code != want {
			t.Errorf("%q gets %q, want %q", password, code, want)
		}
	}
}

// What an attacker knows makes a password weak: in a signup, and in the part of
// one that validate sees.
func TestPasswordsFromTheAccountsOwnTextsAreWeak(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "password.min_complexity=3", "enrol.block_personal_passwords=False", "apps.all=CRM, Brzęczyszczykiewicz", "apps.signup_allowed=CRM", "user_validation.reject_username=")
	for _, test := range []struct {
		password Secret
		want     string
	}{
		{"Grzegorz.Wrzesniewski", "E003008"},
		{"grzegorz@pszczyna.example.org", "E003008"},
		{"Brzęczyszczykiewicz1", "E003008"},
		{"Szczebrzeszyn/Pszczyna", ""},
	} {
		request := ask("Grzegorz.Wrzesniewski", "grzegorz@pszczyna.example.org")
		request.Password, request.AppList = test.password, []string{"CRM", "Brzęczyszczykiewicz"}
		if got := w.run("validate", request).codes(); got != test.want {
			t.Errorf("validate answers %q for %q, want %q", got, string(test.password), test.want)
		}
		if got := w.run("signup", request).codes(); got != test.want {
			t.Errorf("signup answers %q for %q, want %q", got, string(test.password), test.want)
		}
		alone := `{"ctx":{"password":"` + string(test.password) + `"}}`
		if got := w.run("validate", alone).codes(); got != "" {
			t.Errorf("validate answers %q for %q alone", got, string(test.password))
		}
	}
}

func TestUserInputsAreTheTextsOfTheRequest(t *testing.T) {
	t.Parallel()
	request := SignupRequest{
		CurrentApp: "CRM",
		Username:   "Ada", Email: "ada@example.com", SignupApp: "HR", AppList: []string{"CRM", "Wiki"}, DisplayName: "Ada L",
	}
	for setting, want := range map[string]string{
		"enrol.block_personal_passwords=False": "Ada ada@example.com CRM HR Wiki",
		"enrol.block_personal_passwords=True": "Ada ada@example.com CRM HR Wiki ada adaexamplecom mocelpmaxeada example elpmaxe com moc " +
			"adal lada crm mrc hr rh main niam wiki ikiw",
	} {
		r := &run{Engine: testEngine(t, setting, "main.site_name=main"), now: 1_767_225_600_000} // the first moment of 2026
		got := r.circumstancesOf(request)
		if inputs := strings.Join(got.userInputs, " "); inputs != want || got.year != 2026 {
			t.Errorf("%s: the user inputs are %q in %d, want %q", setting, inputs, got.year, want)
		}
		if r.now--; r.circumstancesOf(SignupRequest{}).year != 2025 {
			t.Error("a moment before is in 2026 too")
		}
	}
}

// Names and the local part of the address, with digits for letters, do not reach
// the score that conf init asks for.
func TestDisguisedPersonalWordsAreWeak(t *testing.T) {
	t.Parallel()
	e := testEngine(t, "password.min_complexity=3", "main.site_name=Acme Widgets")
	r := &run{Engine: e, now: 1_790_000_000_000}
	request := SignupRequest{
		Username: "jb", Email: "m.duras.writer@example.com", FirstName: "Jean-Baptiste", LastName: "Grenouille", AppList: []string{"CRM"},
	}
	for _, text := range []string{
		"gr3n0u1ll3gr3n0u1ll3", "J3anBaptisteGr3nouille", "4cm3w1dg3754cm3w1dg375",
	} {
		if _, code := e.checkPassword(text, r.circumstancesOf(request)); code == "" {
			t.Errorf("%q passes", text)
		}
		if _, code := e.checkPassword(text, r.circumstancesOf(SignupRequest{Username: "ada"})); text != "4cm3w1dg3754cm3w1dg375" && code != "" {
			t.Errorf("%q is refused of somebody else: %s", text, code)
		}
	}
}

func TestOnlyWholeCommonPasswordsAreBlocked(t *testing.T) {
	t.Parallel()
	open, closed := testEngine(t, "password.reject_list="), testEngine(t, "password.reject_list=", "enrol.block_common_passwords=True")
	for password, want := range map[string]Code{
		"password": PasswordInvalid, "PASSWORD1": PasswordInvalid, "Jennifer": PasswordInvalid, "baseball": PasswordInvalid,
		"password of mine": "", "Jennifer jumps": "",
	} {
		if _, code := closed.checkPassword(password, circumstances{}); code != want {
			t.Errorf("%q gets %q, want %q", password, code, want)
		}
		if _, code := open.checkPassword(password, circumstances{}); code != "" {
			t.Errorf("%q gets %q where nothing is blocked", password, code)
		}
	}
	// A common password whose score is still 1.
	judged, both := testEngine(t, "password.min_complexity=1"), testEngine(t, "password.min_complexity=1", "enrol.block_common_passwords=True")
	if _, code := judged.checkPassword("bAsEbAlL", circumstances{}); code != "" {
		t.Errorf("got %q where nothing is blocked", code)
	}
	if _, code := both.checkPassword("bAsEbAlL", circumstances{}); code != PasswordInvalid {
		t.Errorf("got %q where it is blocked", code)
	}
}

// The lists take time and memory: they are loaded once, for the first password
// that is rated.
func TestWordListsAreLoadedOnceWhenNeeded(t *testing.T) {
	t.Parallel()
	for change, want := range map[string]bool{
		"password.min_complexity=0": false, "password.min_complexity=1": true, "enrol.block_common_passwords=True": true,
	} {
		w := newWorld(t, change)
		needed, load := false, w.engine.estimator
		w.engine.estimator = func() *zxcvbn.Estimator { needed = true; return load() }
		w.mustRun("dispatch", `{}`)
		if needed {
			t.Errorf("with %s the lists are loaded where no password is", change)
		}
		w.claim("ada", "ada@example.com")
		if needed != want {
			t.Errorf("with %s the lists are loaded: %v", change, needed)
		}
		if first := load(); load() != first {
			t.Errorf("with %s the lists are loaded twice", change)
		}
	}
}

func TestPreparingChangesNoAnswer(t *testing.T) {
	t.Parallel()
	check := func(e *Engine) (codes []Code) {
		for _, password := range []string{"password", "baseball", "vexing otter lamps 9"} {
			_, code := e.checkPassword(password, circumstances{})
			codes = append(codes, code)
		}
		return codes
	}
	setting := "password.min_complexity=2"
	want := check(testEngine(t, setting))
	const most = 1000
	for _, calls := range []int{1, 20, most} {
		prepared := testEngine(t, setting)
		done := 0
		for more := true; more && done < calls; done++ {
			more = prepared.Prepare()
		}
		if done < min(calls, 30) || done == most {
			t.Errorf("%d calls did all the work", done)
		}
		if got := check(prepared); !slices.Equal(got, want) {
			t.Errorf("after %d calls of Prepare got %q, want %q", done, got, want)
		}
		if prepared.Prepare() {
			t.Errorf("after %d calls and a check, something is left", done)
		}
	}
}
