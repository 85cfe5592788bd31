package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

func TestConfirmTurnsAClaimIntoAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.claim("Ada", "ada@example.com")
	w.pass(minute)
	w.audit = nil
	r := w.run("confirm", ConfirmRequest{CID: "c1", ConfirmToken: Secret(token), CurrentApp: "CRM", RemoteAddr: []string{"192.0.2.7"}})
	if !r.OK() || r.CID != "c1" || !record.IsID(r.UserID) {
		t.Fatal(r.text)
	}
	if got, want := w.kinds(), "now entropy audit get get get get audit commit"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	extra := AuditExtra{CurrentApp: "CRM", RemoteAddr: "192.0.2.7"}
	checkAudit(t, w.audit, []AuditEvent{
		{CID: "c1", Op: "user.confirm_signup", Extra: extra},
		{CID: "c1", Op: "user.confirm_signup", TargetUser: r.UserID, Result: "ok", Extra: extra},
	})
	user := read[record.User](w, record.UserPrefix+r.UserID)
	if user.State != record.StateFinal || user.ConfirmTime != w.Clock.Now() || user.ApprovalStatus != "before_decision" {
		t.Errorf("the user is %+v", user)
	}
	owner := read[record.Reference](w, record.MailKey(keyring.All(w.engine.keys)[0], "ada@example.com"))
	if owner == nil || owner.ID != r.UserID {
		t.Errorf("the address belongs to %v", owner)
	}
	if got := len(w.list("approval/")); got != 1 {
		t.Errorf("%d accounts wait for approval", got)
	}
	w.checkInvariants()
}

func TestConfirmWithoutApproval(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False")
	id := w.account("ada", "ada@example.com")
	if user := read[record.User](w, record.UserPrefix+id); user.ApprovalStatus != "approved" || user.IsApprovalNeeded {
		t.Errorf("the user is %+v", user)
	}
	if got := len(w.list("approval/")); got != 0 {
		t.Errorf("%d accounts wait for approval", got)
	}
	w.checkInvariants()
}

func TestWelcomeIsSentWhenTheAccountIsReady(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		settings []string
		want     int
	}{
		{[]string{"signup.is_approval_needed=False"}, 1},
		{[]string{"signup.is_approval_needed=True"}, 0},
		{[]string{"signup.is_approval_needed=False", "signup.email_welcome_enabled=False"}, 0},
		{[]string{"signup.is_approval_needed=False", "main.email_service="}, 0},
		{[]string{"signup.is_approval_needed=False", "main.email_service=", "main.smtp_conn=My SMTP"}, 1},
		{[]string{"signup.is_approval_needed=False", "signup.email_confirm_enabled=False"}, 1},
	} {
		w := newWorld(t, test.settings...)
		token := w.claim("ada", "ada@example.com")
		before := len(w.list(record.EventPrefix))
		w.confirm(token)
		if got := len(w.list(record.EventPrefix)) - before; got != test.want {
			t.Errorf("%q: %d events", test.settings, got)
		}
		w.checkInvariants()
	}
}

func TestConfirmRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		what    string
		prepare func(w *world, token string) ConfirmRequest
		told    string
		truth   string
	}{
		{"an unknown token", func(_ *world, token string) ConfirmRequest {
			return ConfirmRequest{ConfirmToken: Secret(token[1:] + "A")}
		}, "E005006", "E005006"},
		{"an app that is not known", func(_ *world, token string) ConfirmRequest {
			return ConfirmRequest{ConfirmToken: Secret(token), CurrentApp: "ERP"}
		}, "E005001", "E004001"},
		{"confirmed already", func(w *world, token string) ConfirmRequest {
			w.confirm(token)
			return ConfirmRequest{ConfirmToken: Secret(token)}
		}, "E005007", "E005007"},
		{"confirmed long ago", func(w *world, token string) ConfirmRequest {
			w.confirm(token)
			w.pass(10000 * minute)
			return ConfirmRequest{ConfirmToken: Secret(token)}
		}, "E005007", "E005007"},
		{"expired", func(w *world, token string) ConfirmRequest {
			w.pass(1440 * minute)
			return ConfirmRequest{ConfirmToken: Secret(token)}
		}, "E005006", "E005006"},
		{"the name taken over", func(w *world, token string) ConfirmRequest {
			w.pass(1440 * minute)
			w.claim("ADA", "other@example.com")
			return ConfirmRequest{ConfirmToken: Secret(token)}
		}, "E005006", "E005006"},
		{"the address somebody else's", func(w *world, token string) ConfirmRequest {
			w.account("eve", "ADA@example.com")
			return ConfirmRequest{ConfirmToken: Secret(token)}
		}, "E005001", "E002002"},
	} {
		w := newWorld(t, "apps.inform_if_app_invalid=False")
		request := test.prepare(w, w.claim("ada", "ada@example.com"))
		w.audit = nil
		before := len(w.dump())
		if r := w.run("confirm", request); r.codes() != test.told || r.UserID != "" {
			t.Errorf("%s: got %s", test.what, r.text)
		}
		if len(w.audit) != 2 || w.audit[1].Op != "user.confirm_signup" || w.audit[1].Result != "error" || joinCodes(w.audit[1].Extra.SubStatus) != test.truth {
			t.Errorf("%s: the audit trail is %+v", test.what, w.audit)
		}
		if len(w.dump()) != before {
			t.Errorf("%s: something was written", test.what)
		}
		w.checkInvariants()
	}
}

