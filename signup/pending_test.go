package signup

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// The list shows those who wait, and nobody else.
func TestPendingShowsWhoWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := ask("Ada", "Ada@Example.com")
	request.RemoteAddr = []string{"192.0.2.7", "2001:db8::1"}
	request.DisplayName = "The Countess"
	token := w.mustRun("signup", request).ConfirmToken
	w.account("bob", "bob@example.com")
	w.claim("zoe", "bob@example.com") // void: nobody can confirm it
	list := func(status string) string {
		return w.mustRun("pending", PendingRequest{Status: status, caller: caller{superUser: true}}).text
	}
	id := w.mustRun("get", GetRequest{Username: "ada"}).User.UserID
	ada := `"users":[{"user_id":"` + id + `","username":"Ada","email":"Ada@Example.com","display_name":"The Countess",` +
		`"sign_up_time":"2026-09-21T14:13:20Z","remote_addr":"192.0.2.7;2001:db8::1"}]`
	if text := list(toConfirm); !strings.Contains(text, ada) {
		t.Errorf("to confirm: %s, want %s", text, ada)
	}
	if text := list(toApprove); !strings.Contains(text, `"username":"bob"`) || strings.Contains(text, id) {
		t.Errorf("to approve: %s", text)
	}
	w.confirm(token)
	w.mustRun("approve", ApprovalRequest{UserID: w.mustRun("get", GetRequest{Username: "bob"}).User.UserID, caller: caller{superUser: true}})
	if text := list(toApprove); !strings.Contains(text, ada) || strings.Contains(text, `"bob"`) {
		t.Errorf("to approve: %s, want %s", text, ada)
	}
	if text := list(toConfirm); !strings.Contains(text, `"users":[]`) {
		t.Errorf("to confirm: %s", text)
	}
}

// An entry whose account has been approved meanwhile is skipped.
func TestPendingSkipsWhoNoLongerWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.account("ada", "ada@example.com")
	user := *read[record.User](w, record.UserPrefix+id)
	user.ApprovalStatus = record.ApprovalApproved
	w.write(record.Put(record.UserPrefix+id, &user))
	if r := w.mustRun("pending", PendingRequest{Status: toApprove, caller: caller{superUser: true}}); len(r.Users) != 0 {
		t.Errorf("got %s", r.text)
	}
}

func TestPendingHasALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"ada", "bob", "zoe"} {
		w.claim(name, name+"@example.com")
	}
	r := w.mustRun("pending", PendingRequest{Status: toConfirm, Limit: 2, caller: caller{superUser: true}})
	if len(r.Users) != 2 || r.Cursor == "" {
		t.Errorf("got %s", r.text)
	}
}
