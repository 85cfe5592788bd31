package pebble

import (
	"context"
	"fmt"

	"github.com/enrol-sso/enrol/kv"
)

// Commit implements kv.Store.
func (s *Store) Commit(ctx context.Context, batch kv.Batch) (bool, error) {
	if err := kv.CheckBatch(batch); err != nil {
		return false, err
	}
	var write decision
	applied, left, err := call(ctx, s, func() (bool, error) { return s.commit(batch, &write) })
	if left && !write.callOff() {
		return false, s.unknown(ctx.Err())
	}
	return applied, err
}

// commit does the work: it checks and changes under the locks of the keys, and
// waits for the disk after it releases them, so that many commits share a sync.
func (s *Store) commit(batch kv.Batch, write *decision) (bool, error) {
	claim := s.stripes.claim(batch)
	claim.lock()
	hold, err := s.check(batch.Checks)
	if err != nil || !hold || len(batch.Puts)+len(batch.Deletes) == 0 {
		claim.unlock()
		if err == nil {
			err = s.durable(s.stripes.seen(checkedKeys(batch.Checks)))
		}
		return hold && err == nil, err
	}
	if !write.begin() {
		claim.unlock()
		return false, s.ended() // the caller has left and gets no answer
	}
	ticket := s.ledger.issue()
	claim.mark(ticket)
	applied, err := apply(s.db, batch)
	claim.unlock()
	if err == nil {
		err = applied.sync()
	}
	if err != nil {
		s.failure.report(fmt.Errorf("committing: %w", plain(err)))
		return false, s.unknown(nil)
	}
	s.ledger.settle(ticket)
	return true, nil
}

// check reports whether all checks hold.
func (s *Store) check(checks []kv.Check) (bool, error) {
	if len(checks) == 0 {
		return true, nil
	}
	values, err := s.read(checkedKeys(checks))
	if err != nil {
		return false, err
	}
	for i, check := range checks {
		if values[i].Version != check.Version {
			return false, nil
		}
	}
	return true, nil
}

func checkedKeys(checks []kv.Check) []string {
	keys := make([]string, len(checks))
	for i, check := range checks {
		keys[i] = check.Key
	}
	return keys
}

// durable waits until a crash cannot undo what an answer depends on.
func (s *Store) durable(ticket uint64) error {
	if !s.ledger.wait(ticket, s.failure.happened) {
		return s.ended()
	}
	return nil
}

// unknown is the error of a commit that was cancelled too late. It does not
// match kv.ErrClosed, which would mean that nothing was applied.
func (s *Store) unknown(why error) error {
	if cause := s.failure.err(); cause != nil {
		why = cause
	}
	return fmt.Errorf("kv/pebble: %s: %w: %w", s.dir, kv.ErrUnknown, why)
}
