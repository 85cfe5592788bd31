package page

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// view is what a template shows.
type view struct {
	*visit
	Page string // the template: signup, sent, confirm, confirmed, resend, error

	// Key makes a form idempotent.
	Key string

	// What was entered. A password never comes back.
	Username, Email string

	Errors []mistake

	// Heading, Message and Help are the texts of an error page.
	Heading, Message string
}

// mistake is an error of a form.
type mistake struct {
	Field string // the id of the input, "" for the whole form
	Text  string
}

// Language is the language of the page, as a BCP 47 tag.
func (v *view) Language() string { return v.text.language }

// Direction is the direction of the language's script, as in HTML's dir.
func (v *view) Direction() string { return v.text.direction }

// Nonce is the nonce of the content security policy.
func (v *view) Nonce() string { return v.nonce }

// App is the application that the page is for.
func (v *view) App() string { return v.app }

// Name is the name of the site.
func (v *view) Name() string {
	return cmp.Or(v.brand().Name, v.Config().Main.SiteName, v.app)
}

// Config is the configuration in force.
func (v *view) Config() *ssoconf.Config { return v.h.engine.Config() }

// Link returns the relative URL of a page.
func (v *view) Link(page string) string { return v.link(page) }

// Asset returns the relative URL of an asset, "" if there is none. A browser that
// asks for less data gets no module: the script of the page loads what it finds here.
func (v *view) Asset(name string) string {
	if name == moduleName && v.savesData() {
		return ""
	}
	return v.assetURL(v.h.assets.Hashed(name))
}

func (v *view) assetURL(hashed string) string {
	if hashed == "" {
		return ""
	}
	return v.base() + "assets/" + hashed
}

// Logo and Style are the relative URLs of the brand's logo and stylesheet, "" for
// none.
func (v *view) Logo() string  { return v.assetURL(v.brand().logo) }
func (v *view) Style() string { return v.assetURL(v.brand().style) }

// Terms and Privacy are URLs, "" for none.
func (v *view) Terms() string   { return v.brand().Terms }
func (v *view) Privacy() string { return v.brand().Privacy }

// After is the URL to go on to after confirming, "" for none.
func (v *view) After() string { return v.after() }

// KeepsMails reports whether the server keeps its mails instead of sending them.
func (v *view) KeepsMails() bool { return v.h.keepsMails != nil && v.h.keepsMails() }

func (v *view) brand() *brand { return v.h.brandOf(v.app) }

// Text returns a text in the language of the page. Names of placeholders and
// their values follow.
func (v *view) Text(key string, values ...any) (string, error) {
	text, ok := v.text.texts[key]
	if !ok {
		return "", fmt.Errorf("there is no text %q", key)
	}
	if len(values)%2 != 0 {
		return "", fmt.Errorf("text %q: a placeholder has no value", key)
	}
	for i := 0; i < len(values); i += 2 {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", values[i]), fmt.Sprint(values[i+1]))
	}
	return text, nil
}

// ErrorOf returns what is wrong with an input, "" if nothing is.
func (v *view) ErrorOf(field string) string {
	for _, m := range v.Errors {
		if m.Field == field {
			return m.Text
		}
	}
	return ""
}

// languageLink leads to the same page in another language.
type languageLink struct {
	Language, Name, URL string
	Current             bool
}

// Languages are all languages. The links lead to the page of the request.
func (v *view) Languages() []languageLink {
	var links []languageLink
	for _, c := range v.h.catalogues.all {
		query := maps.Clone(v.query)
		query.Set("lang", c.language)
		links = append(links, languageLink{c.language, c.name, "?" + query.Encode(), c == v.text})
	}
	return links
}
