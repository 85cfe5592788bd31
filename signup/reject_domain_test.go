package signup

import (
	"testing"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

func TestRejectedDomains(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		entries         string
		refused, passed []string
	}{
		{"@x.example", []string{"a@x.example", "A@X.EXAMPLE", "a@ｘ.example"}, []string{"a@box.example", "a@b.x.example", "a@x.example.org", "a@x.examples"}},
		{".x.example", []string{"a@b.x.example", "a@c.b.X.example"}, []string{"a@x.example", "a@box.example", "a@b.x.example.org", "a.x.example@b.org"}},
		{"@x.example, .x.example", []string{"a@x.example", "a@b.x.example"}, []string{"a@box.example"}},
		{"@bücher.example", []string{"a@bücher.example", "a@BÜCHER.example", "a@xn--bcher-kva.example"}, []string{"a@bucher.example"}},
		{"@xn--bcher-kva.example", []string{"a@bücher.example", "a@xn--bcher-kva.example"}, nil},
		{".bücher.example", []string{"a@b.bücher.example", "a@b.xn--bcher-kva.example"}, []string{"a@bücher.example", "a@kochbücher.example"}},
		{".XN--BCHER-KVA.example", []string{"a@b.bücher.example"}, nil},
		{".example", []string{"a@x.example", "a@b.x.example"}, []string{"a@example.org", "a@x.examples"}},
		{".рф", []string{"a@x.рф", "a@x.xn--p1ai"}, []string{"a@x.example"}},
		{"x.example", []string{"a@x.example", "a@box.example", "a@b.x.example"}, nil}, // as in the original
		{"@example", []string{"a@example.com", "a@examples.org"}, []string{"a@my-example.com"}},
		{".x", []string{"a@b.x"}, []string{"a.xy@b.example"}},
	} {
		for _, match := range []string{ssoconf.RejectSubstring, ssoconf.RejectLabel} {
			e := testEngine(t, "user_validation.reject_email="+test.entries, "enrol.reject_match="+match)
			for _, email := range test.refused {
				if _, code := e.checkEmail(email); code != EmailInvalid && (match == ssoconf.RejectSubstring || test.entries[0] != 'x' && test.entries != "@example") {
					t.Errorf("%s, %s: %q gets %q", test.entries, match, email, code)
				}
			}
			for _, email := range test.passed {
				if _, code := e.checkEmail(email); code != "" {
					t.Errorf("%s, %s: %q gets %q", test.entries, match, email, code)
				}
			}
		}
	}
}
