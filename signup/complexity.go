package signup

import (
	"slices"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/signup/internal/identity/precis"
	"github.com/enrol-sso/enrol/signup/internal/password"
	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// circumstances are what a password is checked against.
type circumstances struct {
	userInputs []string          // what an attacker would try first
	year       int               // the present one, in UTC
	personal   password.Personal // public facts about the account, if they are refused as passwords
}

// circumstancesOf returns the circumstances of a request. The user inputs are
// the username, the e-mail address and the names of the applications, as typed,
// and, unless enrol.block_personal_passwords is off, the words of all personal
// texts, so that substitutions such as "4d4" for "ada" are found. None occurs
// twice.
func (r *run) circumstancesOf(request SignupRequest) circumstances {
	c := circumstances{year: timeOf(r.now).Year()}
	texts := append([]string{request.Username, request.Email, request.CurrentApp, request.SignupApp}, request.AppList...)
	if r.config.Enrol.BlockPersonalPasswords {
		c.personal = password.PersonalOf(r.personalTexts(request))
		texts = append(texts, c.personal.Words()...)
	}
	for _, text := range texts {
		if text != "" && !slices.Contains(c.userInputs, text) {
			c.userInputs = append(c.userInputs, text)
		}
	}
	return c
}

// isComplex reports whether a password has the score of password.min_complexity.
func (e *Engine) isComplex(normal string, c circumstances) bool {
	least := e.config.Password.MinComplexity
	return least == 0 || zxcvbn.Score(e.estimator().Guesses(normal, c.userInputs, c.year)) >= least
}

// strengthOf rates a password in the form that is hashed. It returns nil if the
// password has no such form or is not worth the work.
func (e *Engine) strengthOf(typed string, c circumstances) *zxcvbn.Strength {
	if utf8.RuneCountInString(typed) > maxGrowth*e.config.Password.MaxLength {
		return nil
	}
	normal, err := precis.OpaqueString(typed)
	if err != nil && typed != "" {
		return nil
	}
	strength := e.estimator().Strength(normal, c.userInputs, c.year)
	return &strength
}

// isBlocked reports whether a password is, as a whole, a common one, if those
// are refused (NIST SP 800-63B-4, section 3.1.1.2).
func (e *Engine) isBlocked(normal string) bool {
	return e.config.Enrol.BlockCommonPasswords && e.estimator().IsCommon(normal)
}
