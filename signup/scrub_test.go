package signup

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/enrol-sso/enrol/signup/internal/identity"
)

func TestScrub(t *testing.T) {
	t.Parallel()
	secrets := confidential{anywhere: []string{"Ada@Example.com", "7Qtoken", "", "q"}, words: []string{"Ada Lovelace", " ", "Jo"}}
	for text, want := range map[string]string{
		"":                                   "",
		"503 Service Unavailable":            "503 Service Unavailable",
		"no ada@example.com here":            "no [redacted] here",
		"no ADA@EXAMPLE.COM here":            "no [redacted] here",
		"<ada@example.com>: unknown":         "<[redacted]>: unknown",
		"ADA LOVELACE is known":              "[redacted] is known",
		"token=7QTOKEN.":                     "token=[redacted].",
		"token 7Qtoken7Qtoken":               "token [redacted][redacted]",
		"/confirm%3Ft%3D7Qtoken":             "/confirm%3Ft%3D[redacted]",
		"token7Qtokenx":                      "token[redacted]x",
		"xada@example.comx":                  "x[redacted]x",
		"the q of quoted":                    "the [redacted] of quoted",
		"Jox xJo \\u004a\\u006f":             "Jox xJo [redacted]",
		`to b\u0040elsewhere.example`:        "to [redacted]",
		"to b=40elsewhere.example":           "to [redacted]",
		"to b&#64;elsewhere.example!":        "to [redacted]",
		"to b&#x40;elsewhere.example":        "to [redacted]",
		"to b&commat;elsewhere.example":      "to [redacted]",
		"to b&amp;#64;elsewhere.example":     "to [redacted]",
		"to b%2540elsewhere.example":         "to [redacted]",
		"&#74;&#x6f; =4A=6f =22jo=22":        "[redacted] [redacted] =22[redacted]=22",
		"status=404 &# &#; &#x; &#12 =4 =":   "status=404 &# &#; &#x; &#12 =4 =",
		`\u004aO \x4ao`:                      "[redacted] [redacted]",
		`% %j \ \u \uzzzz \x1 %4`:            `% %j \ \u \uzzzz \x1 %4`,
		"jo, John and jo":                    "[redacted], John and [redacted]",
		"to other@elsewhere.example":         "to [redacted]",
		"to %22o%22%40elsewhere.example.":    "to [redacted]",
		"/users/other%40e.example/mail":      "[redacted]",
		"a＠e.example":                        "[redacted]",
		"a﹫e.example":                        "[redacted]",
		"u=ada%20LOVELACE&x":                 "u=[redacted]&x",
		"u=ada+lovelace":                     "u=[redacted]",
		"%22jo%22 \\u003cJo\\u003e \\njo\\n": "%22[redacted]%22 \\u003c[redacted]\\u003e \\n[redacted]\\n",
		"two\nlines\tand\x1b[31m a \x00":     "two lines and [31m a  ",
		"no \xff text":                       "no \ufffd text",
	} {
		if got := scrub(text, secrets); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// html writes each character as a numeric reference.
func html(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, "&#%d;", r)
	}
	return b.String()
}

// printable writes each byte that is not an ASCII letter or digit as
// quoted-printable mail does.
func printable(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < 0x80 && identity.IsOfLabel(rune(c)) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}

// However a service quotes what it was sent, none of it remains.
func TestScrubRemovesEveryTextOfAnEvent(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	escapes := []func(string) string{
		func(s string) string { return s },
		html, printable,
		strings.ToUpper, strings.ToLower, url.QueryEscape, url.PathEscape,
		func(s string) string { return strings.ToUpper(url.QueryEscape(s)) },
		func(s string) string { return strings.ToLower(url.QueryEscape(s)) },
		func(s string) string { return fmt.Sprintf("%q", s) },
		func(s string) string { return fmt.Sprintf("%+q", s) },
	}
	for range 20_000 {
		name := pick("ada", "grace.h", "Ünal", "李雷", "o'hara", "j+k", "x_y", "ada lovelace")
		address := pick("Ada", "ada+tag", "a.b", "ünal", "\"a b\"", "o'hara", "a%b") + "@" + pick("example.com", "mail.example.co.uk", "bücher.example", "[192.0.2.1]")
		token := pick("r5", "9Z") + fmt.Sprintf("%020d", random.Int64N(1<<62))
		password := pick("correct horse", "a+b%c=d", "päss\\wörd", "&#64;&#64;", "a%25c", "1234")
		text := ""
		for range 1 + random.IntN(4) {
			text += pick("550 ", "refused: ", "no such user ", "to=", "<", "\"", "(", "/users/", "?u=", "", "\n") +
				escapes[random.IntN(len(escapes))](pick(name, address, token, pick("", "x", "%3D", "7")+token, pick("", "b", "0")+address+pick("", "c"), "p"+password+"w")) + pick("", " ", ">", "\"", ")", ";", ",", ":", ".", "/x", "&a=b", "\t") + " "
		}
		got := scrub(text, confidential{anywhere: []string{address, token, password}, words: []string{name}})
		lower := strings.ToLower(got)
		for _, left := range []string{name, address, token, password} {
			for _, escape := range escapes {
				if strings.Contains(lower, strings.ToLower(strings.Trim(escape(left), `"`))) {
					t.Fatalf("%q of %q remains in %q", left, text, got)
				}
			}
		}
		if strings.ContainsAny(got, "@＠﹫") || strings.Contains(lower, "%40") || strings.ContainsFunc(got, unicode.IsControl) {
			t.Fatalf("%q becomes %q", text, got)
		}
	}
}
