package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/signup/internal/password"
	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// circumstances are what a password is checked against.
type circumstances struct {
	userInputs []string // what an attacker would try first
	year       int      // the present one, in UTC
	personal   []string // public facts about the account, see internal/password/personal.go
}

// circumstancesOf returns the circumstances of a request. The user inputs are
// the username, the e-mail address and the names of the applications, as typed,
// and, unless enrol.block_personal_passwords is off, the words of all personal
// texts, so that substitutions such as "4d4" for "ada" are found. None occurs
// twice.
func (r *run) circumstancesOf(request SignupRequest) circumstances {
	c := circumstances{year: timeOf(r.now).Year(), personal: r.personalTexts(request)}
	ctx := request
	texts := append([]string{ctx.Username, ctx.Email, request.CurrentApp, ctx.SignupApp}, ctx.AppList...)
	if r.config.Enrol.BlockPersonalPasswords {
		texts = append(texts, password.Words(c.personal)...)
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

// isBlocked reports whether a password is, as a whole, a common one, if those
// are refused (NIST SP 800-63B-4, section 3.1.1.2).
func (e *Engine) isBlocked(normal string) bool {
	return e.config.Enrol.BlockCommonPasswords && e.estimator().IsCommon(normal)
}
