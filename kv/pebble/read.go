package pebble

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	engine "github.com/cockroachdb/pebble/v2"

	"github.com/enrol-sso/enrol/kv"
)

// Get implements kv.Store.
func (s *Store) Get(ctx context.Context, keys []string) ([]kv.Value, error) {
	if err := kv.CheckKeys(keys); err != nil {
		return nil, err
	}
	values, _, err := call(ctx, s, func() ([]kv.Value, error) {
		values, err := s.read(keys)
		if err != nil {
			return nil, err
		}
		return values, s.durable(s.stripes.seen(keys))
	})
	return values, err
}

// Scan implements kv.Store.
func (s *Store) Scan(ctx context.Context, prefix, after string, limit int) ([]kv.Entry, error) {
	if err := kv.CheckScan(limit); err != nil {
		return nil, err
	}
	entries, _, err := call(ctx, s, func() ([]kv.Entry, error) {
		entries, err := s.scan(prefix, after, limit)
		if err != nil {
			return nil, err
		}
		// An absent key may depend on a delete, so all commits count.
		return entries, s.durable(s.ledger.last())
	})
	return entries, err
}

// read returns the values of the keys at one moment.
func (s *Store) read(keys []string) ([]kv.Value, error) {
	values := make([]kv.Value, len(keys))
	if len(keys) == 1 {
		data, closer, err := s.db.Get([]byte(keys[0]))
		if errors.Is(err, engine.ErrNotFound) {
			return values, nil
		}
		if err != nil {
			return nil, s.unreadable(err)
		}
		values[0] = valueOf(data)
		return values, s.unreadable(closer.Close())
	}
	iterator, err := s.db.NewIter(nil)
	if err != nil {
		return nil, s.unreadable(err)
	}
	for i := 0; i < len(keys) && err == nil; i++ {
		// A prefix is a whole key here, so that this finds only the key itself and
		// can use the filters of the tables.
		if !iterator.SeekPrefixGE([]byte(keys[i])) {
			err = iterator.Error()
			continue
		}
		var data []byte
		if data, err = iterator.ValueAndErr(); err == nil {
			values[i] = valueOf(data)
		}
	}
	return values, s.unreadable(cmp.Or(err, iterator.Close()))
}

func (s *Store) scan(prefix, after string, limit int) ([]kv.Entry, error) {
	return s.scanOf(s.db, prefix, after, limit)
}

// scanOf scans the current content or that of a snapshot.
func (s *Store) scanOf(content engine.Reader, prefix, after string, limit int) ([]kv.Entry, error) {
	from, to := bounds(prefix, after)
	if limit == 0 || to != nil && string(from) >= string(to) {
		return nil, nil
	}
	iterator, err := content.NewIter(&engine.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		return nil, s.unreadable(err)
	}
	var entries []kv.Entry
	for more := iterator.First(); more && len(entries) < limit && err == nil; more = iterator.Next() {
		var data []byte
		if data, err = iterator.ValueAndErr(); err == nil {
			entries = append(entries, kv.Entry{Key: string(iterator.Key()), Value: valueOf(data)})
		}
	}
	return entries, s.unreadable(cmp.Or(err, iterator.Close()))
}

// bounds are the first key of a scan and the first one past it, nil for none.
func bounds(prefix, after string) (from, to []byte) {
	from = []byte(prefix)
	if after >= prefix {
		from = []byte(after + "\x00") // no key lies between the two
	}
	to = []byte(prefix)
	for len(to) > 0 && to[len(to)-1] == 0xff { // no UTF-8 contains it, but a prefix may be anything
		to = to[:len(to)-1]
	}
	if len(to) == 0 {
		return from, nil
	}
	to[len(to)-1]++
	return from, to
}

// valueOf is a value as it is on disk, with its version.
func valueOf(data []byte) kv.Value {
	text := string(data)
	return kv.Value{Version: kv.Version(text), Data: text}
}

// unreadable translates an error of the engine while reading. Damage ends the
// store: later writes could not be trusted, and would be lost when the
// directory is restored.
func (s *Store) unreadable(err error) error {
	if err == nil {
		return nil
	}
	if damage := damaged(err); damage != nil {
		s.failure.report(damage)
		return s.ended()
	}
	return fmt.Errorf("kv/pebble: %s: reading: %w", s.dir, plain(err))
}
