package page

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

//go:embed catalogue
var embeddedCatalogues embed.FS

// catalogue holds the texts of one language.
type catalogue struct {
	language, name, direction string
	texts                     map[string]string
	codes                     map[string]string // texts for status codes; other is for unknown ones
	strength                  map[string]string // texts for the strength of a password
}

// catalogueFile is the JSON of a catalogue.
type catalogueFile struct {
	Language  string            `json:"language"`
	Name      string            `json:"name"`      // of the language, in itself
	Direction string            `json:"direction"` // of the script, as in HTML's dir
	Texts     map[string]string `json:"texts"`
	Codes     map[string]string `json:"codes"`
	Strength  map[string]string `json:"strength"`
}

// catalogues holds all languages, English first.
type catalogues struct {
	all []*catalogue
}

func builtInCatalogues() (*catalogues, error) {
	c := new(catalogues)
	for _, tag := range ssoconf.Languages() {
		data, err := embeddedCatalogues.ReadFile("catalogue/" + tag + ".json")
		if err != nil {
			return nil, err
		}
		var file catalogueFile
		if err := json.Unmarshal(data, &file); err != nil {
			return nil, fmt.Errorf("the built-in texts, %s: %w", tag, err)
		}
		c.all = append(c.all, &catalogue{file.Language, file.Name, file.Direction, file.Texts, file.Codes, file.Strength})
	}
	return c, nil
}

// named returns the catalogue of a language tag.
func (c *catalogues) named(tag string) (*catalogue, bool) {
	i := slices.IndexFunc(c.all, func(one *catalogue) bool { return strings.EqualFold(one.language, tag) })
	if i < 0 {
		return nil, false
	}
	return c.all[i], true
}

// maxAcceptLanguage bounds a header that is read, in bytes.
const maxAcceptLanguage = 1_000

// match returns the catalogue that suits Accept-Language headers best, or else
// that of the fallback.
func (c *catalogues) match(accepted []string, fallback string) *catalogue {
	first, found := c.named(fallback)
	if !found {
		first = c.all[0]
	}
	header := strings.Join(accepted, ",")
	if len(header) > maxAcceptLanguage {
		return first
	}
	order := append([]*catalogue{first}, c.all...)
	tags := make([]language.Tag, len(order))
	for i, one := range order {
		tags[i] = language.Make(one.language)
	}
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return first
	}
	_, index, _ := language.NewMatcher(tags).Match(wanted...)
	return order[index]
}

// codeText returns the text for a status code.
func (c *catalogue) codeText(code string) string {
	if text, ok := c.codes[code]; ok {
		return text
	}
	return c.codes["other"]
}
