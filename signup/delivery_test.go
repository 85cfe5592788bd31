package signup

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// messagesByKind delivers everything that is due, and returns what the message
// service got, by kind.
func (w *world) messagesByKind() map[string]messageData {
	w.t.Helper()
	w.mustRun("dispatch", DispatchRequest{Limit: 100})
	messages := map[string]messageData{}
	for _, call := range w.calls {
		var data messageData
		if kind, _ := readBody(w.t, call, &data); kind == typeMessage {
			messages[data.Kind] = data
		}
	}
	return messages
}

// lives causes messages of all kinds.
func (w *world) lives() {
	w.t.Helper()
	w.mustRun("approve", ApprovalRequest{UserID: w.account("ada", "Ada@Example.com"), caller: caller{superUser: true}})
	w.mustRun("dispatch", `{}`)
	token := w.claim("bob", "bob@example.com")
	w.mustRun("dispatch", `{}`)
	w.mustRun("reject", ApprovalRequest{UserID: w.confirm(token).UserID, Reason: "no more places", caller: caller{superUser: true}})
	w.mustRun("dispatch", `{}`)
	w.claim("eve", "ada@example.com")
	w.claim("ada", "zoe@example.com")
}

func TestMessagesFollowTheConfiguration(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.site_name=Example", "signup.callback_service_list=",
		"signup.email_confirm_from=a@example.org", "signup.email_confirm_cc=b@example.org, c@example.org",
		"signup.email_confirm_bcc=d@example.org", "signup.email_confirm_template=confirm.txt",
		"signup.email_welcome_from=e@example.org", "signup.email_welcome_cc=f@example.org",
		"signup.email_welcome_bcc=g@example.org, h@example.org", "signup.email_welcome_template=welcome.txt")
	w.lives()
	messages := w.messagesByKind()
	for kind, want := range map[string]messageData{
		record.MessageConfirm:       {To: "bob@example.com", Username: "bob", Template: "confirm.txt"},
		record.MessageApproved:      {To: "Ada@Example.com", Username: "ada", Template: "welcome.txt"},
		record.MessageRejected:      {To: "bob@example.com", Username: "bob", Reason: "no more places"},
		record.MessageEmailTaken:    {To: "ada@example.com", Username: "eve"},
		record.MessageUsernameTaken: {To: "zoe@example.com", Username: "ada"},
	} {
		want.From, want.Cc, want.Bcc = "a@example.org", []string{"b@example.org", "c@example.org"}, []string{"d@example.org"}
		if kind == record.MessageApproved || kind == record.MessageRejected {
			want.From, want.Cc, want.Bcc = "e@example.org", []string{"f@example.org"}, []string{"g@example.org", "h@example.org"}
		}
		got, sent := messages[kind]
		if !sent {
			t.Errorf("no message %s was sent", kind)
			continue
		}
		if (got.Token != "") != (kind == record.MessageConfirm) {
			t.Errorf("%s: the token is %q", kind, got.Token)
		}
		same := got.To == want.To && got.Username == want.Username && got.Template == want.Template && got.Reason == want.Reason &&
			got.From == want.From && got.SiteName == "Example" && slices.Equal(got.Cc, want.Cc) && slices.Equal(got.Bcc, want.Bcc)
		if !same {
			t.Errorf("%s: got %+v, want %+v", kind, got, want)
		}
	}
}

// Disabled messages are never written.
func TestMessagesThatAreOffAreNotSent(t *testing.T) {
	t.Parallel()
	for off, want := range map[string]string{
		"signup.email_confirm_enabled=False": "approved rejected",
		"signup.email_welcome_enabled=False": "confirm email_taken username_taken",
	} {
		w := newWorld(t, off)
		w.lives()
		var kinds []string
		for kind := range w.messagesByKind() {
			kinds = append(kinds, kind)
		}
		slices.Sort(kinds)
		if got := strings.Join(kinds, " "); got != want {
			t.Errorf("with %s: %s, want %s", off, got, want)
		}
	}
}

func TestEmailServiceComesBeforeSMTP(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]string{
		"main.email_service=mailer main.smtp_conn=smtp": "mailer",
		"main.email_service=mailer main.smtp_conn=":     "mailer",
		"main.email_service= main.smtp_conn=smtp":       "enrol.smtp",
	} {
		w := newWorld(t, append(strings.Fields(settings), "signup.callback_service_list=")...)
		w.claim("ada", "ada@example.com")
		w.mustRun("dispatch", `{}`)
		if len(w.calls) != 1 || w.calls[0].Service != want {
			t.Errorf("%s: called was %+v, want %s", settings, w.calls, want)
		}
	}
}

// The receiver sees the same id in every try of an event.
func TestEventKeepsItsIDForTheReceiver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	w.refuse("mailer", "crm.created")
	for range 3 {
		w.mustRun("dispatch", `{}`)
		w.pass(10 * minute)
	}
	w.refuse()
	w.mustRun("dispatch", `{}`)
	ids := map[string]string{}
	for _, call := range w.calls {
		if id, known := ids[call.Service]; known && id != call.Headers.ID {
			t.Errorf("%s was given the id %s, and before %s", call.Service, call.Headers.ID, id)
		}
		ids[call.Service] = call.Headers.ID
	}
	if len(w.calls) != 8 || len(ids) != 2 || ids["mailer"] == ids["crm.created"] {
		t.Errorf("there were %d calls: %v", len(w.calls), ids)
	}
}

func TestCallbackHasTheNamesOfAPerson(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": "Augusta Ada King", "The Countess": "The Countess"} {
		w := newWorld(t)
		request := ask("ada", "ada@example.com")
		request.DisplayName, request.FirstName, request.MiddleName, request.LastName = given, "Augusta", "Ada", "King"
		w.mustRun("signup", request)
		w.mustRun("dispatch", `{}`)
		i := slices.IndexFunc(w.calls, func(call ServiceCall) bool { return call.Service == "crm.created" })
		part := `"display_name":"` + want + `","first_name":"Augusta","middle_name":"Ada","last_name":"King"`
		if i < 0 || !strings.Contains(w.calls[i].Body, part) {
			t.Errorf("given %q: the calls are %+v, want %s", given, w.calls, part)
		}
		if r := w.mustRun("get", GetRequest{Username: "ada"}); r.User.DisplayName != want {
			t.Errorf("given %q: shown is %s", given, r.text)
		}
	}
}
