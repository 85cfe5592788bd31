package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// controls has one of each kind.
var controls = []string{
	"\u0001", "\t", "\n", "\r", "\u001b", "\u007f", "\u0085", "\u009b", "\u2028", "\u2029",
	"\u061c", "\u200b", "\u200e", "\u200f", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\u00ad", "\ufeff", "\ufff9", "\U000e0001", "\U000e0041", "\U0001d173",
	"\ufdd0", "\ufffe", "\uffff", "\U0010ffff",
}

// Every text of every request, except those with their own rules and codes.
func TestControlsAreRefusedInAllText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const ctx = `{"ctx":{"username":"ada","password":"correct horse battery","email":"ada@example.com","app_list":["CRM"],`
	for _, test := range []struct{ operation, request, field string }{
		{"signup", ctx + `"display_name":"a%b"}}`, "ctx.display_name"},
		{"signup", ctx + `"first_name":"%"}}`, "ctx.first_name"},
		{"signup", ctx + `"middle_name":"b%"}}`, "ctx.middle_name"},
		{"signup", ctx + `"last_name":"%b"}}`, "ctx.last_name"},
		{"signup", ctx + `"current_app":"CRM%"}}`, "ctx.current_app"},
		{"signup", ctx + `"attrs":{"locale":"e%n"}}}`, "ctx.attrs.locale"},
		{"signup", ctx + `"attrs":{"lo%cale":"en"}}}`, "ctx.attrs"},
		{"signup", ctx + `"attrs":{}},"current_app":"CRM%"}`, "current_app"},
		{"signup", ctx + `"attrs":{}},"idempotency_key":"k%"}`, "idempotency_key"},
		{"signup", ctx + `"attrs":{}},"cid":"c%"}`, "cid"},
		{"signup", ctx + `"attrs":{}},"remote_addr":"127.0.0.1%x"}`, "remote_addr"},
		{"signup", strings.Replace(ctx, `"CRM"`, `"CRM","C%M"`, 1) + `"attrs":{}}}`, "ctx.app_list"},
		{"validate", `{"ctx":{"display_name":"%"}}`, "ctx.display_name"},
		{"confirm", `{"confirm_token":"x","current_app":"%"}`, "current_app"},
		{"resend", `{"username":"ada","email":"ada@example.com","current_app":"%"}`, "current_app"},
		{"verify", `{"username":"ada","password":"x","current_app":"%"}`, "current_app"},
		{"get", `{"user_id":"%"}`, "user_id"},
		{"approve", `{"user_id":"%","super_user":true}`, "user_id"},
		{"reject", `{"user_id":"x","super_user":true,"reason":"because%of"}`, "reason"},
		{"lock", `{"user_id":"x","super_user":true,"current_user":"%"}`, "current_user"},
		{"pending", `{"status":"to-confirm%","super_user":true}`, "status"},
		{"purge", `{"cursor":"idem/%"}`, "cursor"},
		{"retry", `{"id":"%","super_user":true}`, "id"},
	} {
		for _, control := range controls {
			request := strings.ReplaceAll(test.request, "%", strings.Trim(inJSON(control), `"`))
			got := w.run(test.operation, request)
			if got.codes() != "E008002" || got.Field != test.field {
				t.Errorf("%s: %+q is answered %s, want E008002 about %s", test.operation, request, got.text, test.field)
			}
		}
	}
	if list := w.list(record.UserPrefix); len(list) > 0 {
		t.Errorf("there are %d accounts", len(list))
	}
}

// Usernames, addresses and passwords have their own codes for characters that
// they must not contain.
func TestControlsInFieldsWithTheirOwnCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.inform_if_user_invalid=True", "signup.inform_if_email_invalid=True")
	for _, control := range controls {
		for code, spoil := range map[string]func(*SignupRequest){
			"E00100": func(r *SignupRequest) { r.Username = "ada" + control + "l" },
			"E00200": func(r *SignupRequest) { r.Email = "ada" + control + "l@example.com" },
			"E00300": func(r *SignupRequest) { r.Password = Secret("correct horse" + control + "battery") },
		} {
			request := ask("ada", "ada@example.com")
			spoil(&request)
			if got := w.run("signup", request); !strings.HasPrefix(got.codes(), code) {
				t.Errorf("%+q is answered %s, want %s…", control, got.text, code)
			}
		}
	}
}

// Names of people keep the characters that their scripts need.
func TestTextThatPeopleWriteIsAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, name := range []string{
		"Ada Lovelace", "O'Brien, Pat", "René  Descartes", "نام\u200cخانوادگی", "क्\u200dष", "\u0600\u0661", "👩\u200d💻", "❤\ufe0f", "太郎　田中", "<b>bold</b>", "a\u00a0b", "\ue000",
	} {
		request := ask(strings.Repeat("x", i+2), "ada@example.com")
		request.DisplayName, request.Attrs = name, map[string]string{"note": name, name: "note"}
		w.mustRun("signup", request)
	}
}
