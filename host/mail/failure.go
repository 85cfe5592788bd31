package mail

import (
	"context"
	"errors"
	"net"
	"net/textproto"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// stage is how far sending got.
type stage int

const (
	atConnect stage = iota
	atLogin
	atSender    // MAIL FROM
	atRecipient // RCPT TO
	atContent   // DATA
)

var whats = [...]string{"the connection", "the login", "the sender", "the recipient", "the mail"}

// failure is why a mail was not sent. Its text may hold anything.
type failure struct {
	at  stage
	err error
}

func (f *failure) Error() string { return f.err.Error() }

// serviceCloses is the code of a server that is about to close the connection.
const serviceCloses = 421

// code returns the code of the server's answer, 0 if there was none.
func (f *failure) code() int {
	var answer *textproto.Error
	if errors.As(f.err, &answer) {
		return answer.Code
	}
	return 0
}

// isLogin reports whether an error of connecting is one of the login.
func isLogin(err error) bool {
	for _, known := range []error{
		gomail.ErrNoSupportedAuthDiscovered, gomail.ErrPlainAuthNotSupported, gomail.ErrLoginAuthNotSupported, gomail.ErrCramMD5AuthNotSupported,
		gomail.ErrNTLMAuthNotSupported, gomail.ErrXOauth2AuthNotSupported, gomail.ErrSCRAMSHA1AuthNotSupported, gomail.ErrSCRAMSHA256AuthNotSupported,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return strings.Contains(err.Error(), "SMTP AUTH") // go-mail has no sentinel for these
}

// needsLogin are codes of a server that wants a login or encryption first.
var needsLogin = []int{530, 534, 535, 538}

// hidden is what no error may contain.
type hidden struct {
	texts []string // anywhere
	words []string // unless they are a part of a longer word
}

func (s *sender) hidden(m *Mail, call signup.ServiceCall) *hidden {
	h := &hidden{texts: []string{string(s.server.password)}} // the first one, see failure
	if p, err := readPayload(call); err == nil {
		h.texts = append(h.texts, string(p.Data.Token), p.Data.To)
	}
	h.texts = append(h.texts, m.To)
	at := strings.LastIndex(m.To, "@")
	h.words = append(h.words, m.To[:at], m.To[at+1:])
	return h
}

// failure returns the error of a service, nil for nil.
func (h *hidden) failure(err error) error {
	if err == nil {
		return nil
	}
	f := new(failure)
	if !errors.As(err, &f) {
		f = &failure{atConnect, err}
	}
	what, code := whats[f.at], f.code()
	if f.at <= atLogin { // the server knows nothing of the mail
		h = &hidden{texts: h.texts[:1]}
	}
	switch {
	case errors.Is(f.err, errNoUTF8):
		return host.ServiceFinal(f.Error())
	case code == 0 && f.at == atLogin:
		return host.ServiceDown("the mail server does not offer a way to log in that can be used: "+h.scrub(f.Error()), 0)
	case isTimeout(f.err):
		return host.ServiceDown("the mail server took too long", 0)
	case code == 0 && f.at == atConnect:
		return host.ServiceDown("there is no connection to the mail server: "+h.scrub(f.Error()), 0)
	case code == 0:
		return host.ServiceDown("the connection to the mail server broke: "+h.scrub(f.Error()), 0)
	case f.at == atLogin: // some servers repeat what they were sent
		return host.ServiceDown("the mail server refused the login: "+h.codes(f), 0)
	}
	reason := "the mail server refused " + what + ": " + h.scrub(f.words())
	switch {
	case code == serviceCloses, f.at < atRecipient && code < 500, f.at == atConnect, slices.Contains(needsLogin, code):
		return host.ServiceDown(reason, 0)
	case code >= 500 && code <= 599:
		return host.ServiceFinal(reason)
	}
	return host.ServiceRefused(reason)
}

// words returns the answer of a server: its code and its words.
func (f *failure) words() string {
	var answer *textproto.Error
	errors.As(f.err, &answer)
	return strconv.Itoa(answer.Code) + " " + answer.Msg
}

var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// codes returns the codes of an answer, without its words.
func (h *hidden) codes(f *failure) string {
	code, words, _ := strings.Cut(f.words(), " ")
	return strings.TrimSpace(code + " " + enhancedCode.FindString(words))
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

const (
	redacted   = "[redacted]"
	maxReason  = 300 // code points
	shortWords = 3   // a secret of fewer letters is not worth hiding, and would hide the text
)

// scrub returns the words of a server without the address, the token and the
// password, and without anything that looks like an address.
func (h *hidden) scrub(text string) string {
	text = printable(strings.Join(strings.Fields(printable(text)), " "))
	for _, secret := range h.texts {
		if utf8.RuneCountInString(secret) >= shortWords {
			text = replaceFold(text, secret, func(string, string) bool { return true })
		}
	}
	words := strings.Fields(text)
	for i, word := range words {
		if strings.ContainsAny(word, "@\uff20\ufe6b") || strings.Contains(word, "%40") {
			words[i] = redacted
		}
	}
	text = strings.Join(words, " ")
	for _, word := range h.words {
		text = replaceFold(text, word, isWhole)
	}
	if runes := []rune(text); len(runes) > maxReason {
		text = string(runes[:maxReason]) + "…"
	}
	return text
}

// replaceFold replaces a secret in any case, where what stands before and after it
// allows that.
func replaceFold(text, secret string, allowed func(before, after string) bool) string {
	if secret == "" {
		return text
	}
	pattern := regexp.MustCompile("(?i)" + regexp.QuoteMeta(secret))
	var out strings.Builder
	for at := 0; ; {
		found := pattern.FindStringIndex(text[at:])
		if found == nil {
			out.WriteString(text[at:])
			return out.String()
		}
		from, to := at+found[0], at+found[1]
		out.WriteString(text[at:from])
		if allowed(text[:from], text[to:]) {
			out.WriteString(redacted)
		} else {
			out.WriteString(text[from:to])
		}
		at = to
	}
}

// isWhole reports whether a word ends before and begins after a place.
func isWhole(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return (before == "" || !isWordRune(last)) && (after == "" || !isWordRune(first))
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
