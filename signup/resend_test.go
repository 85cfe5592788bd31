package signup

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/memory"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// tokensSent returns the tokens of all messages, in order.
func (w *world) tokensSent() []string {
	w.t.Helper()
	var tokens []string
	for _, call := range w.calls {
		var body struct {
			Type string `json:"type"`
			Data struct {
				Token string `json:"token"`
			} `json:"data"`
		}
		if err := json.Unmarshal([]byte(call.Body), &body); err != nil {
			w.t.Fatal(err)
		}
		if body.Type == typeMessage {
			tokens = append(tokens, body.Data.Token)
		}
	}
	return tokens
}

func TestResendSendsANewToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.claim("ada", "ada@example.com")
	w.drainNow()
	for range 3 {
		w.pass(minute)
		r := w.mustRun("resend", ResendRequest{Username: "ADA", Email: "Ada@EXAMPLE.com"})
		if strings.Contains(r.text, "token") {
			t.Errorf("the answer is %s", r.text)
		}
		w.drainNow()
		w.checkInvariants()
		if got := recordOf[record.User](t, w.list(record.UserPrefix)[0]).Expires; got != w.Clock.Now()+1440*minute {
			t.Errorf("the claim expires at %d, want %d", got, w.Clock.Now()+1440*minute)
		}
	}
	sent := w.tokensSent()
	if len(sent) != 4 || sent[0] != first {
		t.Fatalf("tokens sent: %v", sent)
	}
	all := w.dump()
	for i, want := range []string{"", "E005006", "E005006", ""} {
		other := w.fork(9)
		other.use(memory.New())
		for _, e := range all {
			other.write(kv.Put{Key: e.Key, Data: e.Data})
		}
		if r := other.confirm(sent[i]); r.codes() != want {
			t.Errorf("token %d: %s, want %q", i, r.text, want)
		}
	}
}

// drainNow dispatches what is due, without moving the clock.
func (w *world) drainNow() {
	w.t.Helper()
	for w.mustRun("dispatch", `{"limit":100}`).More {
		continue
	}
}

// resendWorld returns a world with claims of ada and bob and an account of zoe.
func resendWorld(t *testing.T, changes ...string) *world {
	t.Helper()
	w := newWorld(t, changes...)
	w.claim("ada", "ada@example.com")
	w.claim("bob", "bob@example.com")
	w.account("zoe", "zoe@example.com")
	w.drain()
	w.calls = nil
	return w
}

// voidResends returns requests for which there is nothing to send in a
// resendWorld.
func voidResends() map[string]ResendRequest {
	return map[string]ResendRequest{
		"another's name":    {Username: "bob", Email: "ada@example.com"},
		"no such name":      {Username: "eve", Email: "ada@example.com"},
		"no name":           {Username: "a b", Email: "ada@example.com"},
		"other address":     {Username: "ada", Email: "eve@example.com"},
		"no address":        {Username: "ada", Email: "nobody"},
		"confirmed":         {Username: "zoe", Email: "zoe@example.com"},
		"a void one's name": {Username: nobody.username, Email: nobody.email},
	}
}

// Neither the answer nor the effects reveal whether there is such a claim.
func TestResendRevealsNothing(t *testing.T) {
	t.Parallel()
	requests := voidResends()
	requests["right"] = ResendRequest{Username: "ada", Email: "ada@example.com"}
	for name, request := range requests {
		w := resendWorld(t)
		r := w.mustRun("resend", request)
		if r.text != `{"cid":"`+r.CID+`","status":"ok"}` {
			t.Errorf("%s: %s", name, r.text)
		}
		if got, want := w.kinds(), "now entropy audit get get get audit commit"; got != want {
			t.Errorf("%s: effects %s, want %s", name, got, want)
		}
		if batch := w.Effects()[len(w.Effects())-1].Batch; len(batch.Puts) != 6 || len(batch.Checks) != 4 || len(batch.Deletes) != 2 {
			t.Errorf("%s: the commit is %+v", name, batch)
		}
		w.checkInvariants()
		w.drain()
		if sent := len(w.tokensSent()); (sent == 1) != (name == "right") {
			t.Errorf("%s: %d messages", name, sent)
		}
		w.checkInvariants()
	}
}

