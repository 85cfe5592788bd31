package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/admin"
	"github.com/enrol-sso/enrol/host/internal/website/websitetest"
	"github.com/enrol-sso/enrol/signup"
)

const session = "__Host-enrol-admin"

func TestCookieOfASession(t *testing.T) {
	w := newWorld(t, superKey)
	w.signIn("ada")
	cookie := w.cookies[session]
	if cookie == nil || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge != 12*60*60 {
		t.Fatalf("got %v", cookie)
	}
	if strings.Contains(cookie.Value, superKey) {
		t.Error("the cookie has the key")
	}
	websitetest.Expect(t, w.get("/admin/dead"), http.StatusOK, "ada")
	websitetest.ExpectRedirect(t, w.post("/admin/sign-out"), "../admin/sign-in")
	if w.cookies[session] != nil {
		t.Error("the cookie stays after signing out")
	}
	websitetest.Expect(t, w.get("/admin/dead"), http.StatusForbidden, "Super-user key")
}

// A session outlives a restart, holds wherever its key is, and ends with it.
func TestSessionsAreOfTheirKey(t *testing.T) {
	w := newWorld(t, superKey)
	w.signIn("ada")
	other := strings.Repeat("x", 32)
	for _, test := range []struct {
		keys   string
		status int
	}{
		{superKey, 200}, {"new:" + other + "," + superKey, 200}, {other, 403}, {superKey + "\n" + other, 200}, {"", 403},
	} {
		w.open(signup.Secret(test.keys))
		websitetest.Expect(t, w.get("/admin/dead"), test.status)
	}
}

func TestSessionsEndAfterTwelveHours(t *testing.T) {
	now := time.Now()
	defer admin.SetClock(func() time.Time { return now })()
	w := newWorld(t, superKey)
	w.signIn("ada")
	now = now.Add(12*time.Hour - 2*time.Second)
	websitetest.Expect(t, w.get("/admin/dead"), http.StatusOK)
	now = now.Add(2 * time.Second)
	websitetest.Expect(t, w.get("/admin/dead"), http.StatusForbidden, "Your session has ended.")
}

func TestForgedSessionsAreRefused(t *testing.T) {
	w := newWorld(t, superKey)
	w.signIn("ada")
	genuine := w.cookies[session].Value
	mac, claims, _ := strings.Cut(genuine, ".")
	_, rest, _ := strings.Cut(claims, ".")
	for _, forged := range []string{
		"", ".", "..", "....", mac, claims, "." + claims, mac + ".", genuine + "x", mac + ".99999999999." + rest,
		strings.Replace(genuine, ".ada", ".bob", 1), strings.Repeat("A", len(mac)) + "." + claims, mac + "." + rest,
	} {
		w.cookies[session] = &http.Cookie{Name: session, Value: forged}
		websitetest.Expect(t, w.get("/admin/dead"), http.StatusForbidden)
	}
	// The token of the forms is no session.
	w.cookies[session].Value = genuine
	w.cookies[session].Value = w.token() + "." + claims
	websitetest.Expect(t, w.get("/admin/dead"), http.StatusForbidden)
}
