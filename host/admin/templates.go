package admin

import (
	"embed"
	"html/template"
	"time"

	"github.com/enrol-sso/enrol/host/internal/website"
)

//go:embed templates
var templateFiles embed.FS

//go:embed admin.css
var stylesheet []byte

// pageNames are the templates of pages.
var pageNames = []string{"sign-in", "keyless", "numbers", "search", "waiting", "account", "dead", "error"}

// pages are the templates of all pages, each with the layout.
var pages = func() map[string]*template.Template {
	around := template.Must(template.New("layout.html").Funcs(template.FuncMap{
		"utc": utc,
		"iso": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	}).ParseFS(templateFiles, "templates/layout.html", "templates/parts.html"))
	all := map[string]*template.Template{}
	for _, name := range pageNames {
		all[name] = template.Must(template.Must(around.Clone()).ParseFS(templateFiles, "templates/"+name+".html"))
	}
	return all
}()

// utc is a time as people read it, "" for none.
func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006, 15:04:05") + " UTC"
}

func newAssets() *website.Assets {
	assets := website.NewAssets()
	assets.Add(website.NewAsset("admin.css", stylesheet))
	return assets
}
