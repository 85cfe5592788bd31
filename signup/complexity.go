package signup

import (
	"slices"
	"sync"

	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// circumstances are what a password is judged by besides itself.
type circumstances struct {
	userInputs []string // what whoever guesses would try first
	year       int      // the present one, in UTC
}

// circumstancesOf takes the user inputs from a request, as typed: the username,
// the e-mail address and the names of the applications, those that are there,
// each once.
func (r *run) circumstancesOf(request SignupRequest) circumstances {
	year, _, _ := date(r.now / dayMS)
	c := circumstances{year: int(year)}
	ctx := request.Ctx
	for _, text := range append([]string{ctx.Username, ctx.Email, request.CurrentApp, ctx.CurrentApp}, ctx.AppList...) {
		if text != "" && !slices.Contains(c.userInputs, text) {
			c.userInputs = append(c.userInputs, text)
		}
	}
	return c
}

// newEstimator returns what makes an estimator when the first password is to be
// judged, and gives the same one from then on. The word lists take time and
// memory, and most operations judge no password.
func newEstimator() func() *zxcvbn.Estimator { return sync.OnceValue(zxcvbn.New) }

// isComplex says whether a password has the score of password.min_complexity.
func (e *Engine) isComplex(password string, c circumstances) bool {
	least := e.config.Password.MinComplexity
	return least == 0 || zxcvbn.Score(e.estimator().Guesses(password, c.userInputs, c.year)) >= least
}

// isBlocked says whether a password as a whole is a common one, where those are
// refused (NIST SP 800-63B-4, section 3.1.1.2).
func (e *Engine) isBlocked(password string) bool {
	return e.config.Enrol.BlockCommonPasswords && e.estimator().IsCommon(password)
}
