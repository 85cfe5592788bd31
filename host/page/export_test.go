package page

import (
	"net/http"
	"slices"
)

// FormFields returns the fields of each form that is described, by its path.
func FormFields() map[string][]string {
	forms := map[string][]string{}
	for path, page := range pages {
		if post, ok := page[http.MethodPost]; ok {
			forms[path] = slices.Clone(post.fields)
		}
	}
	return forms
}
