package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/signup"
)

func TestSomebodyIsApproved(t *testing.T) {
	w := newWorld(t, superKey)
	id := w.join("grace")
	w.signIn("ada")
	websitetest.Expect(t, w.get("/admin/waiting"), http.StatusOK, ">grace</a>", "grace@example.com")
	websitetest.ExpectRedirect(t, w.post("/admin/approve", "user_id", id, "back", "/waiting?status=to-approve"), "../admin/waiting?status=to-approve&done=approved")
	websitetest.Expect(t, w.get("/admin/waiting?status=to-approve&done=approved"), http.StatusOK, "The account is approved", "No account waits for approval.")
	websitetest.Expect(t, w.get("/admin/account?user_id="+id), http.StatusOK, "<dt>Decided by</dt><dd>admin:ada</dd>")
	entries := w.audited("user.approve_user")
	if len(entries) != 1 || entries[0].CurrentUser != "admin:ada" || entries[0].Result != "ok" || entries[0].TargetUser != id || entries[0].Extra.RemoteAddr != "192.0.2.1" {
		t.Errorf("got %+v", entries)
	}
	// Somebody else was faster.
	websitetest.Expect(t, w.post("/admin/reject", "user_id", id, "reason", "Not one of us", "back", "/waiting"), http.StatusForbidden,
		"E005001", "The state of the account does not allow this", ">grace</h1>")
}

func TestSomebodyIsRejected(t *testing.T) {
	w := newWorld(t, superKey)
	id := w.join("grace")
	w.signIn("ada")
	long := strings.Repeat("é", 1025)
	websitetest.Expect(t, w.post("/admin/reject", "user_id", id, "reason", long, "back", "/waiting"), http.StatusBadRequest, "E008002", `href="#reason"`, ">"+long+"</textarea>")
	websitetest.ExpectRedirect(t, w.post("/admin/reject", "user_id", id, "reason", "Not one of us", "back", "/waiting"), "../admin/waiting?done=rejected")
	websitetest.Expect(t, w.get("/admin/account?user_id="+id), http.StatusNotFound, "E001100", "There is no such account")
	if entries := w.audited("user.reject_user"); len(entries) == 0 || entries[len(entries)-1].CurrentUser != "admin:ada" || entries[len(entries)-1].Result != "ok" {
		t.Errorf("got %+v", entries)
	}
}

func TestSomebodyIsLockedAndUnlocked(t *testing.T) {
	w := newWorld(t, superKey)
	id := w.join("grace")
	w.signIn("ada")
	back := "/account?user_id=" + id
	for _, what := range []string{"lock", "unlock"} {
		websitetest.ExpectRedirect(t, w.post("/admin/"+what, "user_id", id, "back", back), "../admin"+back+"&done="+what+"ed")
		found, err := w.engine.Get(t.Context(), signup.GetRequest{UserID: id})
		if err != nil || found.User.IsLocked != (what == "lock") {
			t.Errorf("after %s: %+v %v", what, found.User, err)
		}
		websitetest.Expect(t, w.get("/admin"+back+"&done="+what+"ed"), http.StatusOK, "The account is "+what+"ed")
	}
	websitetest.Expect(t, w.post("/admin/lock", "user_id", "nobody", "back", back), http.StatusNotFound, "E001100")
}

func TestDeadLettersAreTriedAgain(t *testing.T) {
	w := newWorld(t, superKey)
	w.signUp("grace")
	w.signUp("linus")
	w.deliver()
	id := w.idOf("grace")
	w.signIn("ada")
	websitetest.Expect(t, w.get("/admin/dead"), http.StatusOK, "the mailbox is full", "outbox", id)
	websitetest.Expect(t, w.get("/admin/account?user_id="+id), http.StatusOK, "the mailbox is full")
	event := w.valueOf("/admin/dead", "id")
	websitetest.ExpectRedirect(t, w.post("/admin/retry", "id", event, "back", "/dead"), "../admin/dead?done=retried")
	websitetest.Expect(t, w.post("/admin/retry", "id", event, "back", "/dead"), http.StatusForbidden, "E005001", "There is no such dead letter any more", "the mailbox is full")
	websitetest.ExpectRedirect(t, w.post("/admin/retry-all", "back", "/dead"), "../admin/dead?count=1&done=all")
	websitetest.Expect(t, w.get("/admin/dead?done=all&count=1"), http.StatusOK, "1 dead letter is due again.", "There are none.")
	if entries := w.audited("event.retry"); len(entries) != 3 || entries[0].CurrentUser != "admin:ada" {
		t.Errorf("got %+v", entries)
	}
}

// Without the audit trail nothing is done, and the page says so.
func TestNothingIsDoneWithoutTheAuditTrail(t *testing.T) {
	w := newWorld(t, superKey)
	id := w.join("grace")
	w.signIn("ada")
	token := w.token()
	w.untrail = true
	r := formRequest("/admin/approve", "token", token, "user_id", id)
	websitetest.Expect(t, w.do(r), http.StatusServiceUnavailable, "E901002", "There is no decision", "cid ")
	w.untrail = false
	websitetest.Expect(t, w.get("/admin/waiting"), http.StatusOK, ">grace</a>")
	if !strings.Contains(w.log.String(), "no decision") || strings.Contains(w.log.String(), "example.com") {
		t.Errorf("the log is %s", w.log.String())
	}
}

// Names of accounts are text, whatever is in them.
func TestUnknownPagesAndNames(t *testing.T) {
	w := newWorld(t, superKey)
	websitetest.Expect(t, w.get("/admin/nothing"), http.StatusNotFound, "There is no such page.")
	websitetest.Expect(t, w.get("/admin/%77aiting"), http.StatusNotFound)
	websitetest.Expect(t, w.get("/administrator"), http.StatusNotFound)
	w.signIn("ada")
	websitetest.Expect(t, w.get("/admin"), http.StatusOK, "Numbers")
	websitetest.Expect(t, w.get("/admin/account"), http.StatusBadRequest, "E008003")
	websitetest.Expect(t, w.get("/admin/account?user_id="+strings.Repeat("x", 300)), http.StatusBadRequest, "E008002")
	websitetest.Expect(t, w.get("/admin/waiting?cursor=x"), http.StatusBadRequest, "E008002", "cursor")
	websitetest.Expect(t, w.get("/admin/dead?done=%3Cb%3E&count=x"), http.StatusOK)
}
