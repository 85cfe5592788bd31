package signup

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// messagesByKind delivers all that is due, and returns what the message service
// was given, by kinds.
func (w *world) messagesByKind() map[string]messageData {
	w.t.Helper()
	w.mustRun("dispatch", DispatchRequest{Limit: 100})
	messages := map[string]messageData{}
	for _, call := range w.calls {
		var body struct {
			Type string      `json:"type"`
			Data messageData `json:"data"`
		}
		if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
			w.t.Fatal(err)
		}
		if body.Type == typeMessage {
			messages[body.Data.Kind] = body.Data
		}
	}
	return messages
}

// lives makes an account of everything that messages are about.
func (w *world) lives() {
	w.t.Helper()
	w.mustRun("approve", ApprovalRequest{UserID: w.account("ada", "Ada@Example.com"), SuperUser: true})
	w.mustRun("dispatch", `{}`)
	w.mustRun("reject", ApprovalRequest{UserID: w.account("bob", "bob@example.com"), Reason: "no more places", SuperUser: true})
	w.mustRun("dispatch", `{}`)
	w.claim("eve", "ada@example.com")
	w.claim("ada", "zoe@example.com")
}

func TestMessagesSayWhatTheConfigurationSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "main.site_name=Example", "signup.callback_service_list=",
		"signup.email_confirm_from=a@example.org", "signup.email_confirm_cc=b@example.org, c@example.org",
		"signup.email_confirm_bcc=d@example.org", "signup.email_confirm_template=confirm.txt",
		"signup.email_welcome_from=e@example.org", "signup.email_welcome_cc=f@example.org",
		"signup.email_welcome_bcc=g@example.org, h@example.org", "signup.email_welcome_template=welcome.txt")
	w.lives()
	messages := w.messagesByKind()
	for kind, want := range map[string]messageData{
		messageConfirm:       {To: "bob@example.com", Username: "bob", Template: "confirm.txt"},
		messageWelcome:       {To: "Ada@Example.com", Username: "ada", Template: "welcome.txt"},
		messageRejected:      {To: "bob@example.com", Username: "bob", Reason: "no more places"},
		messageEmailTaken:    {To: "ada@example.com", Username: "eve"},
		messageUsernameTaken: {To: "zoe@example.com", Username: "ada"},
	} {
		want.From, want.Cc, want.Bcc = "a@example.org", []string{"b@example.org", "c@example.org"}, []string{"d@example.org"}
		if kind == messageWelcome || kind == messageRejected {
			want.From, want.Cc, want.Bcc = "e@example.org", []string{"f@example.org"}, []string{"g@example.org", "h@example.org"}
		}
		got, sent := messages[kind]
		if !sent {
			t.Errorf("no message %s was sent", kind)
			continue
		}
		if (got.Token != "") != (kind == messageConfirm) {
			t.Errorf("%s: the token is %q", kind, got.Token)
		}
		same := got.To == want.To && got.Username == want.Username && got.Template == want.Template && got.Reason == want.Reason &&
			got.From == want.From && got.SiteName == "Example" && slices.Equal(got.Cc, want.Cc) && slices.Equal(got.Bcc, want.Bcc)
		if !same {
			t.Errorf("%s: got %+v, want %+v", kind, got, want)
		}
	}
}

// Messages that are switched off are not written, whoever asks for what.
func TestMessagesThatAreOffAreNotSent(t *testing.T) {
	t.Parallel()
	for off, want := range map[string]string{
		"signup.email_confirm_enabled=False": "rejected welcome",
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

// However often an event is tried, its receiver sees one id.
func TestEventKeepsItsIDForTheReceiver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	w.refuse("mailer", "crm.created")
	for range 3 {
		w.mustRun("dispatch", `{}`)
		w.now += 10 * minute
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

func TestCallbackTellsTheNamesOfAPerson(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": "Augusta Ada King", "The Countess": "The Countess"} {
		w := newWorld(t)
		request := ask("ada", "ada@example.com")
		request.Ctx.DisplayName, request.Ctx.FirstName, request.Ctx.MiddleName, request.Ctx.LastName = given, "Augusta", "Ada", "King"
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
