package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// admitGuess checks whether a password may be tried through the application of the
// call and from its network, and reads keys. The answer is nil if it may.
func (r *run) admitGuess(op string, remoteAddr []string, keys ...string) ([]kv.Value, document, *Error) {
	if !slices.Contains(r.config.Apps.LoginAllowed, r.currentApp) { // otherwise a made-up application would have its own counter
		answer, err := r.refuseProof(op, "", AppListInvalid)
		return nil, answer, err
	}
	r.limitRate(auditVerify, r.config.Enrol.RateVerify, remoteAddr)
	values, err := r.loadMetaAnd(keys...)
	if err != nil {
		return nil, nil, err
	}
	answer, err := r.countRate()
	return values, answer, err
}

// proof is a password that somebody sends as the owner of an account.
type proof struct {
	op         string // in the audit trail
	account    loginAccount
	login      string // what the caller named the account by
	password   Secret
	remoteAddr []string

	check func(*record.User) (refusals, warnings []Code) // what the account may not do
}

// prove compares a password with that of an account, or of a decoy, and counts
// it as a guess of verify. The answer is nil if the password is right and
// nothing refuses its owner. The effects are the same for every refusal.
func (r *run) prove(p proof) (warnings []Code, answer document, err *Error) {
	user, there := p.account.user, p.account.there
	same, err := r.isPassword(user, p.password)
	if err != nil {
		return nil, nil, r.giveUp(p.op, "", err)
	}
	right := same && there
	var refusals []Code
	if right {
		refusals, warnings = p.check(user)
	}
	answers, err := r.counted(r.loginGuess(p, right, right && len(refusals) == 0))
	switch {
	case err != nil:
		return nil, nil, err
	case !answers:
		return nil, refused(r.cid, NotAllowed), r.audit(p.op, resultError, "", NotAllowed, RateLimited)
	case !right:
		answer, err = r.refuseProof(p.op, "", NotAllowed)
	case len(refusals) > 0:
		answer, err = r.refuseProof(p.op, user.ID, refusals...)
	}
	return warnings, answer, err
}

func (r *run) refuseProof(op, userID string, codes ...Code) (document, *Error) {
	if err := r.audit(op, resultError, userID, codes...); err != nil {
		return nil, err
	}
	return refused(r.cid, r.tell(codes)...), nil
}

// loginGuess returns the guess that a password is for an account, or for a
// decoy.
func (r *run) loginGuess(p proof, right, letsIn bool) guess {
	user := p.account.user
	key, nobodys := r.guessKey(auditVerify, user.ID), r.nobodysGuessKey(p.login)
	if !p.account.there {
		key = nobodys
	}
	network, named := r.networkOf(key, p.remoteAddr)
	return guess{key: key, network: network, named: named, account: p.account, right: right, letsIn: letsIn, login: true}
}
