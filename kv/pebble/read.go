package pebble

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
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
		// What is absent may rest on a delete, so all commits count.
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
		// A prefix is a whole key here, so that this finds only the key itself
		// and can ask the filters of the tables.
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
	from, to := bounds(prefix, after)
	if limit == 0 || to != nil && string(from) >= string(to) {
		return nil, nil
	}
	iterator, err := s.db.NewIter(&engine.IterOptions{LowerBound: from, UpperBound: to})
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
	for len(to) > 0 && to[len(to)-1] == 0xff { // no UTF-8 has it, but a prefix may be anything
		to = to[:len(to)-1]
	}
	if len(to) == 0 {
		return from, nil
	}
	to[len(to)-1]++
	return from, to
}

// valueOf gives a value its version: a hash of it. So a version cannot recur
// for another value, whatever was deleted, restored from a backup or lost in a
// crash, and there is no counter that would have to survive all that. Of
// SHA-256 192 bits are kept, as those who choose values must not be able to
// make two that collide.
func valueOf(data []byte) kv.Value {
	hash := sha256.Sum256(data)
	return kv.Value{Version: base64.RawURLEncoding.EncodeToString(hash[:24]), Data: string(data)}
}

// unreadable says what an error of the engine while reading means. Damage ends
// the store: what is written on top of it could not be trusted, and would be
// lost when the directory is restored.
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
