package signuptest

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/effects"
	"github.com/enrol-sso/enrol/signup/internal/phc"
)

// Kind is the name of a kind of effect: a method of signup.Host.
type Kind string

// The kinds of effects.
const (
	Get       Kind = "get"
	Commit    Kind = "commit"
	Scan      Kind = "scan"
	Entropy   Kind = "entropy"
	Now       Kind = "now"
	Audit     Kind = "audit"
	Call      Kind = "call"
	DeriveKey Kind = "kdf"
)

// Effect is one effect that the engine requested. Members of other kinds are
// empty. Passwords are not recorded.
type Effect struct {
	Kind   Kind
	Keys   []string // of a get
	Batch  kv.Batch // of a commit
	Prefix string   // of a scan, as After and Limit
	After  string
	Limit  int
	Bytes  int // of entropy; of a derived key, the length of its salt
	Event  effects.AuditEvent
	Call   effects.ServiceCall
	Params phc.Params
}

// FailAt returns an Around that answers the n-th effect, counted from 0, with
// an error, and performs all others.
func FailAt(n int, err error) func(Effect, func() error) error {
	at := 0
	return func(_ Effect, perform func() error) error {
		at++
		if at-1 == n {
			return err
		}
		return perform()
	}
}
