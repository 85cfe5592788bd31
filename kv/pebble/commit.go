package pebble

import (
	"context"
	"fmt"

	"github.com/enrol-sso/enrol/kv"
)

// Commit implements kv.Store.
func (s *Store) Commit(ctx context.Context, batch kv.Batch) ([]string, error) {
	if err := kv.CheckBatch(batch); err != nil {
		return nil, err
	}
	var write decision
	failed, left, err := call(ctx, s, func() ([]string, error) { return s.commit(batch, &write) })
	if left && !write.callOff() {
		return nil, s.unknown(ctx.Err())
	}
	return failed, err
}

// commit does the work: checks and changes under the locks of the keys, the
// wait for the disk after they are released, so that many commits share a sync.
func (s *Store) commit(batch kv.Batch, write *decision) ([]string, error) {
	claim := s.stripes.claim(batch)
	claim.lock()
	failed, err := s.check(batch.Checks)
	if err != nil || failed != nil || len(batch.Puts)+len(batch.Deletes) == 0 {
		claim.unlock()
		if err != nil {
			return nil, err
		}
		return failed, s.durable(s.stripes.seen(checkedKeys(batch.Checks)))
	}
	if !write.begin() {
		claim.unlock()
		return nil, s.ended() // the caller has left and hears nothing of it
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
		return nil, s.unknown(nil)
	}
	s.ledger.settle(ticket)
	return nil, nil
}

// check returns the keys whose version is another one.
func (s *Store) check(checks []kv.Check) (failed []string, err error) {
	if len(checks) == 0 {
		return nil, nil
	}
	values, err := s.read(checkedKeys(checks))
	if err != nil {
		return nil, err
	}
	for i, check := range checks {
		if values[i].Version != check.Version {
			failed = append(failed, check.Key)
		}
	}
	return failed, nil
}

func checkedKeys(checks []kv.Check) []string {
	keys := make([]string, len(checks))
	for i, check := range checks {
		keys[i] = check.Key
	}
	return keys
}

// durable waits until a crash cannot take back what an answer rests on.
func (s *Store) durable(ticket uint64) error {
	if !s.ledger.wait(ticket, s.failure.happened) {
		return s.ended()
	}
	return nil
}

// unknown is the answer of a commit that was called off too late. It does not
// match kv.ErrClosed, which would say that nothing was applied.
func (s *Store) unknown(why error) error {
	if cause := s.failure.err(); cause != nil {
		why = cause
	}
	return fmt.Errorf("kv/pebble: %s: %w: %w", s.dir, kv.ErrUnknown, why)
}
