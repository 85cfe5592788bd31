package signup

import (
	"errors"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
)

// outcome is the result of a commit that the store did not fail.
type outcome int

const (
	committed outcome = iota
	overtaken         // nothing was written because of a concurrent change
	unknown           // the answer was lost: only reading again shows whether it was written
)

// commit writes a batch. Only a fault of the store is an error: a caller that
// is overtaken, or does not know the outcome, reads and decides again.
func (r *run) commit(batch kv.Batch) (outcome, *Error) {
	applied, failure := r.host.Commit(batch)
	r.unclear = nil
	switch {
	case errors.Is(failure, kv.ErrUnknown):
		r.unclear = failure
		return unknown, nil
	case errors.Is(failure, kv.ErrConflict), failure == nil && !applied:
		return overtaken, nil
	case failure != nil:
		return overtaken, fault.Outside("commit", failure)
	}
	return committed, nil
}

// givenUp returns the error after the last try: what the store said about the
// last commit if its outcome is unknown, or else that others write too.
func (r *run) givenUp() *Error {
	if r.unclear != nil {
		return fault.Outside("commit", r.unclear)
	}
	return &Error{Code: Busy, Message: "too many concurrent changes of the same records: try again"}
}
