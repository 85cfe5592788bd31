package signup

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// A username is not a secret: a caller who signs up for one that is taken must
// choose another. These tests check where that is visible, and that it is
// visible nowhere else.

// newNamesake returns a world in which the username that the stranger signs up
// for is taken, or not. The random bytes that follow are the same in both.
func newNamesake(t *testing.T, taken bool, settings ...string) *stranger {
	w := newWorld(t, settings...)
	name := "somebody"
	if taken {
		name = "mallory"
	}
	request := ask(name, "holder@example.com")
	request.Password = "nobody else knows it"
	token := w.mustRun("signup", request).ConfirmToken
	w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(token), Password: request.Password, CurrentApp: "CRM"})
	w.drain()
	w.Clock.Set(startTime + 3*24*60*minute)
	w.purgeAll()
	w.seed(77)
	w.calls = nil
	return &stranger{world: w}
}

// ownPassword is the call that may reveal that a name is taken.
const ownPassword = "verify of the name with the own password"

func namesakesCalls() []call {
	verify := func(name, username, email, password string) call {
		request := login(username, email, password)
		request.RemoteAddr = []string{"192.0.2.7"}
		return call{name: name, do: func(s *stranger) string { return s.asks("verify", request) }}
	}
	resend := func(email string) call {
		return call{name: "resend " + email, do: func(s *stranger) string {
			return s.asks("resend", ResendRequest{Username: "MALLORY", Email: email, CurrentApp: "CRM", RemoteAddr: []string{"192.0.2.7"}})
		}}
	}
	passes := func(ms int64) call {
		return call{name: fmt.Sprint("time passes ", ms), do: func(s *stranger) string { s.pass(ms); return "" }, dark: true}
	}
	return []call{
		{name: "signup", do: signsUp(ownAddress, "")},
		{name: "signup with a key", do: signsUp(ownAddress, "key-1")},
		{name: "signup with another address", do: signsUp("third@example.com", "")},
		{name: "validate", do: func(s *stranger) string { return s.asks("validate", ask("Mallory", ownAddress)) }},
		verify(ownPassword, "mallory", "", goodPassword),
		verify("verify of the name with a wrong password", "mallory", "", "wrong"),
		verify("verify of the address", "", ownAddress, goodPassword),
		resend(ownAddress), resend("third@example.com"), resend("holder@example.com"),
		{name: "purge", do: func(s *stranger) string { s.asks("purge", `{}`); return "" }, dark: true},
		{name: "dispatch", do: func(s *stranger) string { s.drainNow(); return "" }, dark: true},
		passes(2 * minute), passes(12 * 60 * minute), passes(25 * 60 * minute),
	}
}

// sizesOf returns the sizes of the effects of an operation. The records of a
// name and of its guesses differ if the name belongs to somebody else, and only
// the stranger's own claim can be expired and deleted.
func sizesOf(effects []effect) string {
	var b strings.Builder
	for _, e := range effects {
		fmt.Fprintf(&b, "%s keys=%d bytes=%d checks=%d puts=%d\n", e.Kind, len(e.Keys), e.Bytes, len(e.Batch.Checks), len(e.Batch.Puts))
	}
	return b.String()
}

// compareNames makes the same calls in both worlds, and reports whether verify
// with the stranger's own password distinguished them.
func compareNames(t *testing.T, settings []string, calls []call) (told bool) {
	t.Helper()
	taken, free := newNamesake(t, true, settings...), newNamesake(t, false, settings...)
	var made []string
	for _, c := range calls {
		made = append(made, c.name)
		ofTaken, ofFree := c.do(taken), c.do(free)
		if c.name == ownPassword && strings.Contains(ofFree, "E005003") {
			told = true
			ofFree = strings.Replace(ofFree, "E005003", "E005001", 1)
		}
		if ofTaken != ofFree {
			t.Fatalf("after %q\nof a taken name: %s\nof a free name:  %s", made, ofTaken, ofFree)
		}
		if got, want := sizesOf(taken.Effects()), sizesOf(free.Effects()); !c.dark && got != want {
			t.Fatalf("after %q\nthe effects for a taken name:\n%s\nfor a free name:\n%s", made, got, want)
		}
	}
	return told
}

// After a sign-up, only verify with the stranger's own password reveals a taken
// name, and only if login.inform_if_not_confirmed is on.
func TestOnlyVerifyRevealsATakenUsername(t *testing.T) {
	t.Parallel()
	calls := namesakesCalls()
	for n, settings := range strangersSettings() {
		for _, then := range calls {
			told := compareNames(t, settings, []call{calls[0], then})
			if want := n > 0 && then.name == ownPassword; told != want {
				t.Errorf("%q: %s tells a taken name: %v", settings, then.name, told)
			}
		}
	}
}

// The same holds for the same calls in any order, with one difference: the
// stranger's own password counts as a wrong one if the name is taken, so that a
// message to the owner comes sooner.
func TestOnlyVerifyRevealsATakenUsernameInAnyOrder(t *testing.T) {
	t.Parallel()
	calls := namesakesCalls()
	for i := range calls {
		calls[i].dark = calls[i].dark || strings.HasPrefix(calls[i].name, "verify of the name")
	}
	settings := strangersSettings()
	told := false
	for seed := range uint64(70) {
		random := rand.New(rand.NewPCG(seed, 5))
		made := []call{calls[0]}
		for range 40 {
			made = append(made, calls[random.IntN(len(calls))])
		}
		told = compareNames(t, settings[seed%uint64(len(settings))], made) || told
	}
	if !told {
		t.Error("verify tells no taken name in any order")
	}
}

// The message to the stranger's own address reveals a taken name, because its
// reader must choose another.
func TestMessageRevealsATakenUsername(t *testing.T) {
	t.Parallel()
	for taken, want := range map[bool]string{true: record.MessageUsernameTaken, false: record.MessageConfirm} {
		s := newNamesake(t, taken)
		signsUp(ownAddress, "")(s)
		s.drainNow()
		if kind, _, _ := strings.Cut(s.mail(), " "); kind != want || len(s.messagesByKind()) != 1 {
			t.Errorf("taken %v: the mail is %q", taken, s.mail())
		}
	}
}

// The settings that make sign-up report a taken name do not change what verify
// and the message reveal.
func TestTakenUsernameIsRevealedWhateverSignupReports(t *testing.T) {
	t.Parallel()
	for _, informs := range []string{"False", "True"} {
		w := newNamesake(t, true, "signup.inform_if_user_exists="+informs, "login.inform_if_not_confirmed=True").world
		w.mustRun("signup", ask("free", ownAddress))
		if r := w.run("signup", ask("Mallory", ownAddress)); strings.Contains(r.text, "E001002") != (informs == "True") {
			t.Errorf("inform_if_user_exists=%s: signup answers %s", informs, r.text)
		}
		for name, want := range map[string]string{"mallory": "E005001", "free": "E005003"} {
			if r := w.run("verify", login(name, "", goodPassword)); r.codes() != want {
				t.Errorf("inform_if_user_exists=%s: verify of %s answers %s", informs, name, r.text)
			}
		}
	}
}
