package page

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/host/internal/website"
)

// visit is one request of a page, and what its answer shows.
type visit struct {
	h     *handler
	w     http.ResponseWriter
	r     *http.Request
	text  *catalogue
	app   string     // "" for one that does not exist
	query url.Values // app, lang and next, as they were given: links keep them
	nonce string

	client string // the client address, "" if it has none
	known  bool   // the client address is not hidden by a proxy
}

// newVisit reads which application and language a request is for.
func (h *handler) newVisit(w http.ResponseWriter, r *http.Request) *visit {
	given := r.URL.Query()
	v := &visit{h: h, w: w, r: r, query: url.Values{}, nonce: website.NewNonce()}
	v.app = h.engine.Config().Apps.Default
	if app := given.Get("app"); app != "" {
		v.app = app
		v.query.Set("app", app)
	}
	if !slices.Contains(h.engine.Config().Apps.All, v.app) {
		v.app = ""
		v.query.Del("app")
	}
	if next := given.Get("next"); slices.Contains(h.brandOf(v.app).After, next) {
		v.query.Set("next", next)
	}
	v.client, v.known = h.clientOf(r)
	asked, found := h.catalogues.named(given.Get("lang"))
	if found {
		v.query.Set("lang", asked.language)
		v.text = asked
	} else {
		v.text = h.catalogues.match(r.Header.Values("Accept-Language"), h.engine.Config().Enrol.Language)
	}
	return v
}

// base leads from the path of a request to the root of the pages.
func (v *visit) base() string {
	return strings.Repeat("../", max(0, strings.Count(pathOf(v.r), "/")-1))
}

// link returns the relative URL of a page, for the same application and language.
func (v *visit) link(page string) string {
	if page == "" && v.base() == "" {
		page = "./"
	}
	if len(v.query) == 0 {
		return v.base() + page
	}
	return v.base() + page + "?" + v.query.Encode()
}

// after is the URL to go on to after confirming, "" for none.
func (v *visit) after() string {
	if next := v.query.Get("next"); next != "" {
		return next
	}
	if allowed := v.h.brandOf(v.app).After; len(allowed) > 0 {
		return allowed[0]
	}
	return ""
}

// redirect leads to a page by GET. http.Redirect would make the URL absolute
// without the prefix that http.StripPrefix removed.
func (v *visit) redirect(page string) {
	v.setHeaders()
	v.w.Header().Set("Location", v.link(page))
	v.w.WriteHeader(http.StatusSeeOther)
}

// show answers with a page.
func (v *visit) show(status int, page string, content view) {
	content.visit = v
	content.Page = page
	v.setHeaders()
	render := func(w io.Writer) error { return v.h.templates.render(w, page, &content) }
	if err := website.Answer(v.w, status, render, v.text.codes["E008004"]); err != nil {
		v.h.logger.Error("a page cannot be rendered", "page", page, "error", err)
	}
}

// unread closes the connection after the answer, without waiting for the rest of
// the body. Without a body, the connection stays.
func (v *visit) unread() { website.LeaveUnread(v.w, v.r) }
