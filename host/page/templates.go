package page

import (
	"embed"
	"errors"
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

// newTemplates parses the templates, those of the operator in place of the built-in
// ones. The error has every mistake.
func newTemplates(overrides map[string]string) (*templates, error) {
	read := func(name string) (string, error) {
		if text, ok := overrides[name]; ok {
			return text, nil
		}
		data, err := embeddedTemplates.ReadFile("templates/" + name + ".html")
		return string(data), err
	}
	layout, err := read(layoutName)
	if err != nil {
		return nil, err
	}
	around := template.New(layoutName + ".html").Option("missingkey=error")
	if _, err := around.Parse(layout); err != nil {
		return nil, fmt.Errorf("the templates of pages: %w", err)
	}
	t := &templates{pages: map[string]*template.Template{}}
	var wrong []error
	for _, name := range pageNames {
		page, err := read(name)
		if err != nil {
			return nil, err
		}
		parsed, err := around.Clone()
		if err == nil {
			_, err = parsed.New(name + ".html").Parse(page)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("the templates of pages: %w", err))
		}
		t.pages[name] = parsed
	}
	return t, errors.Join(wrong...)
}

// render writes a page.
func (t *templates) render(out io.Writer, page string, content *view) error {
	return t.pages[page].Execute(out, content)
}
