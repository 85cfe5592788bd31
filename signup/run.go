package signup

import (
	"encoding/hex"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/effects"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

const (
	cidBytes    = 12
	seedBytes   = 32
	maxAttempts = 5 // decisions of one operation while concurrent changes interfere
)

// run is one run of one operation.
type run struct {
	*Engine
	host Host
	now  int64 // milliseconds since 1970, read once
	cid  string
	seed []byte // nonces and ids are derived from it
	meta meta

	unclear error // why the outcome of the last commit is unknown, or nil

	repeat *repeat // nil without an idempotency key
	rate   *rate   // nil without a limit

	claim      []byte // entropy of a signup: id, token, salt
	derived    int    // number of ids derived from the seed so far
	currentApp string

	currentUser string // the caller, for the audit trail
	remoteAddr  string
	target      string               // the account of a decision in the audit trail
	searched    *effects.AuditSearch // nil unless it was a search
}

// begin reads the time and draws all entropy of the run at once. The number of
// bytes depends only on the operation and the configuration.
func (r *run) begin(claimBytes int) *Error {
	now, failure := r.host.Now()
	if failure != nil {
		return fault.Outside("now", failure)
	}
	if now < 0 || now > record.MaxTime {
		return fault.Internal("now: %d is not a time between 1970 and 2286", now)
	}
	r.now = now
	draw := cidBytes + claimBytes + seedBytes
	entropy, failure := r.host.Entropy(draw)
	if failure != nil {
		return fault.Outside("entropy", failure)
	}
	if len(entropy) != draw {
		return fault.Internal("entropy: the host returned %d bytes, not %d", len(entropy), draw)
	}
	r.cid = hex.EncodeToString(entropy[:cidBytes])
	r.claim = entropy[cidBytes : cidBytes+claimBytes]
	r.seed = entropy[cidBytes+claimBytes:]
	return nil
}

// setCID replaces the drawn correlation id with the caller's. Without one,
// repetitions of a request share the id of their idempotency key.
func (r *run) setCID(cid, idempotencyKey string) {
	switch {
	case cid != "":
		r.cid = cid
	case idempotencyKey != "":
		r.cid = cidOf(r.keys, idempotencyKey)
	}
}

// nextID returns the next id that is derived from the seed.
func (r *run) nextID(purpose string) string {
	r.derived++
	return record.DerivedID(r.seed, purpose, r.derived)
}

// writer returns the secret key that seals new texts.
func (r *run) writer() *keyring.Key { return r.meta.active[0] }

func (r *run) get(keys ...string) ([]kv.Value, *Error) {
	values, failure := r.host.Get(keys)
	if failure != nil {
		return nil, fault.Outside("get", failure)
	}
	if len(values) != len(keys) {
		return nil, fault.Internal("get: the host returned %d values for %d keys", len(values), len(keys))
	}
	return values, nil
}