// A resend with nothing to send reserves no name, and the next purge removes
// what it wrote.
func TestVoidResendLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, request := range voidResends() {
		for _, settings := range [][]string{{}, {"main.encrypt_email=False", "main.encrypt_password=False"}} {
			w := resendWorld(t, settings...)
			want := w.dump()
			w.mustRun("resend", request)
			w.drainNow()
			w.pass(1)
			w.mustRun("purge", `{}`)
			w.checkInvariants()
			if got := w.dump(); !slices.Equal(got, want) {
				t.Errorf("%s: the store holds\n%v\nand held\n%v", name, got, want)
			}
		}
	}
}

func TestResendHasACooldown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.resend_cooldown=120")
	w.claim("ada", "ada@example.com")
	w.drainNow()
	for wait, want := range []int{1, 1, 2, 2, 3} { // minutes after the signup
		w.mustRun("resend", ResendRequest{Username: "ada", Email: "ada@example.com"})
		w.drainNow()
		if got := len(w.tokensSent()); got != want {
			t.Errorf("after %d minutes %d messages were sent, want %d", wait, got, want)
		}
		w.pass(minute)
	}
}

func TestConfirmCanRequireThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.confirm_requires_password=True")
	token := Secret(w.claim("ada", "ada@example.com"))
	for _, password := range []Secret{"Wrong", "wrong"} {
		if r := w.run("confirm", ConfirmRequest{ConfirmToken: token, Password: password}); r.codes() != string(NotAllowed) {
			t.Errorf("with %q: %s", string(password), r.text)
		}
	}
	w.mustRun("confirm", ConfirmRequest{ConfirmToken: token, Password: goodPassword})
}

func TestResendGoesToTheAddressOfTheClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=")
	w.claim("Ada", "Ada@Example.com")
	w.mustRun("dispatch", `{}`)
	w.calls = nil
	w.pass(5 * minute)
	request := ResendRequest{Username: "ada", Email: "ADA@EXAMPLE.COM", CurrentApp: "CRM"}
	w.mustRun("resend", request)
	if m := w.messagesByKind()[record.MessageConfirmResent]; m.To != "Ada@Example.com" || m.Username != "Ada" {
		t.Errorf("got %+v", m)
	}
	request.CurrentApp = "none"
	if r := w.run("resend", request); r.codes() != string(AppListInvalid) {
		t.Errorf("from an application that there is not: %s", r.text)
	}
}

// A claim lives for a full confirm_within from each resend, at most seven
// times, with all records that lead to it. After that a resend gets the same
// answer, and does nothing. A void claim lives exactly as long, and the owner
// of its address gets as many messages.
func TestResendExtendsAClaimSevenTimes(t *testing.T) {
	t.Parallel()
	for _, void := range []bool{false, true} {
		w := newWorld(t, "signup.callback_service_list=", "enrol.confirm_within=60")
		if void {
			w.account("eve", "ada@example.com")
		}
		first := w.claim("ada", "ada@example.com")
		w.drainNow()
		w.calls = nil
		request := ResendRequest{Username: "ada", Email: "ada@example.com"}
		for n := 1; n <= 9; n++ {
			w.pass(50 * minute)
			if n > 7 {
				w.pass(-(48 * minute))
			}
			w.mustRun("resend", request)
			w.drainNow()
			w.purgeAll()
			w.checkInvariants()
			if got := len(w.calls); got != min(n, 7) {
				t.Errorf("void %v: after %d resends there are %d messages", void, n, got)
			}
		}
		kind := record.MessageConfirmResent
		if void {
			kind = record.MessageEmailTaken
		}
		if m := w.messagesByKind()[kind]; m.To != "ada@example.com" || (m.Token == "") != void {
			t.Errorf("void %v: the messages are %+v", void, w.messagesByKind())
		}
		if r := w.mustRun("get", GetRequest{Username: "ada"}); r.User.SignUpStatus != beforeConfirmation {
			t.Errorf("void %v: %s", void, r.text)
		}
		if r := w.fork(5).confirm(first); !void && !r.OK() || void && r.codes() != "E005006" {
			t.Errorf("void %v: the first token is answered %s", void, r.text)
		}
		w.pass(60 * minute)
		w.purgeAll()
		if left := len(w.list(record.TokenPrefix)); left != 0 {
			t.Errorf("void %v: %d tokens are left", void, left)
		}
		w.checkInvariants()
	}
}
