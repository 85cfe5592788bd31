package admin_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
)

func TestAccountsAreFound(t *testing.T) {
	w := newWorld(t, superKey)
	id := w.join("grace")
	w.join("linus")
	w.signUp("gregor")
	w.signIn("ada")
	today := time.Now().UTC().Format(time.DateOnly)
	yesterday := time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	websitetest.Expect(t, w.get("/admin/search"), http.StatusOK, "Beginning of the username")
	for _, test := range []struct {
		fields []string
		names  string
	}{
		{nil, "grace gregor linus"},
		{[]string{"username", "GR"}, "grace gregor"},
		{[]string{"username", "gr", "state", "final"}, "grace"},
		{[]string{"email", "linus@example.com"}, "linus"},
		{[]string{"is_locked", "yes"}, ""},
		{[]string{"is_locked", "no", "approval_status", "before_decision", "state", "final"}, "grace linus"},
		{[]string{"until", yesterday}, ""},
		{[]string{"since", yesterday}, "grace gregor linus"},
	} {
		answer := w.post("/admin/search", test.fields...)
		websitetest.Expect(t, answer, http.StatusOK)
		var found []string
		for _, name := range []string{"grace", "gregor", "linus"} {
			if strings.Contains(answer.Body.String(), ">"+name+"</a>") {
				found = append(found, name)
			}
		}
		if got := strings.Join(found, " "); got != test.names {
			t.Errorf("%v: found %q, want %q", test.fields, got, test.names)
		}
		if test.names == "" && !strings.Contains(answer.Body.String(), "There are none.") {
			t.Errorf("%v: the page does not say that there are none", test.fields)
		}
	}
	websitetest.Expect(t, w.post("/admin/search", "username", "gra"), http.StatusOK, `user_id=`+id, `value="gra"`, "waits for approval")
	// What is wrong comes back.
	websitetest.Expect(t, w.post("/admin/search", "since", "yesterday", "username", "gra"), http.StatusUnprocessableEntity, `href="#since"`, `value="yesterday"`, `value="gra"`)
	websitetest.Expect(t, w.post("/admin/search", "since", today, "until", yesterday), http.StatusBadRequest, "E008002", `href="#until"`, `value="`+today+`"`)
	for _, entry := range w.audited("user.search") {
		if entry.CurrentUser != "admin:ada" {
			t.Errorf("got %+v", entry)
		}
	}
}

func TestSearchHasPages(t *testing.T) {
	w := newWorld(t, superKey)
	for i := range 51 {
		w.signUp("user" + string(rune('a'+i/26)) + string(rune('a'+i%26)))
	}
	w.signIn("ada")
	answer := w.post("/admin/search", "username", "user")
	websitetest.Expect(t, answer, http.StatusOK, `>useraa</a>`, ">Next page</button>")
	cursor := strings.SplitN(strings.SplitN(answer.Body.String(), `name="cursor" value="`, 2)[1], `"`, 2)[0]
	answer = w.post("/admin/search", "username", "user", "cursor", cursor)
	websitetest.Expect(t, answer, http.StatusOK, ">userby</a>")
	if strings.Contains(answer.Body.String(), ">userbx</a>") {
		t.Error("an account is on two pages")
	}
}

func TestAccountHasItsTrail(t *testing.T) {
	file, err := host.OpenAuditFile(filepath.Join(t.TempDir(), "audit.jsonl"), host.AuditFileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := newWorldWith(t, superKey, file)
	id := w.join("grace")
	w.signIn("ada")
	w.post("/admin/approve", "user_id", id, "back", "/waiting")
	answer := w.get("/admin/account?user_id=" + id)
	websitetest.Expect(t, answer, http.StatusOK, "user.approve_user", "by admin:ada", "from 192.0.2.1")
	for range 60 {
		w.get("/admin/account?user_id=" + id)
	}
	answer = w.get("/admin/account?user_id=" + id)
	_, after, more := strings.Cut(answer.Body.String(), "&amp;user_id="+id+`">Next entries`)
	if !more {
		t.Fatalf("there is no next page of entries: %s", after)
	}
}

func TestTrailThatCannotBeRead(t *testing.T) {
	w := newWorld(t, superKey) // with a trail in no file
	id := w.join("grace")
	w.signIn("ada")
	websitetest.Expect(t, w.get("/admin/account?user_id="+id), http.StatusOK, "The audit trail is not in a file here")
}

func TestNumbers(t *testing.T) {
	w := newWorld(t, superKey)
	w.signUp("grace")
	w.deliver()
	w.signIn("ada")
	websitetest.Expect(t, w.get("/admin"), http.StatusOK, "<dt>Sign-ups that wait for their token</dt><dd>1</dd>", "<dt>Dead letters</dt><dd>1</dd>",
		"<dt>signup: ok</dt><dd>1</dd>", "<dt>delivery to outbox: final</dt><dd>1</dd>")
}
