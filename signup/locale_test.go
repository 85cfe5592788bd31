package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

func TestLocale(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{"de", "pt-BR", "pt_BR", "zh-Hant-TW", "sl-rozaj-biske-1994", "de-AT-1996-x-private", strings.Repeat("en-abcd-", 4) + "efg"} {
		if got := locale(map[string]string{"locale": tag, "Locale": "fr"}); got != tag {
			t.Errorf("%q: got %q", tag, got)
		}
	}
	for _, tag := range []string{
		"", "C", "e", "en_US.UTF-8", "Deutsch (Schweiz)", "de ", "de-", "-de", "de--AT", "de-abcdefghi", "abcdefghi", "419", "d3",
		"de;q=1", "dé", "de\r\nBcc", "<de>", strings.Repeat("en-abcd-", 4) + "efgh",
	} {
		if got := locale(map[string]string{"locale": tag}); got != "" {
			t.Errorf("%q: got %q", tag, got)
		}
	}
	if got := locale(nil); got != "" {
		t.Errorf("without attributes: %q", got)
	}
}

// localised returns a request of an account with a language.
func localised(username, email, tag, app string) SignupRequest {
	r := ask(username, email)
	r.SignupApp = app
	if tag != "" {
		r.Attrs = map[string]string{"locale": tag}
	}
	return r
}

// Every message has the language and the application of the signup that it is
// about, for every receiver.
func TestMessagesSayWhereTheSignupCameFrom(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{"pt-BR", "no language"} {
		w := newWorld(t, "apps.signup_allowed=CRM, Wiki", "signup.callback_service_list=", "enrol.verify_stop_after=2")
		super := caller{superUser: true}
		signUp := func(username, email string) string {
			return w.mustRun("signup", localised(username, email, tag, "Wiki")).ConfirmToken
		}
		ada := w.confirm(signUp("ada", "ada@example.com")).UserID
		w.drain()
		w.mustRun("approve", ApprovalRequest{UserID: ada, caller: super})
		for range 2 {
			w.run("verify", VerifyRequest{Username: "ada", Password: "wrong password", CurrentApp: "CRM"})
			w.pass(dayMS)
		}
		bob := w.confirm(signUp("bob", "bob@example.com")).UserID
		w.mustRun("reject", ApprovalRequest{UserID: bob, caller: super})
		signUp("eve", "ada@example.com")
		signUp("ada", "zoe@example.com")
		signUp("dan", "dan@example.com")
		w.drain()
		w.pass(5 * minute)
		w.mustRun("resend", ResendRequest{Username: "dan", Email: "dan@example.com", CurrentApp: "CRM"})
		w.drain()
		want := tag
		if tag == "no language" {
			want = ""
		}
		got := map[string]bool{}
		for _, call := range w.calls {
			var data messageData
			readBody(t, call, &data)
			got[data.Kind] = true
			if data.Locale != want || data.CurrentApp != "Wiki" {
				t.Errorf("%s: locale %q, current_app %q", data.Kind, data.Locale, data.CurrentApp)
			}
			if there := strings.Contains(call.Body, `"locale"`); there != (want != "") {
				t.Errorf("%s: %s", data.Kind, call.Body)
			}
		}
		for _, kind := range []string{
			record.MessageConfirm, record.MessageConfirmResent, record.MessageUsernameTaken, record.MessageEmailTaken,
			record.MessageApproved, record.MessageRejected, record.MessageLoginAttempts,
		} {
			if !got[kind] {
				t.Errorf("there is no message of the kind %s", kind)
			}
		}
	}
}

// An account that needs no approval is welcomed when it is confirmed; one that
// does gets its message when it is approved. Nobody gets both.
func TestReadyAccountGetsOneMessage(t *testing.T) {
	t.Parallel()
	for needed, want := range map[string]string{"True": "approved", "False": "welcome"} {
		w := newWorld(t, "signup.is_approval_needed="+needed, "signup.callback_service_list=")
		id := w.account("ada", "ada@example.com")
		for range 2 {
			w.drain()
			w.mustRun("approve", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
		}
		w.drain()
		if got := kindsOfMessages(t, w.calls); got != want {
			t.Errorf("is_approval_needed=%s: %s, want %s", needed, got, want)
		}
	}
}

// sizeOfMessage returns the bytes of the message that an operation writes.
func sizeOfMessage(t *testing.T, effects []effect) int {
	t.Helper()
	size := 0
	for _, e := range effects {
		for _, put := range e.Batch.Puts {
			if strings.HasPrefix(put.Key, record.EventPrefix) {
				size += len(put.Data)
			}
		}
	}
	if size == 0 {
		t.Fatal("there is no message")
	}
	return size
}

// Neither a language nor an application in a record that a stranger cannot read
// shows in the length of the message that the stranger causes.
func TestLocaleAndApplicationDoNotChangeTheLengthOfAMessage(t *testing.T) {
	t.Parallel()
	longest := "Relations"
	want := map[string]int{}
	for _, about := range []struct{ tag, app string }{{"", "CRM"}, {"de", "CRM"}, {strings.Repeat("en-abcd-", 4) + "efg", longest}} {
		prepare := func() *world {
			w := newWorld(t, "apps.all=CRM, Wiki, "+longest, "apps.signup_allowed=CRM, "+longest, "signup.callback_service_list=", "enrol.verify_stop_after=1")
			w.mustRun("signup", localised("ada", "ada@example.com", about.tag, about.app))
			w.confirm(w.mustRun("signup", localised("zoe", "zoe@example.com", about.tag, about.app)).ConfirmToken)
			w.pass(5 * minute)
			return w
		}
		for _, request := range []ResendRequest{
			{Username: "ada", Email: "ada@example.com"},
			{Username: "ada", Email: "eve@example.com"},
			{Username: "zoe", Email: "zoe@example.com"},
			{Username: "eve", Email: "eve@example.com"},
		} {
			w := prepare()
			w.mustRun("resend", request)
			size := sizeOfMessage(t, w.Effects())
			if want["resend"] == 0 {
				want["resend"] = size
			}
			if size != want["resend"] {
				t.Errorf("%+v: resend of %s, %s writes %d bytes, want %d", about, request.Username, request.Email, size, want["resend"])
			}
		}
		for _, username := range []string{"ada", "zoe", "eve"} {
			w := prepare()
			w.run("verify", VerifyRequest{Username: username, Password: "wrong password", CurrentApp: "CRM"})
			size := sizeOfMessage(t, w.Effects())
			if want["verify"] == 0 {
				want["verify"] = size
			}
			if size != want["verify"] {
				t.Errorf("%+v: verify of %s writes %d bytes, want %d", about, username, size, want["verify"])
			}
		}
	}
}
