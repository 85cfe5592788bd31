package mail

import (
	"crypto/subtle"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"github.com/enrol-sso/enrol/host/httpapi"
)

//go:embed mailbox
var mailboxFiles embed.FS

var mailboxPages = template.Must(template.New("").Funcs(template.FuncMap{"links": links}).ParseFS(mailboxFiles, "mailbox/*.html"))

// Policies of what pages may load. The HTML of a mail runs no scripts and loads
// nothing. Its links open in another tab, because no page may be shown in a frame.
const (
	pagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	mailPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

// ServeHTTP serves the list of mails at Path and each mail below MailboxPath, to
// requests from this machine that have the key. Others are refused.
func (b *Mailbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", pagePolicy)
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	if !httpapi.IsLocal(r) {
		http.Error(w, "The mailbox is for browsers on this machine only: open the address that the server printed.", http.StatusForbidden)
		return
	}
	if subtle.ConstantTimeCompare([]byte(r.URL.Query().Get("key")), []byte(mailboxKey())) == 0 {
		http.Error(w, "The key of the mailbox is missing, or that of an earlier start: open the address that the server printed.", http.StatusForbidden)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "The mailbox can only be read.", http.StatusMethodNotAllowed)
		return
	}
	name, below := strings.CutPrefix(r.URL.Path, MailboxPath+"/")
	mail, isHTML := strings.CutSuffix(name, ".html")
	switch {
	case r.URL.Path == MailboxPath:
		b.showList(w)
	case below && name == "style.css":
		style, _ := mailboxFiles.ReadFile("mailbox/style.css")
		header.Set("Content-Type", "text/css; charset=utf-8")
		w.Write(style)
	case below:
		b.showMail(w, mail, isHTML)
	default:
		http.NotFound(w, r)
	}
}

// showList shows the list. A file that cannot be read is left out.
func (b *Mailbox) showList(w http.ResponseWriter) {
	names, err := b.names()
	if err != nil {
		http.Error(w, "The folder of mails cannot be read: "+pathless(err).Error()+".", http.StatusInternalServerError)
		return
	}
	var mails []*keptMail
	for _, name := range names {
		if m, err := b.read(name); err == nil {
			mails = append(mails, m)
		}
	}
	showPage(w, "list.html", map[string]any{"Folder": b.folder, "Mails": mails, "Key": mailboxKey()})
}

// showMail shows a mail, or only its HTML, which the page of the mail has in a
// frame.
func (b *Mailbox) showMail(w http.ResponseWriter, name string, isHTML bool) {
	m, err := b.read(name + ".eml")
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNotOurs):
		http.Error(w, "There is no such mail.", http.StatusNotFound)
	case err != nil:
		http.Error(w, "The mail cannot be read: "+pathless(err).Error()+".", http.StatusInternalServerError)
	case isHTML:
		w.Header().Set("Content-Security-Policy", mailPolicy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(withNewTabs(m.HTML)))
	default:
		showPage(w, "mail.html", map[string]any{"Mail": m, "Key": mailboxKey()})
	}
}

func showPage(w http.ResponseWriter, name string, data any) {
	var page strings.Builder
	if err := mailboxPages.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "The page cannot be written.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write([]byte(page.String()))
}

// withNewTabs makes the links of a mail open in another tab.
func withNewTabs(html string) string {
	const base = `<base target="_blank">`
	if at := strings.Index(strings.ToLower(html), "<head>"); at >= 0 {
		at += len("<head>")
		return html[:at] + base + html[at:]
	}
	return base + html
}

// linkedText is text, with the address that it leads to if it is a link.
type linkedText struct {
	Text string
	Link bool
}

// links splits text into words that are URLs, and what is between them.
func links(text string) []linkedText {
	var parts []linkedText
	for text != "" {
		at := startOfURL(text)
		if at < 0 {
			at = len(text)
		}
		if at > 0 {
			parts = append(parts, linkedText{Text: text[:at]})
			text = text[at:]
			continue
		}
		n := max(endOfURL(text, true), len("https://"))
		parts = append(parts, linkedText{Text: text[:min(n, len(text))], Link: true})
		text = text[min(n, len(text)):]
	}
	return parts
}
