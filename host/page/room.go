package page

import (
	"slices"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup"
)

// typedCodes are the codes of validate by input: what the script of the form may say
// while a user types.
var typedCodes = map[string][]signup.Code{
	"username": {signup.UsernameInvalid, signup.UsernameTooLong, signup.UsernameHasWhitespace},
	"email":    {signup.EmailInvalid, signup.EmailTooLong, signup.EmailHasWhitespace},
	"password": {signup.PasswordInvalid, signup.PasswordTooShort, signup.PasswordTooLong, signup.PasswordNotComplexEnough},
}

// Room returns the longest text that the script may write below an input. The form
// keeps its place free, so that an error moves nothing.
func (v *view) Room(field string) string {
	var texts []string
	for _, code := range typedCodes[field] {
		texts = append(texts, v.text.codeText(string(code)))
	}
	if field == "password" {
		texts = append(texts, v.text.verdicts(v.Config().Password.MinComplexity)...)
	}
	return slices.MaxFunc(append(texts, ""), func(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) })
}

// scores are the keys of the texts for how strong a password is, from the weakest.
var scores = []string{"score0", "score1", "score2", "score3", "score4"}

// adviceBelow is the score from which a password gets no advice.
const adviceBelow = 3

// verdicts returns what the script may say about a password whose score must be at
// least a number: the advice alone if it is refused, or else how strong it is, with
// advice.
func (c *catalogue) verdicts(accepted int) []string {
	var texts []string
	for key, advice := range c.strength {
		if key == "label" || slices.Contains(scores, key) {
			continue
		}
		texts = append(texts, advice)
		for _, score := range scores[min(accepted, adviceBelow):adviceBelow] {
			texts = append(texts, c.strength["label"]+" "+c.strength[score]+". "+advice)
		}
	}
	for _, score := range scores[adviceBelow:] {
		texts = append(texts, c.strength["label"]+" "+c.strength[score]+".")
	}
	return texts
}
