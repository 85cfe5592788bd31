package ssoconf

import (
	"slices"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// pagesSection is the section about the public pages. It has a section inside for
// each application whose pages differ, such as [[CRM]].
const pagesSection = "enrol_pages"

// Page is how the public pages look. Only hosts read it.
type Page struct {
	Name           string // of the site; may be empty
	Logo           string // a file; may be empty
	Color          string // of buttons, as rrggbb; may be empty
	Terms, Privacy string // URLs; may be empty
	Stylesheet     string // a file, in addition to the built-in one; may be empty

	// After are the URLs to go on to after confirming, the first one if the page
	// does not ask for another.
	After []string
}

// Pages is the section [enrol_pages].
type Pages struct {
	Page // of applications that have no section
	Apps []AppPage
}

// AppPage is a section inside [enrol_pages]. Keys that it does not have are those
// of [enrol_pages].
type AppPage struct {
	App string
	*Page
}

// Of returns how the pages of an application look.
func (p *Pages) Of(app string) Page {
	for _, one := range p.Apps {
		if one.App == app {
			return *one.Page
		}
	}
	return p.Page
}

// pageKeys returns the keys of a section about pages.
func pageKeys(section string, p *Page) []configKey {
	return []configKey{
		{section, "name", textValue{&p.Name}},
		{section, "logo", textValue{&p.Logo}},
		{section, "color", textValue{&p.Color}},
		{section, "terms", textValue{&p.Terms}},
		{section, "privacy", textValue{&p.Privacy}},
		{section, "stylesheet", textValue{&p.Stylesheet}},
		{section, "after_confirm", textList{&p.After}},
	}
}

// readAppPages reads the sections inside [enrol_pages], after its own keys, which
// they inherit.
func (r *reader) readAppPages(section *configobj.Section) {
	for _, inner := range section.Sections {
		page := r.config.Pages.Page
		r.config.Pages.Apps = append(r.config.Pages.Apps, AppPage{inner.Name, &page})
		path := pagesSection + "." + inner.Name
		r.keys = append(r.keys, pageKeys(path, &page)...)
		r.pages = append(r.pages, inner)
		for _, entry := range inner.Entries {
			r.readEntry(path, r.keyNames(pagesSection), entry)
		}
		for _, innermost := range inner.Sections {
			r.warnOfInner(inner, innermost)
		}
	}
}

// warnOfUnusedPages warns of pages of applications that do not exist.
func (r *reader) warnOfUnusedPages() {
	if !r.sound("apps.all") {
		return
	}
	for _, inner := range r.pages {
		if !slices.Contains(r.config.Apps.All, inner.Name) {
			r.warn(inner.Line, inner.Column, pagesSection+": "+quoteValue(inner.Name)+" is not in apps.all, so the section has no effect: "+
				correction(inner.Name, r.config.Apps.All))
		}
	}
}
