package signup

import (
	"errors"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// Operations of the audit trail.
const (
	auditSignup  = "user.signup"
	auditCreate  = "user.create_user"
	auditConfirm = "user.confirm_signup"
)

// claimEntropy is how many random bytes a signup needs for its id, its token
// and the password's salt.
func (r *run) claimEntropy() int { return idBytes + tokenBytes + r.config.saltBytes() }

// signup creates an account that waits for its token: User.signup of Zato SSO.
func (r *run) signup(data []byte) (any, *Error) {
	request, err := readCompleteSignup(data)
	r.adopt(request.CID, request.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	if err := r.repeatable(auditSignup, request.IdempotencyKey, request.asked()); err != nil {
		return nil, err
	}
	r.limited(auditSignup, r.config.Enrol.RateSignup, request.RemoteAddr)
	if err := r.audit(auditSignup, "", ""); err != nil {
		return nil, err
	}
	answer, err := r.decideSignup(request)
	if err != nil {
		return nil, r.giveUp(auditSignup, "", err)
	}
	return answer, nil
}

// decideSignup is a signup from the local rules to the commit.
func (r *run) decideSignup(request SignupRequest) (any, *Error) {
	account, codes := r.check(request)
	if len(codes) > 0 {
		return refused(r.cid, r.config.tell(codes)...), r.audit(auditSignup, resultError, "", codes...)
	}
	if answer, err := r.admit(); err != nil || answer != nil {
		return answer, err
	}
	if codes, err := r.askServices(account); err != nil {
		return nil, err
	} else if len(codes) > 0 {
		return r.refuse(auditSignup, "", codes, r.config.tell(codes))
	}
	draft, err := r.draft(account)
	if err != nil {
		return nil, err
	}
	return r.stake(draft)
}

// readCompleteSignup reads a request for an account, which has to say what the
// user signs up to.
func readCompleteSignup(data []byte) (SignupRequest, *Error) {
	request, _, err := readSignup(data)
	if err == nil && len(request.Ctx.AppList) == 0 {
		err = missingField("ctx.app_list")
	}
	return request, err
}

// from notes where the call came from, for the audit trail.
func (r *run) from(currentApp string, remoteAddr []string) {
	if currentApp == "" {
		currentApp = r.config.Apps.Default
	}
	r.currentApp = currentApp
	r.remoteAddr = strings.Join(remoteAddr, ";")
}

// Results in the audit trail.
const (
	resultOK    = "ok"
	resultError = "error"
)

// stake looks whether name and address are free, decides, and writes the claim
// in one guarded commit. Where another changed what the decision rests on, it
// looks and decides again.
func (r *run) stake(d *draft) (any, *Error) {
	var audited []Code // of the decision in the audit trail
	for attempt := 0; ; attempt++ {
		if attempt > 0 {
			if answer, err := r.admit(); err != nil || answer != nil {
				return answer, err
			}
		}
		found, err := r.look(d)
		if err != nil {
			return nil, err
		}
		if found.own { // committed before, but the answer was lost
			return r.signedUp(d), nil
		}
		if attempt == maxAttempts {
			return nil, tooMuchContention()
		}
		codes := found.codes()
		if told := r.toldExistence(codes); len(told) > 0 {
			return r.refuse(auditSignup, "", codes, told)
		}
		if attempt == 0 || !slices.Equal(audited, codes) {
			if err := r.auditClaim(d, codes); err != nil {
				return nil, err
			}
			audited = codes
		}
		batch := r.claimBatch(d, found)
		r.keep(&batch, r.signedUp(d), "", codes)
		failed, fault := r.host.Commit(batch)
		switch {
		case fault == nil && len(failed) == 0:
			return r.signedUp(d), nil
		case fault == nil || errors.Is(fault, kv.ErrConflict) || errors.Is(fault, kv.ErrUnknown):
			continue
		}
		return nil, outside("commit", fault)
	}
}

// toldExistence returns the codes with which a taken name or address is
// refused, none where the claim goes on. With always_return_confirm_token, a
// code that must not be told refuses nothing: a void claim is written instead.
func (r *run) toldExistence(codes []Code) []Code {
	if !r.config.Signup.AlwaysReturnConfirmToken {
		return r.config.tell(codes)
	}
	return slices.DeleteFunc(slices.Clone(codes), func(code Code) bool { return !r.config.told(code) })
}

func (r *run) auditClaim(d *draft, codes []Code) *Error {
	if len(codes) > 0 {
		return r.audit(auditSignup, resultError, "", codes...)
	}
	return r.audit(auditCreate, resultOK, d.id)
}

func (r *run) signedUp(d *draft) signupAnswer {
	return signupAnswer{Response: accepted(r.cid), ConfirmToken: d.token}
}

// found is what the store holds of what a claim is about.
type found struct {
	name      *nameRecord // nil if nobody ever had it
	taken     bool        // the name, by an account or a claim that has not expired
	addressed bool        // the address belongs to an account
	own       bool        // this very claim is there
	checks    []kv.Check  // that all of this is still so
}

// codes are the true codes of the decision.
func (f *found) codes() []Code {
	var codes []Code
	if f.taken {
		codes = append(codes, UsernameExists)
	}
	if f.addressed {
		codes = append(codes, EmailExists)
	}
	return codes
}

// void says whether the claim can only be written as one that never confirms.
func (f *found) void() bool { return f.taken || f.addressed }

// look reads the name, the address under each active key, and this claim.
func (r *run) look(d *draft) (*found, *Error) {
	keys := []string{namePrefix + d.name}
	if d.address != "" {
		for _, k := range r.meta.active {
			keys = append(keys, mailKey(k, d.address))
		}
	}
	keys = append(keys, userPrefix+d.id)
	values, err := r.get(keys...)
	if err != nil {
		return nil, err
	}
	f := &found{checks: slices.Clone(r.meta.checks)}
	for i, value := range values {
		f.checks = append(f.checks, kv.Check{Key: keys[i], Version: value.Version})
		if value.Version == "" {
			switch i {
			case 0:
				r.readNoName()
			case len(keys) - 1: // never there, but in a repetition
			default:
				r.readNoOwner()
			}
			continue
		}
		switch i {
		case 0:
			if f.name, err = decode[nameRecord](keys[i], value); err != nil {
				return nil, err
			}
			f.taken = !f.name.free(r.now)
		case len(keys) - 1:
			f.own = true
		default:
			f.addressed = true
		}
	}
	return f, nil
}
