package identity

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Fold returns text in the form in which keywords are searched: in lower case,
// without differences of width or composition, and with final sigma as any
// other sigma.
func Fold(text string) string {
	return foldSigma(strings.ToLower(norm.NFKC.String(text)))
}

func foldSigma(text string) string { return strings.ReplaceAll(text, "ς", "σ") }
