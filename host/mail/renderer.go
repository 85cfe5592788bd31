package mail

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// RenderOptions configure the text of mails. The zero value is valid: mails in
// English, with a code and without a link.
type RenderOptions struct {
	// Language of mails about accounts whose locale is not one of Languages. English
	// if it is "".
	Language string

	// PublicURL is where the public pages are, such as "https://example.com/join".
	// A link to confirm is PublicURL + "/confirm#" + token. Without it, a mail
	// has the token only. It must be https, except on loopback.
	PublicURL string

	// DefaultApp is the application that the public pages are for if a link names
	// none: apps.default. Links for other applications name theirs, as in
	// /confirm?app=Billing#TOKEN. Without it, no link names one. Links of a mail that is
	// not in Language name its language too: /confirm?app=Billing&lang=de#TOKEN.
	DefaultApp string

	// Templates replace built-in texts, see host/docs/mail.md. If nil, none is
	// replaced. Files are read once, by NewRenderer.
	Templates fs.FS

	// ConfirmTemplate and WelcomeTemplate are the settings
	// signup.email_confirm_template and signup.email_welcome_template: names of
	// further files in Templates. "" is the default of sso.conf.
	ConfirmTemplate, WelcomeTemplate string
}

// Defaults of signup.email_confirm_template and signup.email_welcome_template.
// Built-in texts stand in for them.
const (
	defaultConfirmTemplate = "sso-confirm.txt"
	defaultWelcomeTemplate = "sso-welcome.txt"
)

// Renderer writes mails. Goroutines may share it.
type Renderer struct {
	catalogues map[string]*catalogue
	language   string
	publicURL  string
	host       string // of publicURL
	defaultApp string
	layout     *htmlTemplate
	overrides  overrides
}

// NewRenderer returns a Renderer. The error names everything that is wrong with
// the options and the templates, with file and line.
func NewRenderer(options RenderOptions) (*Renderer, error) {
	catalogues, layout, err := builtIn()
	if err != nil {
		return nil, err
	}
	r := &Renderer{catalogues: catalogues, layout: layout, defaultApp: options.DefaultApp}
	var wrong []error
	if r.language = matchLanguage(options.Language); options.Language == "" {
		r.language = english
	} else if r.language == "" {
		wrong = append(wrong, fmt.Errorf("language %q: there are mails in %s", options.Language, strings.Join(Languages(), ", ")))
	}
	if r.publicURL, r.host, err = checkPublicURL(options.PublicURL); err != nil {
		wrong = append(wrong, err)
	}
	confirm, welcome := options.ConfirmTemplate, options.WelcomeTemplate
	if confirm == "" {
		confirm = defaultConfirmTemplate
	}
	if welcome == "" {
		welcome = defaultWelcomeTemplate
	}
	loaded, err := loadOverrides(options.Templates, map[string]string{
		host.MessageConfirm: confirm, host.MessageWelcome: welcome,
	}, r.publicURL != "")
	if err != nil {
		wrong = append(wrong, err)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	r.overrides = loaded
	return r, nil
}

// Render writes the mail of a call. An error that states what it means for other
// events is one of host.ServiceRefused or host.ServiceFinal. No error contains an
// address or a token.
func (r *Renderer) Render(call signup.ServiceCall) (*Mail, error) {
	p, err := readPayload(call)
	if err != nil {
		return nil, err
	}
	head, err := p.head(call.Headers.ID)
	if err != nil {
		return nil, err
	}
	language := matchLanguage(p.Data.Locale)
	if language == "" {
		language = r.language
	}
	c := r.catalogues[language]
	built, ok := c.mails[p.Data.Kind]
	if !ok {
		return nil, host.ServiceRefused("there is no mail of this kind: this program is older than the engine")
	}
	values := r.values(p, c, head.From)
	text, html, err := r.find(&p.Data, language)
	if err != nil {
		return nil, err
	}
	if text == nil {
		text = built
	}
	subject := text.subject
	if subject == nil {
		subject = built.subject
	}
	m := head
	m.Language = language
	m.Subject = plain(subject, values)
	paragraphs := text.paragraphs(values)
	m.Text = textOf(paragraphs, values)
	if html != nil {
		m.HTML = html.render(values)
	} else {
		m.HTML = r.layoutFor(language).render(values.with(map[string]string{
			"language":  c.language,
			"direction": c.direction,
			"subject":   m.Subject,
			"content":   htmlOf(paragraphs, values, c.labels),
		}))
	}
	m.Headers = map[string]string{
		"Auto-Submitted":   "auto-generated",
		"Content-Language": language,
		"Date":             p.Timestamp.UTC().Format(time.RFC1123Z),
		"Message-ID":       "<" + call.Headers.ID + "@" + domainOf(m.From.Address) + ">",
	}
	return m, nil
}

// find returns the operator's templates for a message, nil for those that there
// are not.
func (r *Renderer) find(m *host.Message, language string) (*textTemplate, *htmlTemplate, error) {
	var names []string // of templates, the most specific one first
	base, derived := baseKinds[m.Kind]
	if derived {
		names = append(names, m.Kind)
	} else {
		base = m.Kind
	}
	if m.Template != "" {
		named := templateKey(m.Template)
		names = append(names, named)
		if !isDefaultTemplate(m.Template) && r.overrides[language+"/"+named] == nil && r.overrides[named] == nil {
			return nil, nil, host.ServiceRefused("the template that signup.email_" + base + "_template names is not among the templates of mails")
		}
	}
	names = append(names, base)
	var levels []string
	for _, folder := range []string{language + "/", ""} {
		for _, name := range names {
			levels = append(levels, folder+name)
		}
	}
	for i, level := range levels {
		found := r.overrides[level]
		if found == nil {
			continue
		}
		if found.text != nil {
			return found.text, found.html, nil
		}
		for _, other := range levels[i+1:] {
			if later := r.overrides[other]; later != nil && later.text != nil {
				return later.text, found.html, nil
			}
		}
		return nil, found.html, nil
	}
	return nil, nil, nil
}

func isDefaultTemplate(name string) bool {
	return name == defaultConfirmTemplate || name == defaultWelcomeTemplate
}

// layoutFor returns the HTML around a mail that has no HTML template of its own.
func (r *Renderer) layoutFor(language string) *htmlTemplate {
	for _, level := range []string{language + "/" + layoutName, layoutName} {
		if found := r.overrides[level]; found != nil {
			return found.html
		}
	}
	return r.layout
}