// An invalid password is compared like a wrong one, with the salt of the
// account, because some hosts derive nothing without a salt.
func TestConfirmComparesInvalidPasswords(t *testing.T) {
	t.Parallel()
	for _, password := range []Secret{"wrong", "\u0378"} {
		w := newWorld(t, "enrol.confirm_requires_password=True", "enrol.argon2_memory=8192")
		token := w.claim("ada", "ada@example.com")
		salts := 0
		w.Derive = func(params KDFParams, password, salt []byte) ([]byte, error) {
			salts += len(salt)
			return DeriveKey(params, password, salt)
		}
		r := w.run("confirm", ConfirmRequest{ConfirmToken: Secret(token), Password: password})
		if r.codes() != "E005001" || salts != argon2Salt {
			t.Errorf("%q: got %s, with %d bytes of salt", string(password), r.text, salts)
		}
	}
}

// A missing password is an invalid request. The answer is the same for every
// token, so it does not reveal whether there is a claim.
func TestConfirmNamesAMissingPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.confirm_requires_password=True", "enrol.rate_confirm=5")
	pending, final := w.claim("ada", "ada@example.com"), w.claim("bob", "bob@example.com")
	if r := w.run("confirm", ConfirmRequest{ConfirmToken: Secret(final), Password: goodPassword}); !r.OK() {
		t.Fatal(r.text)
	}
	before, audited := len(w.dump()), len(w.audit)
	answers := map[string]bool{}
	for _, token := range []string{pending, final, record.NewToken(make([]byte, record.TokenBytes))} {
		for _, request := range []string{
			`{"cid":"c","confirm_token":"` + token + `"}`,
			`{"cid":"c","confirm_token":"` + token + `","password":""}`,
			`{"cid":"c","confirm_token":"` + token + `","password":null,"idempotency_key":"k"}`,
		} {
			r := w.run("confirm", request)
			if r.codes() != "E008003" || r.Field != "password" {
				t.Errorf("got %s", r.text)
			}
			answers[r.text] = true
		}
	}
	if len(answers) != 1 || len(w.dump()) != before || len(w.audit) != audited {
		t.Errorf("the answers are %v; %d records were written", answers, len(w.dump())-before)
	}
	if r := w.run("confirm", ConfirmRequest{ConfirmToken: Secret(pending), Password: goodPassword, IdempotencyKey: "k"}); !r.OK() {
		t.Error(r.text)
	}
}

func TestConfirmWorksUntilTheClaimExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.confirm_within=10")
	token := w.claim("ada", "ada@example.com")
	w.pass(10*minute - 1)
	if r := w.confirm(token); !r.OK() {
		t.Error(r.text)
	}
}

func TestFirstToConfirmOwnsTheAddress(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{"False": "E005001", "True": "E002002"} {
		w := newWorld(t, "signup.inform_if_email_exists="+setting)
		first, second := w.claim("ada", "ada@example.com"), w.claim("bob", "Ada@Example.com")
		if r := w.confirm(second); !r.OK() {
			t.Fatal(r.text)
		}
		for range 2 {
			if r := w.confirm(first); r.codes() != want {
				t.Errorf("got %s", r.text)
			}
		}
		w.checkInvariants()
	}
}

// An owner under the older of two keys counts too.
func TestConfirmFindsOwnersUnderEveryActiveKey(t *testing.T) {
	t.Parallel()
	w := twoKeyWorld(t)
	token := w.claim("ada", "ada@example.com")
	w.write(record.Put("mail/k1/"+keyring.Find(w.engine.keys, "k1").BlindIndex("ada@example.com"), &record.Reference{V: 1, ID: record.NewID(nil)}))
	if r := w.confirm(token); r.codes() != "E005001" {
		t.Errorf("got %s", r.text)
	}
}

