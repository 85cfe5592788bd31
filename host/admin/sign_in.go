package admin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/website"
	"github.com/enrol-sso/enrol/signup"
)

// Operations in the audit trail.
const (
	auditSignIn  = "admin.sign_in"
	auditSignOut = "admin.sign_out"
)

// Limits of wrong keys in an hour, as website.Counts counts them.
const (
	wrongKeysOfClient = 10
	wrongKeysNoted    = 1_000 // in the audit trail, from all addresses together, so that they do not fill the disk
)

// everybody stands for all clients together.
var everybody = netip.MustParsePrefix("0.0.0.0/32")

// maxName is the length of an operator's name: what the audit trail can have.
const maxName = 64

// showSignIn shows the form, or leads on somebody who is signed in.
func (v *visit) showSignIn() {
	if v.session != nil {
		v.redirect("/waiting")
		return
	}
	v.showSignInForm(http.StatusOK, view{})
}

// askToSignIn shows the form in place of a page that needs a session. What was posted
// without one comes back.
func (v *visit) askToSignIn() {
	content := view{To: v.path}
	if v.r.URL.RawQuery != "" {
		content.To += "?" + v.r.URL.RawQuery
	}
	if v.r.Method == http.MethodPost {
		content.To = v.field("back")
		content.Kept = v.field("reason")
	}
	if cookie, err := v.r.Cookie(sessionCookie); err == nil && cookie.Value != "" {
		content.Message = "Your session has ended."
	}
	if v.r.Method == http.MethodPost {
		content.Message = "Nothing was done, because you are not signed in."
	}
	v.showSignInForm(http.StatusForbidden, content)
}

// showSignInForm shows the form, with a cookie that only its browser has.
func (v *visit) showSignInForm(status int, content view) {
	content.PlainHTTP = v.isPlainHTTP()
	if content.PlainHTTP {
		status = http.StatusForbidden
	} else {
		content.FormToken = v.formOf()
		if content.FormToken == "" {
			content.FormToken = rand.Text()
		}
		setCookie(v.w, formCookie, content.FormToken)
	}
	v.show(status, "sign-in", content)
}

// formOf returns the cookie of the form of signing in, "" if there is none.
func (v *visit) formOf() string {
	cookie, err := v.r.Cookie(formCookie)
	if err != nil || len(cookie.Value) != len(rand.Text()) {
		return ""
	}
	return cookie.Value
}

// isPlainHTTP reports whether a browser sees this page over plain http from another
// machine: the key would cross the network in plain text, and the browser would keep
// no session. Browsers send Sec-Fetch-Site over https and to their own machine only.
func (v *visit) isPlainHTTP() bool {
	return v.r.TLS == nil && v.r.Header.Get("Sec-Fetch-Site") == "" && !isLoopback(v.r.Host)
}

// isLoopback reports whether a Host header names the browser's own machine.
func isLoopback(host string) bool {
	u := url.URL{Host: host}
	address, err := netip.ParseAddr(u.Hostname())
	return strings.EqualFold(u.Hostname(), "localhost") || err == nil && address.Unmap().IsLoopback()
}

// signIn begins a session for somebody who has a super-user's key.
func (v *visit) signIn() {
	if !v.readForm() {
		return
	}
	name := strings.TrimSpace(v.field("name"))
	content := view{Name: name, To: v.field("to")}
	refuse := func(status int, field, text string) {
		content.Problems = []problem{{Field: field, Text: text}}
		v.showSignInForm(status, content)
	}
	form, given := v.formOf(), v.field("form")
	switch {
	case form == "":
		refuse(http.StatusForbidden, "", "Your browser did not send the cookie of this form. It keeps it only over https, at http://localhost or at http://127.0.0.1, "+
			"and Safari only over https. If you allowed no cookies, allow them for this page.")
		return
	case subtle.ConstantTimeCompare([]byte(form), []byte(given)) == 0:
		refuse(http.StatusForbidden, "", "This form is an old one. Please try again.")
		return
	case !isName(name):
		refuse(http.StatusUnprocessableEntity, "name", "Enter your name: up to 64 of the letters A to Z and a to z, digits, full stops, hyphens and underscores.")
		return
	case v.field("key") == "":
		refuse(http.StatusUnprocessableEntity, "key", "Enter the key.")
		return
	}
	tries := website.Counted{Kind: "key", Client: httpapi.Neighbourhood(v.client)}
	if wait := v.h.wrong.Take(tries, wrongKeysOfClient); wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		v.w.Header().Set("Retry-After", strconv.Itoa(seconds))
		refuse(http.StatusTooManyRequests, "", fmt.Sprintf("There were too many wrong keys from your address. Try again in %d minutes.", (seconds+59)/60))
		return
	}
	key := v.h.keyOf(strings.TrimSpace(v.field("key")))
	if key == nil {
		v.noteWrongKey()
		refuse(http.StatusForbidden, "key", "This is not the key of a super-user.")
		return
	}
	v.h.wrong.GiveBack(tries, wrongKeysOfClient)
	v.session = v.h.newSession(key, name)
	err := v.note(auditSignIn, signup.AuditEvent{CurrentUser: "key:" + key.name, TargetUser: v.session.currentUser(), Result: signup.StatusOK})
	if err != nil {
		v.session = nil
		refuse(http.StatusServiceUnavailable, "", "Nobody can sign in, because the audit trail cannot be written.")
		return
	}
	setCookie(v.w, sessionCookie, v.session.token())
	setCookie(v.w, formCookie, "")
	v.redirect(pathTo(v.field("to")))
}

// signOut ends a session in this browser.
func (v *visit) signOut() {
	if err := v.note(auditSignOut, signup.AuditEvent{CurrentUser: v.session.currentUser(), Result: signup.StatusOK}); err != nil {
		v.h.logger.Error("a sign-out could not be noted in the audit trail", "error", err)
	}
	setCookie(v.w, sessionCookie, "")
	v.redirect("/sign-in")
}

// noteWrongKey records a wrong key, without the key and the name that came with it.
func (v *visit) noteWrongKey() {
	if v.h.wrong.Take(website.Counted{Kind: "note", Client: everybody}, wrongKeysNoted) > 0 {
		return
	}
	event := signup.AuditEvent{Result: signup.StatusError}
	event.Extra.SubStatus = []signup.Code{signup.NotAllowed}
	if err := v.note(auditSignIn, event); err != nil {
		v.h.logger.Error("a wrong key could not be noted in the audit trail", "error", err)
	}
}

// note appends an entry about an operator to the audit trail, even if the browser is
// gone.
func (v *visit) note(operation string, event signup.AuditEvent) error {
	event.CID, event.Op, event.Extra.RemoteAddr = host.NewCID(), operation, v.client
	return v.h.engine.Note(context.WithoutCancel(v.r.Context()), event)
}

// isName reports whether the audit trail can have a text as an operator's name.
func isName(text string) bool {
	if text == "" || len(text) > maxName {
		return false
	}
	for _, b := range []byte(text) {
		if (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'z') && b != '.' && b != '_' && b != '-' {
			return false
		}
	}
	return true
}

// pathTo returns a path after httpapi.AdminPath that a form names, if it is a page
// that can be shown, and else that of the first page.
func pathTo(asked string) string {
	path, query, _ := strings.Cut(asked, "?")
	route, known := routes[path]
	values, err := url.ParseQuery(query)
	if !known || path == "" || route.open || route.serve[http.MethodGet] == nil || err != nil {
		return "/waiting"
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}
