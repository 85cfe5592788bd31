package signup

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// forms returns the ways in which a text may appear in a store or a log.
func forms(text string) []string {
	return []string{
		text,
		strings.ToLower(text),
		strings.Trim(inJSON(text), `"`),
		base64.StdEncoding.EncodeToString([]byte(text)),
		base64.RawURLEncoding.EncodeToString([]byte(text)),
		hex.EncodeToString([]byte(text)),
	}
}

// holds reports whether data contains a text in any form.
func holds(data, text string) bool {
	return slices.ContainsFunc(forms(text), func(form string) bool { return strings.Contains(data, form) })
}

// holding returns the keys of the records that contain a text, in key or value.
func (w *world) holding(text string) []string {
	w.t.Helper()
	var keys []string
	for _, e := range w.dump() {
		if holds(e.Key, text) || holds(e.Data, text) {
			keys = append(keys, e.Key)
		}
	}
	return keys
}

func TestNothingSecretIsStoredInClear(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.is_approval_needed=False", "enrol.password_hash=pbkdf2-sha512")
	token := w.claim("ada", "Ada.Lovelace@Example.com")
	secrets := []string{goodPassword, token, "Ada.Lovelace@Example.com", "lovelace", "$pbkdf2-sha512$", tokenBytesOf(t, token)}
	for _, secret := range secrets {
		if keys := w.holding(secret); len(keys) > 0 {
			t.Errorf("before confirmation %q is in %q", secret, keys)
		}
	}
	w.confirm(token)
	for _, secret := range secrets {
		if keys := w.holding(secret); len(keys) > 0 {
			t.Errorf("after confirmation %q is in %q", secret, keys)
		}
	}
	if got := w.list(record.TokenPrefix); len(got) != 1 || got[0].Key != "token/"+record.HashToken(token) {
		t.Errorf("the token's records are %v", got)
	}
}

// tokenBytesOf decodes a token.
func tokenBytesOf(t *testing.T, token string) string {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(data) != 24 || len(token) != 32 {
		t.Fatalf("the token %q has %d characters: %v", token, len(token), err)
	}
	return string(data)
}

func TestSwitchesOfEncryption(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.encrypt_email=False", "main.encrypt_password=False")
	token := w.claim("ada", "ada@example.com")
	user := w.list(record.UserPrefix)[0].Key
	for _, clear := range []string{"ada@example.com", "$argon2id$"} {
		if keys := w.holding(clear); !slices.Equal(keys, []string{user}) {
			t.Errorf("%q is in %q", clear, keys)
		}
	}
	for _, secret := range []string{goodPassword, token} {
		if keys := w.holding(secret); len(keys) > 0 {
			t.Errorf("%q is in %q", secret, keys)
		}
	}
	// Both settings can change: earlier records stay readable.
	w.engine = New(configured(t), w.engine.keys)
	if r := w.confirm(token); !r.OK() {
		t.Fatal(r.text)
	}
	if r := w.run("get", GetRequest{Username: "ada"}); r.User.Email != "ada@example.com" {
		t.Errorf("get answers %s", r.text)
	}
	w.checkInvariants()
}

// The audit trail identifies accounts by id.
func TestAuditTrailHasNoNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, informed("signup.is_approval_needed=False")...)
	token := w.claim("ada.lovelace", "countess@example.com")
	w.run("signup", ask("ada.lovelace", "countess@example.com"))
	w.confirm(token)
	w.confirm(token)
	w.run("signup", ask("ada.lovelace", "countess@example.com"))
	request := ask("ada.lovelace", "countess@example.com")
	request.Password = "Ada-Password-1"
	w.run("signup", request)
	w.mustRun("get", GetRequest{Username: "ada.lovelace"})
	w.mustRun("dispatch", `{}`)
	trail := inJSON(w.audit)
	for _, secret := range []string{"lovelace", "countess", "example.com", goodPassword, "Ada-Password", token, record.HashToken(token)} {
		if holds(trail, secret) {
			t.Errorf("the audit trail holds %q:\n%s", secret, trail)
		}
	}
}

func TestFaultsHaveNoNames(t *testing.T) {
	t.Parallel()
	for n := range 9 {
		w := newWorld(t)
		w.before = failAt(n)
		r := w.run("signup", ask("ada.lovelace", "countess@example.com"))
		for _, secret := range []string{"lovelace", "countess", goodPassword} {
			if holds(r.Fault, secret) {
				t.Errorf("the fault holds %q: %s", secret, r.Fault)
			}
		}
	}
}

func TestAnswersContainNoHashAndNoToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.encrypt_password=False")
	token := w.claim("ada", "ada@example.com")
	for range 2 {
		r := w.mustRun("get", GetRequest{Username: "ada"})
		for _, secret := range []string{"argon2", token, record.HashToken(token), goodPassword} {
			if holds(r.text, secret) {
				t.Errorf("get answers %s", r.text)
			}
		}
		w.confirm(token)
	}
}

// Only validation services get a password; callbacks and messages never do.
func TestOnlyValidationServicesGetThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "user_validation.service=rules", "signup.is_approval_needed=False")
	token := w.claim("ada", "ada@example.com")
	w.mustRun("dispatch", `{}`)
	w.confirm(token)
	w.mustRun("dispatch", `{}`)
	if len(w.calls) != 4 {
		t.Fatalf("%d calls", len(w.calls))
	}
	for _, call := range w.calls {
		if holds(call.Body, goodPassword) != (call.Service == "rules") {
			t.Errorf("%s is sent %s", call.Service, call.Body)
		}
	}
}

func TestRecordsAreJSONObjectsWithAVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=a, b")
	w.account("ada", "ada@example.com")
	w.claim("bob", "ada@example.com")
	for _, e := range w.dump() {
		var stored struct{ V int }
		if err := json.Unmarshal([]byte(e.Data), &stored); err != nil || stored.V != 1 {
			t.Errorf("%s is %s", e.Key, e.Data)
		}
	}
}
