package signup

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/enrol-sso/enrol/kv"
)

// formatRecord is meta/format: what was fixed when the store was created.
type formatRecord struct {
	V       int    `json:"v"`
	Unicode string `json:"unicode"` // version of the tables behind canonical names
	Buckets int    `json:"buckets"`
}

// keysRecord is meta/keys: the secret keys in use, newest first.
type keysRecord struct {
	V      int        `json:"v"`
	Keys   []keyEntry `json:"keys"`
	Change string     `json:"change,omitempty"` // drawn whenever they change, so that no state of theirs comes twice
}

type keyEntry struct {
	ID    string `json:"id"`
	Check string `json:"check"` // tells a wrong key of that id from the right one
}

// meta is what an operation knows of the store as a whole.
type meta struct {
	buckets int
	active  []*key // the keys in use; the first one writes
	change  string // that put them into use
	checks  []kv.Check
}

// UnicodeVersion returns the version of the Unicode tables that this engine
// was built with.
func UnicodeVersion() string {
	versions := []string{norm.Version, unicode.Version, scriptVersion}
	return strings.Join(slices.Compact(versions), "/")
}

// loadMeta reads meta/ and makes sure that this engine may write the store.
// What an operation commits is guarded by what it saw here.
func (r *run) loadMeta() *Error {
	_, err := r.loadMetaAnd()
	return err
}

// loadMetaAnd does so, and reads other keys in the same breath: those that
// were asked for, what is kept for a repetition, and the counters of a limit.
func (r *run) loadMetaAnd(others ...string) ([]kv.Value, *Error) {
	keys := []string{metaFormatKey, metaKeysKey}
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
		return nil, internal("the store was never opened: run the operation open first")
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
	}
	return values, nil
}

func (r *run) readMeta(values []kv.Value) (meta, *Error) {
	var m meta
	format, err := decode[formatRecord](metaFormatKey, values[0])
	if err != nil {
		return m, err
	}
	if format.Unicode != UnicodeVersion() {
		return m, internal("the store was made with Unicode %s, this engine has %s: use the engine that made it, or one built with those tables", format.Unicode, UnicodeVersion())
	}
	if format.Buckets < 1 || format.Buckets > maxBuckets {
		return m, internal("%s: the record is damaged", metaFormatKey)
	}
	keys, err := decode[keysRecord](metaKeysKey, values[1])
	if err != nil {
		return m, err
	}
	if len(keys.Keys) < 1 || len(keys.Keys) > maxKeys {
		return m, internal("%s: the record is damaged", metaKeysKey)
	}
	for _, entry := range keys.Keys {
		k := r.keys.find(entry.ID)
		if k == nil {
			return m, internal("the store is sealed with secret key %s, which is not at hand: add it to the secret keys", entry.ID)
		}
		if k.check() != entry.Check {
			return m, internal("the store is sealed with another secret key of the id %s: give the one that it was made with", entry.ID)
		}
		m.active = append(m.active, k)
	}
	m.buckets, m.change = format.Buckets, keys.Change
	m.checks = []kv.Check{
		{Key: metaFormatKey, Version: values[0].Version},
		{Key: metaKeysKey, Version: values[1].Version},
	}
	return m, nil
}

// maxBuckets bounds the number of lists that dispatch looks at.
const maxBuckets = 64

// bucket spreads accounts and what belongs to them over the lists that are
// ordered by time.
func (m *meta) bucket(userID string) int {
	hash := uint32(2166136261) // FNV-1a
	for i := range len(userID) {
		hash = (hash ^ uint32(userID[i])) * 16777619
	}
	return int(hash % uint32(m.buckets))
}
