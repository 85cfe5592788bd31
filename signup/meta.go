package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// meta is what an operation knows about the store as a whole.
type meta struct {
	buckets int
	active  []*keyring.Key // the keys in use; the first one writes
	keys    *record.Keys   // what the store has about them
	guesses []byte         // the secret of the counts of wrong passwords
	checks  []kv.Check
}

// loadMeta reads meta/ and checks that this engine may write to the store. What
// it read guards the commits of the operation.
func (r *run) loadMeta() *Error {
	_, err := r.loadMetaAnd()
	return err
}

// loadMetaAnd does the same and reads other keys at the same moment: the given
// ones, the kept answer of a repetition, and the counters of a rate limit.
func (r *run) loadMetaAnd(others ...string) ([]kv.Value, *Error) {
	keys := []string{record.FormatKey, record.KeysKey}
	if r.repeat != nil {
		keys = append(keys, r.repeat.keys...)
	}
	if r.rate != nil {
		keys = append(keys, r.rate.keys...)
	}
	values, err := r.get(append(keys, others...)...)
	if err != nil {
		return nil, err
	}
	next := func(n int) (some []kv.Value) {
		some, values = values[:n], values[n:]
		return some
	}
	first := next(2)
	if first[0].Version == "" || first[1].Version == "" {
		return nil, fault.Internal("the store was never opened: run the operation open first")
	}
	if r.meta, err = r.readMeta(first); err != nil {
		return nil, err
	}
	if r.repeat != nil {
		if err := r.readRepeat(next(len(r.repeat.keys))); err != nil {
			return nil, err
		}
	}
	if r.rate != nil {
		if err := r.readRate(next(len(r.rate.keys))); err != nil {
			return nil, err
		}
		if err := r.countTogether(); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// readMeta decodes the records of the store as a whole.
func (r *run) readMeta(values []kv.Value) (meta, *Error) {
	from := [2]kv.Value(values)
	if m, same := r.lastMeta.of(from); same {
		return m, nil
	}
	for i := range from { // kept for long, so without the rest of the answer that they are part of
		from[i] = kv.Value{Version: strings.Clone(from[i].Version), Data: strings.Clone(from[i].Data)}
	}
	m, err := r.decodeMeta(from[:])
	if err == nil {
		r.lastMeta.keep(from, m)
	}
	return m, err
}

func (r *run) decodeMeta(values []kv.Value) (meta, *Error) {
	var m meta
	format, err := record.Decode[record.Format](record.FormatKey, values[0])
	if err != nil {
		return m, err
	}
	if format.Unicode != UnicodeVersion() {
		return m, fault.Internal("the store was created with Unicode %s, this engine has %s: use the engine that created it, or one built with those tables", format.Unicode, UnicodeVersion())
	}
	if format.Buckets < 1 || format.Buckets > ssoconf.MaxBuckets {
		return m, fault.Internal("%s: the record is damaged", record.FormatKey)
	}
	keys, err := record.Decode[record.Keys](record.KeysKey, values[1])
	if err != nil {
		return m, err
	}
	if len(keys.Keys) < 1 || len(keys.Keys) > keyring.Most {
		return m, fault.Internal("%s: the record is damaged", record.KeysKey)
	}
	active, wrong := keyring.InUse(r.keys, keys.Keys)
	if wrong != nil {
		return m, fault.Internal("%s", wrong)
	}
	m.active = active
	if m.guesses, err = r.guessSecret(keys, m.active); err != nil {
		return m, err
	}
	if !r.knowHashes(keys.Hashes) {
		return m, fault.Internal("%s: the record is damaged", record.KeysKey)
	}
	m.buckets, m.keys = format.Buckets, keys
	m.checks = []kv.Check{
		{Key: record.FormatKey, Version: values[0].Version},
		{Key: record.KeysKey, Version: values[1].Version},
	}
	return m, nil
}

// MetaKeys is the key under which the store lists the secret keys in use.
const MetaKeys = record.KeysKey

// CheckKeys compares secret keys with the value that a store has under
// MetaKeys. The error wraps ErrWrongKey if one of the keys that the store is
// sealed with is missing or differs. A store without that value is not sealed
// yet, and matches.
func CheckKeys(keys *Keys, value kv.Value) error {
	if value.Version == "" {
		return nil
	}
	stored, err := record.Decode[record.Keys](MetaKeys, value)
	if err != nil {
		return err
	}
	_, wrong := keyring.InUse(keys, stored.Keys)
	return wrong
}

// KeyIDs returns the ids of the secret keys in such a value, newest first.
func KeyIDs(value kv.Value) ([]string, error) {
	if value.Version == "" {
		return nil, nil
	}
	stored, err := record.Decode[record.Keys](MetaKeys, value)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(stored.Keys))
	for i, key := range stored.Keys {
		ids[i] = key.ID
	}
	return ids, nil
}

// bucket returns the bucket of an account and of what belongs to it.
func (m *meta) bucket(userID string) int { return record.Bucket(userID, m.buckets) }