// Whatever another confirm does between two effects of this one, an address has
// one owner, and the other caller gets a refusal.
func TestTwoConfirmsForOneAddress(t *testing.T) {
	t.Parallel()
	for n := range 9 {
		w := newWorld(t)
		first, second := w.claim("ada", "ada@example.com"), w.claim("bob", "ada@example.com")
		other := w.fork(1)
		w.before = func(at int, _ effect) error {
			if at == n {
				if r := other.confirm(second); !r.OK() {
					t.Errorf("before effect %d the other gets %s", n, r.text)
				}
			}
			return nil
		}
		if r := w.confirm(first); r.codes() != "E005001" {
			t.Errorf("before effect %d: %s", n, r.text)
		}
		w.before = nil
		w.checkInvariants()
	}
}

func TestOneTokenIsConfirmedOnce(t *testing.T) {
	t.Parallel()
	for n := range 9 {
		w := newWorld(t, "signup.is_approval_needed=False")
		token := w.claim("ada", "ada@example.com")
		other := w.fork(1)
		w.before = func(at int, _ effect) error {
			if at == n {
				other.confirm(token)
			}
			return nil
		}
		if r := w.confirm(token); r.codes() != "E005007" {
			t.Errorf("before effect %d: %s", n, r.text)
		}
		w.before = nil
		if got := len(w.list(record.EventPrefix)); got != 3 {
			t.Errorf("before effect %d: %d events", n, got)
		}
		w.checkInvariants()
	}
}

// The claim of a token may be deleted, as purge does.
func TestTokenThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	for _, list := range []string{record.UserPrefix, record.NamePrefix} {
		w := newWorld(t)
		token := w.claim("ada", "ada@example.com")
		for _, e := range w.list(list) {
			w.remove(e.Key)
		}
		if r := w.confirm(token); r.codes() != "E005006" {
			t.Errorf("without %s: %s", list, r.text)
		}
	}
}

func TestExpiredNameIsTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "old@example.com")
	old := read[record.Name](w, "name/ada")
	w.pass(1440*minute - 1)
	w.claim("ada", "early@example.com") // void: a moment too early
	if got := read[record.Name](w, "name/ada"); got.ID != old.ID {
		t.Fatal("the name was taken over before it expired")
	}
	w.pass(1)
	token := w.claim("Ada", "new@example.com")
	commit := w.Effects()[len(w.Effects())-1].Batch
	if len(commit.Deletes) != 3 {
		t.Errorf("the commit deletes %q", commit.Deletes)
	}
	for _, key := range old.Keys {
		if values, _ := w.Get([]string{key}); values[0] != (kv.Value{}) {
			t.Errorf("%s is still there", key)
		}
	}
	if r := w.confirm(token); !r.OK() {
		t.Error(r.text)
	}
	w.checkInvariants()
}

// An account is never taken over, however old it is.
func TestAccountDoesNotExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.account("ada", "ada@example.com")
	w.pass(100_000 * minute)
	w.claim("ada", "new@example.com")
	if r := w.mustRun("get", GetRequest{Username: "ada"}); r.User.UserID != id {
		t.Errorf("got %s", r.text)
	}
	w.checkInvariants()
}

// A takeover and a confirm whose clocks differ exclude each other: only one of
// them changes the claim.
func TestTakeoverAndConfirmExcludeEachOther(t *testing.T) {
	t.Parallel()
	for n := range 9 {
		for _, confirming := range []bool{true, false} {
			w := newWorld(t)
			token := w.claim("ada", "old@example.com")
			other := w.fork(1)
			w.pass(1440*minute - 1)
			other.Clock.Set(w.Clock.Now())
			var r, o reply
			if confirming {
				other.pass(5)
				w.before = func(at int, _ effect) error {
					if at == n {
						o = other.mustRun("signup", ask("ada", "new@example.com"))
					}
					return nil
				}
				r = w.confirm(token)
			} else {
				w.pass(5)
				w.before = func(at int, _ effect) error {
					if at == n {
						o = other.confirm(token)
					}
					return nil
				}
				r = w.mustRun("signup", ask("ada", "new@example.com"))
			}
			w.before = nil
			w.checkInvariants()
			name := read[record.Name](w, "name/ada")
			switch {
			case confirming && o.ConfirmToken != "" && (r.codes() != "E005006" || name.State != record.StatePending):
				t.Errorf("takeover before effect %d: confirm gets %s, the name is %+v", n, r.text, name)
			case !confirming && o.OK() && (name.State != record.StateFinal || strings.Contains(r.text, "error")):
				t.Errorf("confirm before effect %d: signup gets %s, the name is %+v", n, r.text, name)
			}
		}
	}
}
