package admin_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/admin"
	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
)

func TestWithoutAKeyNobodyIsAdmitted(t *testing.T) {
	w := newWorld(t, "")
	for _, path := range []string{"/admin", "/admin/sign-in", "/admin/waiting"} {
		websitetest.Expect(t, w.get(path), http.StatusForbidden, "--super-api-key-file", "ENROL_SUPER_API_KEY")
	}
	for _, key := range []string{"", superKey} {
		websitetest.Expect(t, w.do(formRequest("/admin/sign-in", "name", "ada", "key", key)), http.StatusForbidden, "ENROL_SUPER_API_KEY")
	}
	websitetest.Expect(t, w.do(formRequest("/admin/lock", "user_id", "x")), http.StatusForbidden, "ENROL_SUPER_API_KEY")
	if len(w.cookies) > 0 || len(w.trail) > 0 {
		t.Errorf("there are cookies or entries: %v %v", w.cookies, w.trail)
	}
}

func TestSignInIsAudited(t *testing.T) {
	w := newWorld(t, "ops:"+superKey)
	websitetest.Expect(t, w.enter("ada", strings.Repeat("y", 32)), http.StatusForbidden, "This is not the key of a super-user.", `value="ada"`)
	websitetest.ExpectRedirect(t, w.enter("ada", superKey), "../admin/dead")
	w.post("/admin/sign-out")
	tried := w.audited("admin.sign_in")
	if len(tried) != 2 {
		t.Fatalf("got %v", tried)
	}
	if e := tried[0]; e.Result != "error" || e.CurrentUser != "" || e.TargetUser != "" || e.Extra.RemoteAddr != "192.0.2.1" || len(e.Extra.SubStatus) != 1 || e.CID == "" {
		t.Errorf("a wrong key is %+v", e)
	}
	if e := tried[1]; e.Result != "ok" || e.CurrentUser != "key:ops" || e.TargetUser != "admin:ada" || e.Extra.RemoteAddr != "192.0.2.1" {
		t.Errorf("a sign-in is %+v", e)
	}
	if out := w.audited("admin.sign_out"); len(out) != 1 || out[0].CurrentUser != "admin:ada" {
		t.Errorf("a sign-out is %+v", out)
	}
	if strings.Contains(w.log.String(), superKey) {
		t.Error("the log has the key")
	}
}

func TestNobodySignsInWithoutTheAuditTrail(t *testing.T) {
	w := newWorld(t, superKey)
	w.untrail = true
	websitetest.Expect(t, w.enter("ada", superKey), http.StatusServiceUnavailable, "the audit trail cannot be written", `value="ada"`)
	if w.cookies[session] != nil {
		t.Error("there is a session")
	}
}

func TestWrongKeysAreLimited(t *testing.T) {
	now := time.Now()
	defer admin.SetClock(func() time.Time { return now })()
	w := newWorld(t, superKey)
	for range 20 { // right keys do not count
		w.signIn("ada")
		w.post("/admin/sign-out")
	}
	for range 10 {
		websitetest.Expect(t, w.enter("ada", "wrong"), http.StatusForbidden, "not the key")
	}
	answer := w.enter("ada", superKey) // which would tell that it is right
	websitetest.Expect(t, answer, http.StatusTooManyRequests, "too many wrong keys", `value="ada"`)
	seconds, err := strconv.Atoi(answer.Header().Get("Retry-After"))
	if err != nil || seconds < 1 || seconds > 360 {
		t.Errorf("Retry-After is %q", answer.Header().Get("Retry-After"))
	}
	if entries := w.audited("admin.sign_in"); len(entries) != 30 {
		t.Errorf("there are %d entries", len(entries))
	}
	other := formRequest("/admin/sign-in", "form", w.valueOf("/admin/sign-in", "form"), "name", "bob", "key", superKey)
	other.RemoteAddr = "198.51.100.7:1"
	if answer := w.do(other); answer.Code != http.StatusSeeOther {
		t.Errorf("another address gets %d", answer.Code)
	}
	w.post("/admin/sign-out")
	now = now.Add(time.Duration(seconds) * time.Second)
	w.signIn("ada")
}

