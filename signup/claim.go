package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// commitClaim checks whether name and address are free, decides, and writes the
// claim in one guarded commit. If a concurrent change interferes, it checks and
// decides again.
func (r *run) commitClaim(d *draft) (document, *Error) {
	var audited []Code // the codes that are already in the audit trail
	for attempt := 0; ; attempt++ {
		if attempt > 0 {
			if answer, err := r.admit(); err != nil || answer != nil {
				return answer, err
			}
		}
		found, err := r.findExisting(d)
		if err != nil {
			return nil, err
		}
		if found.own { // committed before, but the answer was lost
			return r.signedUp(d), nil
		}
		if attempt == maxAttempts {
			return nil, r.givenUp()
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
		outcome, err := r.commit(batch)
		if err != nil {
			return nil, err
		}
		if outcome == committed {
			return r.signedUp(d), nil
		}
	}
}

// toldExistence returns the codes that refuse a taken name or address, or none
// if the claim continues. With always_return_confirm_token, hidden codes refuse
// nothing: a void claim is written instead.
func (r *run) toldExistence(codes []Code) []Code {
	if !r.config.Signup.AlwaysReturnConfirmToken {
		return r.tell(codes)
	}
	return slices.DeleteFunc(slices.Clone(codes), func(code Code) bool { return !r.told(code) })
}

func (r *run) auditClaim(d *draft, codes []Code) *Error {
	if len(codes) > 0 {
		return r.audit(auditSignup, resultError, "", codes...)
	}
	return r.audit(auditCreate, resultOK, d.id)
}

func (r *run) signedUp(d *draft) *SignupResponse {
	return &SignupResponse{Response: *accepted(r.cid), ConfirmToken: Secret(d.token)}
}

// existing is what the store has about the name, the address and the claim.
type existing struct {
	name      *record.Name // nil if nobody ever had it
	taken     bool         // the name belongs to an account or a claim that has not expired
	addressed bool         // the address belongs to an account
	own       bool         // this claim is already in the store
	checks    []kv.Check   // that none of this changed
}

// codes returns the true codes of the decision.
func (f *existing) codes() []Code {
	var codes []Code
	if f.taken {
		codes = append(codes, UsernameExists)
	}
	if f.addressed {
		codes = append(codes, EmailExists)
	}
	return codes
}

// void reports whether the claim must be written as one that can never be
// confirmed.
func (f *existing) void() bool { return f.taken || f.addressed }

// findExisting reads the name, the address under each active key, and this
// claim.
func (r *run) findExisting(d *draft) (*existing, *Error) {
	keys := []string{record.NamePrefix + d.name}
	if d.address != "" {
		for _, k := range r.meta.active {
			keys = append(keys, record.MailKey(k, d.address))
		}
	}
	keys = append(keys, record.UserPrefix+d.id)
	values, err := r.get(keys...)
	if err != nil {
		return nil, err
	}
	f := &existing{checks: slices.Clone(r.meta.checks)}
	for i, value := range values {
		f.checks = append(f.checks, kv.Check{Key: keys[i], Version: value.Version})
		there := value.Version != ""
		switch i {
		case 0:
			name, there, err := readOr[record.Name](r, keys[i], value, r.decoys.name)
			if err != nil {
				return nil, err
			}
			if there {
				f.name, f.taken = name, !name.Free(r.now)
			}
		case len(keys) - 1: // exists only in a repetition
			f.own = there
		default:
			if !there {
				r.unpack(r.decoys.owner) // the owner itself is not needed
			}
			f.addressed = f.addressed || there
		}
	}
	return f, nil
}

// claimBatch writes a claim. A void claim writes the same records; if the name
// is taken, it rewrites the name's record unchanged.
func (r *run) claimBatch(d *draft, f *existing) kv.Batch {
	state := record.StatePending
	if f.void() {
		state = record.StateVoid
	}
	bucket := r.meta.bucket(d.id)
	userKey := record.UserPrefix + d.id
	tokenKey := record.TokenPrefix + record.HashToken(d.token)
	pendingKey := record.TimedKey(record.PendingPrefix, bucket, d.expires, d.id)
	keys := []string{userKey, tokenKey, pendingKey}

	name := record.Name{V: record.Version, ID: d.id, State: state, Expires: d.expires, Keys: keys}
	batch := kv.Batch{Checks: f.checks}
	switch {
	case f.taken:
		name = *f.name
	case f.name != nil: // an expired claim, whose name is taken over
		batch.Deletes = f.name.Keys
	}
	user := r.userRecord(d, state)
	batch.Puts = []kv.Put{
		record.Put(userKey, &user),
		record.Put(record.NamePrefix+d.name, &name),
		record.Put(tokenKey, &record.Token{V: record.Version, ID: d.id, Name: d.name}),
		record.Put(pendingKey, &record.Pending{V: record.Version, ID: d.id, Name: d.name, State: state, Keys: keys}),
	}
	for _, event := range d.events {
		batch.Puts = append(batch.Puts, r.eventPuts(event.during(f), d.id)...)
	}
	r.noteHashes(&batch, r.decoys.hash)
	return batch
}

// pendingKey returns the key of a claim in the list by expiry.
func (r *run) pendingKey(user *record.User) string {
	return record.TimedKey(record.PendingPrefix, r.meta.bucket(user.ID), user.Expires, user.ID)
}

// noPendingKey returns a key under pending/ that never exists. Deleting it takes
// the same time as deleting one that does.
func (r *run) noPendingKey() string {
	id := r.nextID("user")
	return record.TimedKey(record.PendingPrefix, r.meta.bucket(id), 0, id)
}

// claimLife returns how long a claim waits for its token, in milliseconds.
func (e *Engine) claimLife() int64 { return int64(e.config.Enrol.ConfirmWithin) * 60_000 }
