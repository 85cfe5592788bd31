package advice

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// maxCompared is how many keywords of a list are compared with each other.
const maxCompared = 1000

// deadKeywords finds keywords that never match, or never matter.
func (l *linter) deadKeywords() {
	noSpace := !l.config.Signup.PasswordAllowWhitespace
	anywhere := l.config.Enrol.RejectMatch == ssoconf.RejectSubstring
	for _, list := range []keywordList{
		{"password.reject_list", "password.max_length", l.config.Password.MaxLength, true, func(r rune) bool { return noSpace && unicode.IsSpace(r) }},
		{"user_validation.reject_username", "signup.max_length_username", l.config.Signup.MaxLengthUsername, anywhere, func(r rune) bool { return unicode.IsSpace(r) || r == '@' }},
		{"user_validation.reject_email", "signup.max_length_email", l.config.Signup.MaxLengthEmail, anywhere, func(rune) bool { return false }}, // ssoconf refuses them
	} {
		l.keywords(list)
	}
	if v := l.config.UserValidation; len(v.RejectUsername)+len(v.RejectEmail) == 0 {
		l.dead("enrol.reject_match", "user_validation.reject_username and reject_email are empty")
	}
}

// keywordList is a list of keywords and its purpose.
type keywordList struct {
	key, limitKey string
	limit         int             // of the text that its keywords are compared with
	anywhere      bool            // they match within words too
	never         func(rune) bool // characters that the text cannot contain
}

// keywords checks one list, if the file has it.
func (l *linter) keywords(of keywordList) {
	if !l.given(of.key) {
		return
	}
	list := l.settings[of.key].Value.([]string)
	f := finding{Low, "no-effect", about(of.key), ""}
	for i, word := range list {
		switch other := within(list, i); {
		case utf8.RuneCountInString(word) > of.limit:
			l.add(f, "%s: entry %d never matches, since it is longer than %s, which is %d: remove it", of.key, i+1, of.limitKey, of.limit)
		case strings.ContainsFunc(word, of.never):
			l.add(f, "%s: entry %d never matches, since it contains a character that is always refused: remove it", of.key, i+1)
		case other >= 0 && (of.anywhere || strings.EqualFold(word, list[other])):
			l.add(f, "%s: entry %d has no effect, since it contains entry %d: remove it", of.key, i+1, other+1)
		}
	}
}

// within returns the index of another keyword that the one at an index
// contains, the first of several that are the same, or -1.
func within(list []string, i int) int {
	if len(list) > maxCompared {
		return -1
	}
	word := strings.ToLower(list[i])
	for j, other := range list {
		other = strings.ToLower(other)
		if strings.HasPrefix(other, "@") || strings.HasPrefix(other, ".") {
			if other != word {
				continue // it may name a domain, which matches nothing else
			}
		}
		if j != i && strings.Contains(word, other) && (other != word || j < i) {
			return j
		}
	}
	return -1
}

// deadExpiry finds settings about expiring passwords if none expire.
func (l *linter) deadExpiry() {
	const expiry, threshold = "password.expiry", "password.about_to_expire_threshold"
	p := l.config.Password
	if p.Expiry == 0 {
		for _, key := range []string{threshold, "password.log_in_if_about_to_expire", "password.inform_if_expired", "password.inform_if_about_to_expire"} {
			l.dead(key, expiry+" is 0, so that no password expires")
		}
	} else if p.AboutToExpireThreshold == 0 {
		for _, key := range []string{"password.log_in_if_about_to_expire", "password.inform_if_about_to_expire"} {
			l.dead(key, threshold+" is 0, so that no password is about to expire")
		}
	} else if p.AboutToExpireThreshold >= p.Expiry {
		l.add(finding{Medium, "threshold", about(threshold, expiry), ""},
			"%s is %d days, no less than %s, which is %d: every password is about to expire from its first day: set it to less", threshold, p.AboutToExpireThreshold, expiry, p.Expiry)
	}
	if p.MinComplexity == 0 {
		l.dead("password.min_complexity_algorithm", "password.min_complexity is 0")
	}
}