func TestWhatIsEnteredWhenSigningIn(t *testing.T) {
	w := newWorld(t, superKey)
	for _, name := range []string{"", "a b", "ada@example.com", "ädä", strings.Repeat("a", 65), "<b>"} {
		websitetest.Expect(t, w.enter(name, superKey), http.StatusUnprocessableEntity, `href="#name"`, "Enter your name")
	}
	websitetest.Expect(t, w.enter("ada", ""), http.StatusUnprocessableEntity, `href="#key"`, "Enter the key.", `value="ada"`)
	websitetest.ExpectRedirect(t, w.enter(" a.B-c_9 ", " "+superKey+"\n"), "../admin/dead")
	websitetest.Expect(t, w.get("/admin/dead"), http.StatusOK, "a.B-c_9")
	websitetest.ExpectRedirect(t, w.get("/admin/sign-in"), "../admin/waiting")
}

// A form of another browser or of an earlier cookie signs nobody in.
func TestFormOfSigningInNeedsItsCookie(t *testing.T) {
	w := newWorld(t, superKey)
	form := w.valueOf("/admin/sign-in", "form")
	websitetest.Expect(t, w.do(formRequest("/admin/sign-in", "form", strings.Repeat("A", 26), "name", "ada", "key", superKey)), http.StatusForbidden, "old one", `value="ada"`)
	clear(w.cookies)
	websitetest.Expect(t, w.do(formRequest("/admin/sign-in", "form", form, "name", "ada", "key", superKey)), http.StatusForbidden, "did not send the cookie", `value="ada"`)
	if w.cookies[session] != nil {
		t.Error("there is a session")
	}
}

// Over plain http from another machine, the page says why nobody can sign in.
func TestPlainHTTP(t *testing.T) {
	w := newWorld(t, superKey)
	for _, test := range []struct {
		host, site string
		tls        bool
		plain      bool
	}{
		{"enrol.example.com", "", false, true},
		{"10.0.0.1:8080", "", false, true},
		{"enrol.example.com", "none", false, false}, // behind a proxy with TLS
		{"enrol.example.com", "", true, false},
		{"localhost:8080", "", false, false},
		{"127.0.0.1:8080", "", false, false},
		{"[::1]:8080", "", false, false},
		{"localhost.example.com", "", false, true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/admin/sign-in", nil)
		r.Host = test.host
		if r.Header.Del("Sec-Fetch-Site"); test.site != "" {
			r.Header.Set("Sec-Fetch-Site", test.site)
		}
		if test.tls {
			r.TLS = &tls.ConnectionState{}
		}
		answer := w.do(r)
		said := strings.Contains(answer.Body.String(), "over plain http")
		if form := strings.Contains(answer.Body.String(), `type="password"`); said != test.plain || form == test.plain {
			t.Errorf("%+v: %d %s", test, answer.Code, answer.Body)
		}
	}
}

// Nobody is led elsewhere after signing in.
func TestWhereSigningInLeads(t *testing.T) {
	for to, want := range map[string]string{
		"":                               "../admin/waiting",
		"/dead":                          "../admin/dead",
		"/account?user_id=A&x=%22":       "../admin/account?user_id=A&x=%22",
		"/lock":                          "../admin/waiting",
		"/sign-in":                       "../admin/waiting",
		"https://evil.example/":          "../admin/waiting",
		"//evil.example":                 "../admin/waiting",
		"/dead/../../x":                  "../admin/waiting",
		"/dead?x=%zz":                    "../admin/waiting",
		"/dead?a=1\r\nSet-Cookie: x=1":   "../admin/dead?a=1%0D%0ASet-Cookie%3A+x%3D1",
		"/waiting?status=to-confirm#top": "../admin/waiting?status=to-confirm%23top",
	} {
		w := newWorld(t, superKey)
		form := w.valueOf("/admin/sign-in", "form")
		websitetest.ExpectRedirect(t, w.do(formRequest("/admin/sign-in", "form", form, "name", "ada", "key", superKey, "to", to)), want)
	}
}

// What was entered is not lost when the session ends meanwhile.
func TestFormWithoutASession(t *testing.T) {
	w := newWorld(t, superKey)
	answer := w.do(formRequest("/admin/reject", "user_id", "x", "reason", "Not <one> of us", "back", "/waiting?status=to-approve"))
	websitetest.Expect(t, answer, http.StatusForbidden, "Nothing was done", "Not &lt;one&gt; of us", `name="to" value="/waiting?status=to-approve"`)
	answer = w.get("/admin/account?user_id=A")
	if to := regexp.MustCompile(`name="to" value="([^"]*)"`).FindStringSubmatch(answer.Body.String()); to == nil || to[1] != "/account?user_id=A" {
		t.Errorf("got %v", to)
	}
}
