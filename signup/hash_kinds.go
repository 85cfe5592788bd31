package signup

import (
	"bytes"
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Accounts keep the kind of password hash that was configured when they were
// made, until their owner logs in (see rehash). So after a change of the
// configuration, a hash of today's kind for an unknown name would take
// more or less time than the hash of an older account. Therefore the store remembers the kinds
// in use, and each unknown name and address has one of them.

// knowHashes reports whether a list of kinds of hashes is valid, and makes the
// decoys for them here, so that this work does not depend on who is asked for.
func (e *Engine) knowHashes(kinds []phc.Kind) bool {
	if len(kinds) > record.MaxHashes {
		return false
	}
	for _, kind := range kinds {
		if _, ok := e.userDecoy(kind); !ok {
			return false
		}
	}
	return true
}

// nobodysHash returns the kind of hash of a username or an address that nobody
// has, given in canonical form. It is always the same while the kinds in use are
// the same. Each kind gets a score, and the highest score wins: so a new kind
// takes over its share of the names, and the others keep theirs.
func (r *run) nobodysHash(who string) phc.Kind {
	kinds := r.meta.keys.Hashes
	switch len(kinds) {
	case 0: // an earlier version made the store, and nobody signed up since
		return r.decoys.hash
	case 1:
		return kinds[0]
	}
	var chosen phc.Kind
	var highest []byte
	for _, kind := range kinds {
		if score := r.guessMAC("hash of nobody", who, kind.Nothing()); bytes.Compare(score, highest) > 0 {
			chosen, highest = kind, score
		}
	}
	return chosen
}

// noteHashes makes a batch, which checks r.meta.checks, add kinds of hashes to
// those in use, if they are new. Beyond record.MaxHashes, the oldest is
// forgotten, but never today's.
func (r *run) noteHashes(batch *kv.Batch, kinds ...phc.Kind) {
	keys := *r.meta.keys
	keys.Hashes = slices.Clone(keys.Hashes)
	for _, kind := range kinds {
		if !slices.Contains(keys.Hashes, kind) {
			keys.Hashes = append(keys.Hashes, kind)
		}
	}
	if len(keys.Hashes) == len(r.meta.keys.Hashes) {
		return
	}
	for len(keys.Hashes) > record.MaxHashes {
		oldest := slices.IndexFunc(keys.Hashes, func(kind phc.Kind) bool { return kind != r.decoys.hash })
		keys.Hashes = slices.Delete(keys.Hashes, oldest, oldest+1)
	}
	batch.Puts = append(batch.Puts, record.Put(record.KeysKey, &keys))
}

// replaceHashes replaces the kinds of hashes of a store that has no accounts,
// because the configuration changed before anybody signed up. If another
// process makes the first account at that moment, its kind is not in the list.
func (r *run) replaceHashes() *Error {
	kinds := r.meta.keys.Hashes
	if len(kinds) == 0 || slices.Contains(kinds, r.decoys.hash) {
		return nil
	}
	entries, failure := r.host.Scan(record.UserPrefix, "", 1)
	if failure != nil {
		return fault.Outside("scan", failure)
	}
	if len(entries) > 0 {
		return nil
	}
	keys := *r.meta.keys
	keys.Hashes = []phc.Kind{r.decoys.hash}
	_, err := r.commit(kv.Batch{Checks: r.meta.checks, Puts: []kv.Put{record.Put(record.KeysKey, &keys)}})
	return err
}
