package page

import (
	"embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed templates
var embeddedTemplates embed.FS

// layoutName is the template around all pages.
const layoutName = "layout"

// pageNames are the templates of pages.
var pageNames = []string{"signup", "sent", "confirm", "confirmed", "resend", "error"}

// templates are the templates of all pages, each with the layout.
type templates struct{ pages map[string]*template.Template }

func newTemplates() (*templates, error) {
	read := func(name string) (string, error) {
		data, err := embeddedTemplates.ReadFile("templates/" + name + ".html")
		return string(data), err
	}
	layout, err := read(layoutName)
	if err != nil {
		return nil, err
	}
	t := &templates{pages: map[string]*template.Template{}}
	for _, name := range pageNames {
		page, err := read(name)
		if err != nil {
			return nil, err
		}
		parsed := template.New(layoutName + ".html").Option("missingkey=error")
		if _, err := parsed.Parse(layout); err != nil {
			return nil, fmt.Errorf("the template %s.html: %w", layoutName, err)
		}
		if _, err := parsed.New(name + ".html").Parse(page); err != nil {
			return nil, fmt.Errorf("the template %s.html: %w", name, err)
		}
		t.pages[name] = parsed
	}
	return t, nil
}

// render writes a page.
func (t *templates) render(out io.Writer, page string, content *view) error {
	return t.pages[page].Execute(out, content)
}
