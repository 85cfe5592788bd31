package signup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// ending is one way in which a signup can end that must look like the others.
type ending struct {
	what     string
	prepare  func(w *world)
	username string
	email    string
}

func endings() []ending {
	return []ending{
		{"a new name and a new address", func(*world) {}, "ada", "ada@example.com"},
		{"a pending name", func(w *world) { w.claim("ADA", "eve@example.com") }, "ada", "ada@example.com"},
		{"a pending address", func(w *world) { w.claim("eve", "ada@example.com") }, "ada", "ada@example.com"},
		{"a taken name", func(w *world) { w.account("Ada", "eve@example.com") }, "ada", "ada@example.com"},
		{"a taken address", func(w *world) { w.account("eve", "ADA@EXAMPLE.com") }, "ada", "ada@example.com"},
		{"both taken", func(w *world) { w.account("ada", "ada@example.com") }, "ada", "ada@example.com"},
		{"a void claim's name", func(w *world) {
			w.account("eve", "eve@example.com")
			w.claim("ada", "eve@example.com")
		}, "ada", "ada@example.com"},
	}
}

// shape returns what an observer who cannot see the content can see of effects.
func shape(effects []effect) string {
	var b strings.Builder
	for _, e := range effects {
		fmt.Fprintf(&b, "%s keys=%d bytes=%d checks=%d deletes=%d", e.Kind, len(e.Keys), e.Bytes, len(e.Batch.Checks), len(e.Batch.Deletes))
		for _, key := range e.Keys {
			fmt.Fprintf(&b, " %d", len(key))
		}
		for _, put := range e.Batch.Puts {
			list, _, _ := strings.Cut(put.Key, "/")
			// If the name is taken, its record is rewritten unchanged, and a
			// final one is longer: usernames are not secret.
			size := len(put.Data)
			if list == "name" {
				size = 0
			}
			fmt.Fprintf(&b, " %s:%d:%d", list, len(put.Key), size)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestEverySignupLooksAlike(t *testing.T) {
	t.Parallel()
	for _, settings := range [][]string{
		{},
		{"main.encrypt_email=False", "main.encrypt_password=False"},
		{"signup.callback_service_list=a, b, c", "enrol.buckets=16"},
		{"signup.email_confirm_enabled=False"},
		{"user_validation.service=first"},
	} {
		want := ""
		for _, ending := range endings() {
			w := newWorld(t, settings...)
			ending.prepare(w)
			r := w.mustRun("signup", ask(ending.username, ending.email))
			got := fmt.Sprintf("answer %d\n%s", len(r.text), shape(w.Effects()))
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%q: %s differs from a new name:\n%s\nnew name:\n%s", settings, ending.what, got, want)
			}
			w.checkInvariants()
		}
	}
}

func TestDecoyTokenNeverConfirms(t *testing.T) {
	t.Parallel()
	for _, ending := range endings() {
		w := newWorld(t)
		ending.prepare(w)
		w.audit = nil
		token := w.claim(ending.username, ending.email)
		void := w.audit[1].Result == "error"
		r := w.confirm(token)
		if void && r.codes() != "E005006" {
			t.Errorf("%s: confirm answers %s", ending.what, r.text)
		}
		if !void && !r.OK() {
			t.Errorf("%s: confirm answers %s", ending.what, r.text)
		}
		w.checkInvariants()
	}
}

func TestVoidClaimLooksLikeOneThatWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("eve", "eve@example.com")
	w.claim("ada", "eve@example.com") // void, holds the name
	w.claim("Eve", "bob@example.com") // void, the name is taken
	for _, e := range w.list(record.UserPrefix) {
		id := strings.TrimPrefix(e.Key, record.UserPrefix)
		r := w.run("get", GetRequest{UserID: id})
		if void := recordOf[record.User](t, e).State == record.StateVoid; !r.OK() || void != (r.User.SignUpStatus == beforeConfirmation) {
			t.Errorf("get of %s answers %s", e.Data, r.text)
		}
	}
	if r := w.run("get", GetRequest{Username: "ada"}); r.User.SignUpStatus != beforeConfirmation {
		t.Errorf("get by name answers %s", r.text)
	}
	if r := w.run("get", GetRequest{Username: "eve"}); r.User.Email != "eve@example.com" {
		t.Errorf("get by name answers %s", r.text)
	}
}

func TestVoidClaimForATakenAddressReservesItsUsername(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.inform_if_user_exists=True")
	w.account("eve", "eve@example.com")
	w.claim("ada", "eve@example.com")
	if r := w.run("signup", ask("ada", "ada@example.com")); r.codes() != "E001002" {
		t.Errorf("the name is not reserved: %s", r.text)
	}
	w.pass(1440 * minute)
	if token := w.claim("ada", "ada@example.com"); !w.confirm(token).OK() {
		t.Error("the name is not free after the void claim expired")
	}
	w.checkInvariants()
}

func TestVoidClaimForATakenNameLeavesItUnchanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account("ada", "eve@example.com")
	before := w.list(record.NamePrefix)[0].Data
	w.claim("ada", "ada@example.com")
	if after := w.list(record.NamePrefix)[0].Data; after != before {
		t.Errorf("before %s\nafter  %s", before, after)
	}
	if got := len(w.list(record.UserPrefix)); got != 2 {
		t.Errorf("there are %d users", got)
	}
}

func TestMessageInformsTheRightPerson(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		username, email, kind string
	}{
		{"ada", "ada@example.com", "confirm"},
		{"eve", "ada@example.com", "username_taken"},
		{"ada", "eve@example.com", "email_taken"},
		{"eve", "eve@example.com", "email_taken"},
	} {
		w := newWorld(t)
		w.account("eve", "eve@example.com")
		w.mustRun("dispatch", `{}`)
		w.pass(minute)
		w.mustRun("dispatch", `{}`)
		w.calls = nil
		token := w.claim(test.username, test.email)
		w.mustRun("dispatch", `{}`)
		var message messageData
		for _, call := range w.calls {
			if call.Service == "mailer" {
				readBody(t, call, &message)
			}
		}
		if message.Kind != test.kind || message.To != test.email || message.Username != test.username {
			t.Errorf("%s, %s: the message is %+v", test.username, test.email, message)
		}
		if (message.Token == token) != (test.kind == "confirm") || message.Token != "" && message.Token != token {
			t.Errorf("%s: the token is %q", test.kind, message.Token)
		}
	}
}
