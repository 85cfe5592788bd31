package admin

import (
	"io"
	"net/http"
	"strings"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/host/internal/website"
)

// visit is one request of a page, and what its answer shows.
type visit struct {
	h       *handler
	w       http.ResponseWriter
	r       *http.Request
	path    string // after httpapi.AdminPath
	nonce   string
	client  string   // the client address, "" if it has none
	session *session // nil: nobody is signed in
}

// link returns the relative URL of a path after httpapi.AdminPath.
func (v *visit) link(path string) string {
	up := strings.Count(v.r.URL.EscapedPath(), "/") - 1
	return strings.Repeat("../", max(0, up)) + strings.TrimPrefix(httpapi.AdminPath, "/") + path
}

// redirect leads to a path after httpapi.AdminPath by GET.
func (v *visit) redirect(path string) {
	v.setHeaders()
	v.w.Header().Set("Location", v.link(path))
	v.w.WriteHeader(http.StatusSeeOther)
}

// pageBug is what operators see of a bug in a page.
const pageBug = "This page has a bug. The log of the server has the reason."

// show answers with a page.
func (v *visit) show(status int, page string, content view) {
	content.visit = v
	content.Page = page
	v.setHeaders()
	render := func(w io.Writer) error { return pages[page].Execute(w, &content) }
	if err := website.Answer(v.w, status, render, pageBug); err != nil {
		v.h.logger.Error("a page for operators cannot be rendered", "page", page, "error", err)
	}
}

// setHeaders sets the headers of every page.
func (v *visit) setHeaders() {
	header := v.w.Header()
	website.SetHeaders(header)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Language", "en")
	header.Set("Content-Security-Policy", website.Policy(v.nonce))
}

// refuse answers a request that was not served with a page that says why.
func (v *visit) refuse(status int, message string) {
	v.unread()
	v.show(status, "error", view{Message: message})
}

// unread closes the connection after the answer, without waiting for the rest of
// the body.
func (v *visit) unread() { website.LeaveUnread(v.w, v.r) }

// formProblems are the texts for forms that website.ReadForm refuses.
var formProblems = map[int]string{
	http.StatusBadRequest:            "The form has something other than text, so that nothing was done.",
	http.StatusRequestEntityTooLarge: "The form has more than 64 KiB, so that nothing was done.",
	http.StatusUnsupportedMediaType:  "What was sent is not a form, so that nothing was done.",
}

// readForm reads what a form posts. If that fails, it answers and returns false.
func (v *visit) readForm() bool {
	refusal := website.ReadForm(v.w, v.r)
	if refusal != 0 {
		v.show(refusal, "error", view{Message: formProblems[refusal]})
	}
	return refusal == 0
}

// field returns what was entered in a field of a form.
func (v *visit) field(name string) string { return v.r.PostForm.Get(name) }
