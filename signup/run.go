package signup

import (
	"encoding/hex"

	"github.com/enrol-sso/enrol/kv"
)

const (
	cidBytes    = 12
	seedBytes   = 32
	maxAttempts = 5 // decisions of one operation while others change what it rests on
)

// run is one run of one operation.
type run struct {
	*Engine
	host Host
	now  int64 // milliseconds since 1970, asked once
	cid  string
	seed []byte // makes nonces and ids
	meta meta

	repeat *repeat // nil without an idempotency key
	rate   *rate   // nil without a limit

	claim      []byte // entropy of a signup: id, token, salt
	derived    int    // ids made from the seed so far
	currentApp string

	currentUser string // who decides, for the audit trail
	remoteAddr  string
	target      string // the account that a decision in the audit trail was about
}

// begin asks for the time and for all the entropy of the run, in one draw of a
// length that depends on nothing but the operation and the configuration.
func (r *run) begin(claimBytes int) *Error {
	now, fault := r.host.Now()
	if fault != nil {
		return outside("now", fault)
	}
	if now < 0 || now > maxTime {
		return internal("now: %d is no time between 1970 and 2286", now)
	}
	r.now = now
	draw := cidBytes + claimBytes + seedBytes
	entropy, fault := r.host.Entropy(draw)
	if fault != nil {
		return outside("entropy", fault)
	}
	if len(entropy) != draw {
		return internal("entropy: the host gave %d bytes for %d", len(entropy), draw)
	}
	r.cid = hex.EncodeToString(entropy[:cidBytes])
	r.claim = entropy[cidBytes : cidBytes+claimBytes]
	r.seed = entropy[cidBytes+claimBytes:]
	return nil
}

// maxTime is the last time that 13 digits hold.
const maxTime = 9_999_999_999_999

// adopt takes the caller's correlation id instead of the drawn one. Without
// one, repetitions of a request share that of their idempotency key.
func (r *run) adopt(cid, idempotencyKey string) {
	switch {
	case cid != "":
		r.cid = cid
	case idempotencyKey != "":
		r.cid = r.keys.cidOf(idempotencyKey)
	}
}

// nextID returns the next id that the run derives from its seed.
func (r *run) nextID(purpose string) string {
	r.derived++
	return derivedID(r.seed, purpose, r.derived)
}

// writer is the key that seals what is written.
func (r *run) writer() *key { return r.meta.active[0] }

func (r *run) get(keys ...string) ([]kv.Value, *Error) {
	values, fault := r.host.Get(keys)
	if fault != nil {
		return nil, outside("get", fault)
	}
	if len(values) != len(keys) {
		return nil, internal("get: the host gave %d values for %d keys", len(values), len(keys))
	}
	return values, nil
}

func (r *run) audit(op, result, targetUser string, codes ...Code) *Error {
	fault := r.host.Audit(AuditEvent{
		CID:        r.cid,
		Op:         op,
		TargetUser: targetUser,

		CurrentUser: r.currentUser,
		Result:      result,
		Extra:       AuditExtra{CurrentApp: r.currentApp, RemoteAddr: r.remoteAddr, SubStatus: codes},
	})
	if fault != nil {
		return outside("audit", fault)
	}
	return nil
}

// giveUp audits that an operation ends without a decision, or without the
// commit that its decision was about.
func (r *run) giveUp(op, targetUser string, why *Error) *Error {
	if err := r.audit(op, resultError, targetUser, why.Code); err != nil {
		return err
	}
	return why
}

func tooMuchContention() *Error {
	return &Error{Code: Busy, Message: "too many others are changing the same records: try again"}
}
