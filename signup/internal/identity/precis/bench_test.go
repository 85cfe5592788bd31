package precis

import (
	"testing"

	library "golang.org/x/text/secure/precis"
)

// Measures a name and a password here and in the library of reference.
func BenchmarkProfiles(b *testing.B) {
	profiles := []struct {
		name         string
		ours, theirs func(string) (string, error)
	}{
		{"UsernameCaseMapped", UsernameCaseMapped, libraryUsername},
		{"OpaqueString", OpaqueString, library.OpaqueString.String},
	}
	texts := []struct{ name, text string }{
		{"ascii", "ada.lovelace"},
		{"capitals", "Ada.Lovelace"},
		{"latin", "Françoise"},
		{"cyrillic", "Ольга"},
		{"arabic", "محمد١٢"},
		{"han", "田中太郎"},
		{"narrow", "ﾀﾅｶ"},
	}
	for _, profile := range profiles {
		for _, text := range texts {
			for _, by := range []struct {
				name    string
				enforce func(string) (string, error)
			}{{"here", profile.ours}, {"library", profile.theirs}} {
				b.Run(profile.name+"/"+text.name+"/"+by.name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if _, err := by.enforce(text.text); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
