package page

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/enrol-sso/enrol/host/internal/website"
)

// Brand is how the pages of an application look. All of it is optional.
type Brand struct {
	// Name is the site's name. If it is "", the name is main.site_name, or else the
	// name of the application.
	Name string

	// Logo is shown next to the name. If nil, there is none.
	Logo *File

	// Color is the color of buttons, as six hexadecimal digits. Their text is white
	// or black, whichever has more contrast.
	Color string

	// Terms and Privacy are URLs to link to.
	Terms, Privacy string

	// Stylesheet is loaded in addition to the built-in one. It cannot load
	// anything from elsewhere.
	Stylesheet []byte

	// After are the allowed destinations after confirming, as URLs. The first is
	// the default; ?next= in the link to the page selects another.
	After []string
}

// File is a file that pages show.
type File struct {
	Name string // the extension determines the type: .svg, .png or .webp
	Data []byte
}

// maxBrandFile bounds a logo and a stylesheet, in bytes.
const maxBrandFile = 256 << 10

// logoEnds are the extensions of logos.
var logoEnds = []string{".svg", ".png", ".webp"}

// brand is a Brand whose files are assets.
type brand struct {
	Brand
	logo, style string // names of assets with their hashes, "" for none
}

// newBrands checks the brands, and makes assets of their files.
func newBrands(given map[string]Brand, assets *website.Assets) (map[string]*brand, error) {
	brands := map[string]*brand{}
	var wrong []error
	for app, one := range given {
		for _, problem := range one.problems() {
			if app != "" {
				problem = fmt.Errorf("the application %q: %w", app, problem)
			}
			wrong = append(wrong, fmt.Errorf("public pages: %w", problem))
		}
		b := &brand{Brand: one}
		if one.Logo != nil {
			b.logo = assets.Add(website.NewAsset("logo"+strings.ToLower(path.Ext(one.Logo.Name)), one.Logo.Data))
		}
		if style := one.style(); style != nil {
			b.style = assets.Add(website.NewAsset("brand.css", style))
		}
		brands[app] = b
	}
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return brands, errors.Join(wrong...)
}

// problems returns what is wrong with a brand.
func (b *Brand) problems() []error {
	var wrong []error
	if _, ok := b.rgb(); b.Color != "" && !ok {
		wrong = append(wrong, fmt.Errorf("the color %q is not six hexadecimal digits, such as 0a7c3f", b.Color))
	}
	if b.Logo != nil && !slices.Contains(logoEnds, strings.ToLower(path.Ext(b.Logo.Name))) {
		wrong = append(wrong, fmt.Errorf("the logo %q is not one of %s", b.Logo.Name, strings.Join(logoEnds, ", ")))
	}
	if b.Logo != nil && len(b.Logo.Data) > maxBrandFile || len(b.Stylesheet) > maxBrandFile {
		wrong = append(wrong, fmt.Errorf("the logo or the stylesheet is larger than %d KiB", maxBrandFile>>10))
	}
	for _, link := range slices.Concat([]string{b.Terms, b.Privacy}, b.After) {
		if link != "" && !isWebLink(link) {
			wrong = append(wrong, fmt.Errorf("%q is not a URL such as https://example.com/terms", link))
		}
	}
	return wrong
}

// isWebLink reports whether a text is an absolute URL of http or https.
func isWebLink(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// rgb returns the parts of the color, each 0 to 1.
func (b *Brand) rgb() (parts [3]float64, ok bool) {
	digits := strings.TrimPrefix(b.Color, "#")
	value, err := strconv.ParseUint(digits, 16, 32)
	if len(digits) != 6 || err != nil {
		return parts, false
	}
	for i := range parts {
		parts[i] = float64(value>>(16-8*i)&255) / 255
	}
	return parts, true
}

// onColor is the color of text on the color, with the higher contrast (WCAG 2.2,
// relative luminance). Its contrast is 4.5 or more with every color.
func onColor(parts [3]float64) string {
	// 0.179 is where the contrasts with white and with black are the same.
	if luminance(parts) > 0.179 {
		return "#000"
	}
	return "#fff"
}

// style returns the stylesheet of a brand, nil if there is nothing in it.
func (b *Brand) style() []byte {
	var out bytes.Buffer
	if parts, ok := b.rgb(); ok {
		fmt.Fprintf(&out, ":root{--accent:#%s;--on-accent:%s}\n", strings.TrimPrefix(b.Color, "#"), onColor(parts))
	}
	out.Write(b.Stylesheet)
	return out.Bytes()
}

// brandOf returns how the pages of an application look.
func (h *handler) brandOf(app string) *brand {
	for _, name := range []string{app, ""} {
		if b := h.brands[name]; b != nil {
			return b
		}
	}
	return new(brand)
}
