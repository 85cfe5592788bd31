package identity

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// UnicodeVersion returns the version of the Unicode tables that this engine
// was built with.
func UnicodeVersion() string {
	versions := []string{norm.Version, unicode.Version, scriptVersion}
	return strings.Join(slices.Compact(versions), "/")
}
